"""培训: triage drills over past cases, graded and explained by the rules."""

from dataclasses import dataclass

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    failing,
    heading,
    link,
    on_submit_key,
    text,
)
from api.pages.words import clause_name
from api.pages.work import Failed, away
from api.wiring import House
from rules.types import FiredRow, Kind, Tier
from training.drills import FIELDS, Drill, Grade, Mark
from training.progress import Progress

_CHOICES: dict[str, tuple[str | int, ...]] = {
    "kind": tuple(Kind),
    "tier": tuple(reversed(Tier)),
    "level": (1, 2, 3),
}
_QUESTIONS = {"kind": "这是什么诉求？", "tier": "有多紧急？", "level": "按几级处理？"}


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded answer, the trainee's progress after it, and the cited documents' titles."""

    grade: Grade
    progress: Progress
    titles: dict[str, str]


def register(house: House) -> None:
    """Serve the page at `/ui/training`."""

    @ui.page("/training", response_timeout=PATIENCE)
    async def page() -> None:
        with frame(house, "/training", "narrow") as around:
            drills = TrainingPage(around)
            drills.build()
        await ui.context.client.connected()
        await around.restore_name()
        await drills.next()


class TrainingPage:
    """One screen's drill."""

    def __init__(self, around: Frame) -> None:
        self._house, self._reader, self._duty = around.house, around.reader, around.duty
        self._name_entry = around.name_entry
        self._drill: Drill | None = None
        self._given: dict[str, str | int] = {}

    def build(self) -> None:
        with box("page-head"):
            text("分诊练习", "page-title", "h1")
            self._progress = attributes(box("progress"), data_testid="progress")
        self._place = attributes(box(""), aria_live="polite")
        self._name_entry.on("blur", self._renamed)

    @property
    def _trainee(self) -> str:
        return self._duty.actor

    async def next(self) -> None:
        """Put the next drill on the screen."""
        self._place.clear()
        with self._place:
            busy("正在出题…")
        try:
            drill = await away(self._house.drills.next, self._trainee)
            progress = await away(self._house.drills.progress, self._trainee)
        except Failed as failure:
            self._fail(failure)
            return
        self._drill, self._given = drill, {}
        self._show_progress(progress)
        self._show(drill)

    async def _renamed(self) -> None:
        try:
            self._show_progress(await away(self._house.drills.progress, self._trainee))
        except Failed as failure:
            self._fail(failure)

    def _fail(self, failure: Failed) -> None:
        self._place.clear()
        with self._place:
            failing(str(failure))
            button("再试一次", self.next, "quiet-button")

    def _show_progress(self, progress: Progress) -> None:
        share = progress.correct / progress.answered if progress.answered else 0.0
        self._progress.clear()
        with self._progress:
            text(progress.trainee, "", "span")
            text(f"答过 {progress.answered} 题，全对 {progress.correct} 题", "quiet", "span")
            with attributes(box("bar"), aria_hidden="true"):
                box("bar-fill").style(f"width:{share:.0%}")

    def _show(self, drill: Drill) -> None:
        self._place.clear()
        with self._place:
            self._question(drill)
            with attributes(box("card choices"), data_testid="choices") as choices:
                for field in _CHOICES:
                    self._choice(field)
                with box("form-foot"):
                    self._hint = text("三项都选好再提交", "quiet", "span")
                    self._submit_button = button("提交", self._submit, "main-button")
            on_submit_key(choices, self._submit_keyed, control=True)

    def _question(self, drill: Drill) -> None:
        channel = self._house.label(drill.channel, "channels")
        heading("来件", f"{channel} · {drill.received_at:%Y-%m-%d %H:%M}")
        text(drill.message, "message-quote", "blockquote")

    def _choice(self, field: str) -> None:
        name, group = FIELDS[field]
        with attributes(box("choice", "fieldset"), data_field=field):
            text(_QUESTIONS[field], "choice-name", "legend")
            options: dict[str | int, str] = {
                code if isinstance(code, int) else str(code): self._house.label(code, group)
                for code in _CHOICES[field]
            }
            made = ui.radio(options, on_change=lambda e: self._give(field, e.value))
            attributes(made.props("inline"), aria_label=name)

    def _give(self, field: str, value: str | int) -> None:
        self._given[field] = value

    async def _submit_keyed(self, _typed: str) -> None:
        await self._submit()

    async def _submit(self) -> None:
        if self._drill is None:
            return
        missing = [FIELDS[field][0] for field in _CHOICES if field not in self._given]
        if missing:
            self._hint.set_text(f"还没有选：{'、'.join(missing)}")
            self._hint.classes("is-missing")
            return
        self._submit_button.props("loading")
        try:
            graded = await away(self._grade, self._drill)
        except Failed as failure:
            self._fail(failure)
            return
        self._show_progress(graded.progress)
        self._show_grade(self._drill, graded)

    def _grade(self, drill: Drill) -> Graded:
        house, given = self._house, self._given
        grade = house.drills.answer(
            self._trainee,
            drill.case_id,
            str(given["kind"]),
            str(given["tier"]),
            int(given["level"]),
            house.now(),
        )
        titles = {d.id: d.title for d in house.knowledge_base.documents()}
        return Graded(grade, house.drills.progress(self._trainee), titles)

    def _show_grade(self, drill: Drill, graded: Graded) -> None:
        self._place.clear()
        with self._place:
            self._question(drill)
            right = graded.grade.correct
            with attributes(box("card grade"), data_testid="grade"):
                text("全部正确" if right else "有不对的地方", "grade-title", "h2")
                with box("marks"):
                    for mark in graded.grade.marks:
                        self._mark(mark)
            heading("为什么")
            with attributes(box("card reasons"), data_testid="why"):
                for row in graded.grade.rows:
                    self._reason(row, graded.titles)
                if not graded.grade.marks[0].correct:
                    text("诉求类型以案例的记录为准，规则从它出发。", "quiet reason")
            with box("form-foot"):
                ui.link("看这个案例怎么处理", f"/cases?id={drill.case_id}").classes("link")
                following = button("下一题", self.next, "main-button")
                attributes(following.props("autofocus"), data_testid="next")

    def _mark(self, mark: Mark) -> None:
        name, group = FIELDS[mark.field]
        with box("mark is-right" if mark.correct else "mark is-wrong"):
            text("✓" if mark.correct else "✗", "mark-sign", "span")
            text(name, "mark-name", "span")
            text(self._said(mark.right, group), "mark-right", "span")
            if not mark.correct:
                text(f"你选了{self._said(mark.given, group)}", "mark-given", "span")

    def _said(self, value: str, group: str) -> str:
        return self._house.label(int(value) if group == "levels" else value, group)

    def _reason(self, row: FiredRow, titles: dict[str, str]) -> None:
        with box("reason"):
            text(row.text, "reason-text")
            with box("reason-foot"):
                label = clause_name(row.source, titles)
                link(label, lambda: self._reader.clause(row.source), "backing")
                text(row.rule, "quiet code", "span")

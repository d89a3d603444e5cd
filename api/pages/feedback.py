"""有用 or 没用 under an answer; what is no use becomes something to write."""

from functools import partial

from nicegui import ui
from nicegui.element import Element

from api.pages.widgets import attributes, box, button, failing, link, text
from api.pages.work import Failed, away
from api.wiring import House
from assistant.gaps.types import Channel
from assistant.types import Answer

REASONS = ("不对", "不全", "过时", "没答到", "其他")


def draw_feedback(house: House, answer: Answer) -> None:
    """Two buttons, and reasons to choose and to write when the answer was no use."""
    if not answer.id:
        return
    Feedback(house, answer).build()


class Feedback:
    """What one person says of one answer."""

    def __init__(self, house: House, answer: Answer) -> None:
        self._house, self._answer = house, answer
        self._reasons: dict[str, Element] = {}
        self._place: Element = attributes(box("feedback"), data_testid="feedback")

    def build(self) -> None:
        with self._place:
            text("这条答复有用吗？", "quiet", "span")
            button("有用", self._useful, "quiet-button")
            button("没用", self._ask_why, "quiet-button")

    async def _useful(self) -> None:
        await self._send(True)

    def _ask_why(self) -> None:
        self._place.clear()
        with self._place:
            with attributes(box("chips feedback-reasons"), role="group", aria_label="哪里没用"):
                for reason in REASONS:
                    chip = link(reason, partial(self._press, reason), "chip")
                    self._reasons[reason] = attributes(chip, aria_pressed="false")
            self._text = ui.input(placeholder="可以补充说明").props(
                'outlined dense maxlength=200 aria-label="没用的原因"'
            )
            self._text.classes("feedback-reason")
            self._text.on("keydown.enter", self._useless)
            button("提交", self._useless, "main-button")

    def _press(self, reason: str) -> None:
        """Choose a reason, or take it back."""
        pressed = not self._is_pressed(reason)
        chip = attributes(self._reasons[reason], aria_pressed=str(pressed).lower())
        chip.classes(toggle="is-pressed")

    def _is_pressed(self, reason: str) -> bool:
        return bool(self._reasons[reason].props["aria-pressed"] == "true")

    async def _useless(self) -> None:
        chosen = "、".join(reason for reason in REASONS if self._is_pressed(reason))
        said = (self._text.value or "").strip()
        await self._send(False, "：".join(part for part in (chosen, said) if part))

    async def _send(self, useful: bool, reason: str = "") -> None:
        house, answer = self._house, self._answer
        line = ""
        try:
            await away(house.asked.rate, answer.question, useful, reason, answer.id, Channel.PAGE)
        except Failed as failure:
            line = str(failure)
        self._place.clear()
        with self._place:
            if line:
                failing(line)
            else:
                thanks = "谢谢，已记下。" if useful else "谢谢，已记入待补问题。"
                text(thanks, "quiet", "span")

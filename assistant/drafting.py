"""A reply for the CSR to send: feelings first, facts from passages, promises from the rules.

The composer needs no language model. A `Writer` may later reword what was composed; it gets the
finished segments, so facts and promises are fixed before any model sees them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from assistant.matter import INSTRUCTION, as_object, name_matter, needs_a_visit, question_of
from assistant.phrasebook import Phrasebook, phrasebook
from assistant.rendering import render, say_moment
from assistant.script import in_script
from assistant.types import Answer, Citation, Draft, Segment, Triage
from rules.types import Deadline, Kind, Milestone, Tier

# who has just reported needs no advice to report
_TELLS_TO_REPORT = re.compile(r"^(?![^，。]*不要).{0,8}(?:报修|拨打|致电|联系客服)")
# kinds whose reply is better for a fact; a praise needs none
_FACT_KINDS = frozenset(
    {Kind.INQUIRY, Kind.REPAIR, Kind.COMPLAINT, Kind.ASSISTANCE, Kind.SUGGESTION}
)


class Writer(Protocol):
    """Rewords composed segments; may not add facts, times or promises."""

    name: str

    def rewrite(self, segments: Sequence[Segment], triage: Triage) -> Sequence[Segment]: ...


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How the company introduces itself."""

    company: str
    estate: str


@dataclass(frozen=True, slots=True)
class Drafter:
    """Composes drafts.

    `ask` answers a question from the knowledge base; `clause` finds the passage of a clause by
    its source (`pol-emergency 第六条`), or None; `tellable` says whether a passage is for
    residents; `label(code, group)` gives the Chinese name of a code.
    """

    letterhead: Letterhead
    ask: Callable[[str], Answer]
    clause: Callable[[str], Citation | None]
    tellable: Callable[[Citation], bool]
    label: Callable[[str, str], str]
    phrases: Phrasebook = field(default_factory=phrasebook)
    writer: Writer | None = None

    def draft(self, triage: Triage) -> Draft:
        """The draft for one triaged message, in the script the resident wrote."""
        critical = triage.decision.tier is Tier.CRITICAL
        parts = _Parts([], [])
        facts, disputes = ([], []) if critical else self._facts(triage)
        self._open(parts, triage, critical, unanswered=not facts)
        warnings = [] if critical else self._tell(parts, triage, facts)
        self._promise(parts, triage, critical)
        self._close(parts, triage, critical)
        segments = tuple(parts.segments)
        if self.writer is not None:
            segments = tuple(self.writer.rewrite(segments, triage))
        segments = tuple(replace(s, text=in_script(s.text, triage.script)) for s in segments)
        return Draft(
            triage=triage,
            segments=segments,
            citations=tuple(parts.citations),
            warnings=(*disputes, *warnings, *_warnings(triage)),
            backend="composed" if self.writer is None else self.writer.name,
            text=render(segments),
        )

    def _open(self, parts: "_Parts", triage: Triage, critical: bool, unanswered: bool) -> None:
        greeting = str(self.phrases.replies["greeting"])
        parts.add("greeting", greeting.format(**asdict(self.letterhead)))
        matter = name_matter(triage, self.phrases, self.label)
        if critical:
            parts.add("restate", self._emergency(matter, triage))
            self._safety(parts, triage)
            return
        parts.add("empathy", self.phrases.empathy(triage.kind, _anger(triage)))
        purpose = "restate" if matter else "restate_unknown"
        wording = self.phrases.by_kind(purpose, triage.kind)
        if matter and unanswered and triage.kind is Kind.INQUIRY:
            wording = str(self.phrases.replies["restate_unanswered"])
        department = self.label(triage.department, "departments")
        parts.add("restate", wording.format(matter=as_object(matter), department=department))

    def _emergency(self, matter: str | None, triage: Triage) -> str:
        replies = self.phrases.replies
        own = [replies["emergency_own"].get(signal.code) for signal in triage.signals]
        if any(own):
            return str(next(filter(None, own)))
        if matter is None:
            return str(replies["emergency_unknown"])
        return str(replies["emergency"]).format(matter=matter)

    def _safety(self, parts: "_Parts", triage: Triage) -> None:
        present = {signal.code for signal in triage.signals}
        for step in self.phrases.safety.values():
            if step.signal in present:
                found = self.clause(step.source)
                parts.add("safety", step.text, [] if found is None else [found], [step.source])

    def _facts(self, triage: Triage) -> tuple[list[tuple[str, list[Citation]]], list[str]]:
        """What a resident may be told, each with its passages, and where sources disagree.

        What sources dispute is left to the CSR, and so is what no passage for residents states.
        """
        if triage.kind not in _FACT_KINDS:
            return [], []
        answer = self.ask(question_of(triage.message.text))
        disputed = {place for conflict in answer.conflicts for place in conflict.segments}
        facts = []
        for place, segment in enumerate(answer.segments):
            tellable = [c for i in segment.citations if self.tellable(c := answer.citations[i])]
            is_news = triage.kind is Kind.INQUIRY or not _TELLS_TO_REPORT.search(segment.text)
            if tellable and is_news and place not in disputed:
                facts.append((segment.text, tellable))
        return facts, [conflict.text for conflict in answer.conflicts]

    def _tell(
        self, parts: "_Parts", triage: Triage, told: Sequence[tuple[str, list[Citation]]]
    ) -> list[str]:
        """Add the facts; returns what the CSR must know of them."""
        if not told and triage.kind is Kind.INQUIRY:
            parts.add("fact", str(self.phrases.replies["not_known"]))
            return ["知识库里没有查到能直接回答的依据，事实部分请核实后补充。"]
        for text, citations in told[: 4 if triage.kind is Kind.INQUIRY else 2]:
            parts.add("fact", text, citations)
        return []

    def _promise(self, parts: "_Parts", triage: Triage, critical: bool) -> None:
        answered = any(segment.citations for segment in parts.segments)
        if _acted_kind(triage) is Kind.INQUIRY and answered and not critical:
            # the draft itself is the answer that was promised
            return
        lines = self._promises(triage, critical)
        if not lines:
            return
        text = "，".join(line for line, _ in lines).replace("，并", "并") + "。"
        if not critical:
            text = str(self.phrases.replies["commitment_lead"]) + text
        parts.add("commitment", text, rules=[rule for _, rule in lines])

    def _promises(self, triage: Triage, critical: bool) -> list[tuple[str, str]]:
        replies = self.phrases.replies
        wordings = replies["critical_commitments" if critical else "commitments"]
        told = wordings if critical else replies["promised"][_acted_kind(triage)]
        department = self.label(triage.department, "departments")
        now = triage.message.received_at
        lines: list[tuple[str, str]] = []
        previous = ""
        for limit in triage.decision.deadlines:
            # a limit that ends as it begins is kept already: the next step says so
            if limit.milestone not in told or limit.due_at == now:
                continue
            wording = str(wordings[_promise_key(limit, triage)])
            due = "" if limit.due_at is None else say_moment(limit.due_at, now)
            # the same moment is said once: 15:36前有同事与您联系并派单给工程部门
            if due and due == previous and wording.startswith("{due}前"):
                wording = wording.replace("{due}前", "并", 1)
            previous = due
            said = wording.format(due=due, limit=limit.limit, department=department)
            lines.append((said, limit.rule))
        return lines

    def _close(self, parts: "_Parts", triage: Triage, critical: bool) -> None:
        replies = self.phrases.replies
        if triage.ask_next:
            parts.add("ask", str(replies["ask_lead"]) + "".join(triage.ask_next))
        if not (critical or triage.kind in (Kind.PRAISE, Kind.OTHER)):
            level = triage.decision.level
            step = str(replies["next_step"][max(level, 2) if needs_a_visit(triage) else level])
            parts.add(
                "next_step", step.format(department=self.label(triage.department, "departments"))
            )
        closing = replies["emergency_closing"]
        parts.add(
            "closing", str(closing) if critical else self.phrases.by_kind("closing", triage.kind)
        )


@dataclass(slots=True)
class _Parts:
    """Segments and citations while a draft grows; a passage is cited under one number."""

    segments: list[Segment]
    citations: list[Citation]

    def add(
        self,
        role: str,
        text: str,
        citations: Sequence[Citation] = (),
        rules: Sequence[str] = (),
    ) -> None:
        if not text:
            return
        numbers = []
        for citation in citations:
            if citation not in self.citations:
                self.citations.append(citation)
            numbers.append(self.citations.index(citation))
        self.segments.append(Segment(text, tuple(numbers), role, tuple(rules)))


def _acted_kind(triage: Triage) -> Kind:
    """The kind whose promises hold: a question that proves a theft is also a call for help."""
    return Kind.ASSISTANCE if triage.kind is Kind.INQUIRY and needs_a_visit(triage) else triage.kind


def _anger(triage: Triage) -> int:
    return max((s.value or 0 for s in triage.signals if s.code == "anger"), default=0)


def _promise_key(limit: Deadline, triage: Triage) -> str:
    if limit.milestone is Milestone.ON_SITE and limit.note == "按约定时间":
        return "on_site_wished"
    if limit.milestone is Milestone.REPLY and triage.kind is Kind.COMPLAINT:
        return "plan" if triage.decision.level == 3 else "reply"
    return str(limit.milestone)


def _warnings(triage: Triage) -> list[str]:
    warnings = []
    if any(limit.provisional for limit in triage.decision.deadlines):
        warnings.append("部分时限落在节假日安排尚未公布的年份，日期为暂定。")
    if INSTRUCTION.search(triage.message.text):
        warnings.append("来件中含有对机器下指令的文字，已按普通内容处理，未予执行。")
    return warnings

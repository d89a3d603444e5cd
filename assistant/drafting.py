"""A reply for the CSR to send: feelings first, facts from passages, promises from the rules.

The composer needs no language model. A `Writer` may later reword what was composed; it gets the
finished segments, so facts and promises are fixed before any model sees them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from assistant.phrasebook import Phrasebook, phrasebook
from assistant.script import in_script, to_simplified
from assistant.types import Answer, Citation, Draft, Segment, Triage
from rules.types import Deadline, Kind, Milestone, Tier

# text that addresses a machine is never named back to the resident
_INSTRUCTION = re.compile(
    r"忽略.{0,12}(指令|要求|规则|提示|内容)|你(现在)?是一?[个名]?.{0,6}(AI|人工智能|机器人|助手|模型)"
    r"|系统提示|提示词|ignore .{0,20}(instruction|prompt)|system prompt",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
# characters of a message that are asked; what comes later thins the question out
_QUESTION_LENGTH = 200
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
    phrases: Phrasebook
    writer: Writer | None = None

    def draft(self, triage: Triage) -> Draft:
        """The draft for one triaged message, in the script the resident wrote."""
        critical = triage.decision.tier is Tier.CRITICAL
        parts = _Parts([], [])
        facts = [] if critical else self._facts(triage)
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
            warnings=(*warnings, *_warnings(triage)),
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
        parts.add("restate", wording.format(matter=_as_matter(matter), department=department))

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

    def _facts(self, triage: Triage) -> list[tuple[str, list[Citation]]]:
        """What the knowledge base says that a resident may be told, with its passages."""
        if triage.kind not in _FACT_KINDS:
            return []
        answer = self.ask(_question(triage.message.text))
        return [
            (segment.text, [answer.citations[i] for i in segment.citations])
            for segment in answer.segments
            if all(self.tellable(answer.citations[i]) for i in segment.citations)
            and (triage.kind is Kind.INQUIRY or not _TELLS_TO_REPORT.search(segment.text))
        ]

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
            step = str(replies["next_step"][max(level, 2) if _is_matter(triage) else level])
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


def name_matter(
    triage: Triage, phrases: Phrasebook, label: Callable[[str, str], str]
) -> str | None:
    """What the message is about in the trade's own words, or None when no word tells it.

    Only words of our own are used, never the message's: what a resident wrote may hold a
    neighbour's data, an insult, or an instruction to a machine.
    """
    place = _say_place(triage)
    named = [s.code for s in triage.signals if s.code in phrases.safety]
    named += [s.code for s in triage.signals if s.code in _NAMED_SIGNALS]
    if named:
        return place + label(named[0], "signals").removeprefix("正在")
    text = to_simplified(_without_instructions(triage.message.text))
    found = [(text.find(word), name) for word, name in phrases.matters if word in text]
    return place + min(found)[1] if found else None


def _as_matter(matter: str | None) -> str | None:
    """A matter as an object of a sentence: 停水 becomes 停水一事, 照明问题 stays."""
    return matter if matter is None or matter.endswith("问题") else f"{matter}一事"


def _without_instructions(text: str) -> str:
    """The sentences that speak to people."""
    return "".join(part for part in _SENTENCE.findall(text) if not _INSTRUCTION.search(part))


def _question(text: str) -> str:
    """What to ask the knowledge base: the beginning of what speaks to people, whole sentences."""
    asked = ""
    for sentence in _SENTENCE.findall(_without_instructions(text)):
        if asked and len(asked) + len(sentence) > _QUESTION_LENGTH:
            break
        asked += sentence
    return asked[:_QUESTION_LENGTH] or text[:_QUESTION_LENGTH]


# signals whose label names the matter itself, not how it is told
_NAMED_SIGNALS = frozenset(
    {
        "no_water",
        "no_power",
        "no_gas_or_heat",
        "all_lifts_down",
        "lift_fault",
        "entry_door_stuck",
        "sewage_backflow",
        "active_leak",
        "theft",
        "break_in",
        "falling_object",
        "facade_loose",
        "manhole_open",
        "fire_lane_blocked",
        "battery_charging_hazard",
    }
)


def _say_place(triage: Triage) -> str:
    where = triage.location
    if where.building is None:
        return where.place or ""
    unit = f"{where.unit}单元" if where.unit else ""
    return f"{where.building}栋{unit}"


def _is_matter(triage: Triage) -> bool:
    """Whether something on the spot is wrong that somebody has to go and see to."""
    return any(s.code in _NAMED_SIGNALS for s in triage.signals)


def _acted_kind(triage: Triage) -> Kind:
    """The kind whose promises hold: a question that proves a theft is also a call for help."""
    return Kind.ASSISTANCE if triage.kind is Kind.INQUIRY and _is_matter(triage) else triage.kind


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
    if _INSTRUCTION.search(triage.message.text):
        warnings.append("来件中含有对机器下指令的文字，已按普通内容处理，未予执行。")
    return warnings


def say_moment(moment: datetime, now: datetime) -> str:
    """A moment as people say it on the day of `now`: 今天14:30, 明天10:00, 11月25日16:00."""
    local = moment.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    day = {0: "今天", 1: "明天"}.get(days) or (
        f"{local.month}月{local.day}日"
        if local.year == now.year
        else f"{local.year}年{local.month}月{local.day}日"
    )
    return f"{day}{local:%H:%M}"


# a new paragraph starts before these roles
_BREAKS = frozenset({"empathy", "safety", "fact", "commitment", "ask", "next_step", "closing"})
_JOINED = frozenset({("fact", "fact")})


def render(segments: Sequence[Segment]) -> str:
    """The draft as plain text with paragraphs, ready to send."""
    text, previous = "", ""
    for segment in segments:
        new_paragraph = segment.role in _BREAKS and (previous, segment.role) not in _JOINED
        text += ("\n" if text and new_paragraph else "") + segment.text
        previous = segment.role
    return text


def to_json(draft: Draft, triage: dict[str, Any]) -> dict[str, Any]:
    """The draft as the command line and HTTP give it: the triage output and what is added."""
    return {
        **triage,
        "text": draft.text,
        "segments": [
            {
                "role": segment.role,
                "text": segment.text,
                "citations": list(segment.citations),
                "rules": list(segment.rules),
            }
            for segment in draft.segments
        ],
        "citations": [citation_json(citation) for citation in draft.citations],
        "commitments": [
            {
                "milestone": limit.milestone,
                "due_at": None if limit.due_at is None else limit.due_at.isoformat(),
                "limit": limit.limit,
                "rule": limit.rule,
            }
            for limit in draft.triage.decision.deadlines
        ],
        "warnings": list(draft.warnings),
        "backend": draft.backend,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation with all that is needed to show it and to open it."""
    return {
        "chunk_id": citation.chunk_id,
        "document_id": citation.document_id,
        "title": citation.title,
        "section": list(citation.section),
        "text": citation.text,
        "source": citation.source,
        "page": citation.page,
    }


def drafter(
    letterhead: Letterhead,
    ask: Callable[[str], Answer],
    clause: Callable[[str], Citation | None],
    tellable: Callable[[Citation], bool],
    label: Callable[[str, str], str],
) -> Drafter:
    """A drafter with the wordings that ship."""
    return Drafter(letterhead, ask, clause, tellable, label, phrasebook())

"""A reply put together: feelings first, then the matter, facts, promises, and who goes on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from assistant.composing.facts import Fact, told
from assistant.composing.promises import is_wished, join, promised, promised_at_once
from assistant.composing.situation import (
    ACTED_ON,
    acted_kind,
    anger_of,
    is_outside,
    several_matters,
    undertones,
    values_of,
    values_of_question,
)
from assistant.matter import INSTRUCTION, question_of
from assistant.opinions import dangers_to_meet
from assistant.phrase_types import EVERY_KIND
from assistant.phrasebook import Phrasebook
from assistant.types import Answer, Citation, Possible, Segment, Triage
from rules.types import Kind, Tier

# kinds whose reply is better for a fact; a praise needs none
_FACT_KINDS = ACTED_ON | {Kind.INQUIRY, Kind.SUGGESTION}
# the undertones that are apologies; the others belong to what was understood
_APOLOGIES = frozenset({"repeated", "waiting"})
_MOST_QUESTIONS = 2


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How the company introduces itself."""

    company: str
    estate: str


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished reply in simplified script: segments by role, their passages, what to tell the
    CSR. A fact has its citations, a commitment its rules, a safety step its clause."""

    segments: tuple[Segment, ...]
    citations: tuple[Citation, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes without a model. The fields are those of `assistant.drafting.Drafter`."""

    letterhead: Letterhead
    ask: Callable[[str], Answer]
    clause: Callable[[str], Citation | None]
    tellable: Callable[[Citation], bool]
    label: Callable[[str, str], str]
    phrases: Phrasebook

    def compose(self, triage: Triage) -> Composed:
        """The reply to one triaged message."""
        letter = _Letter(self.phrases, triage, self._values(triage))
        letter.say("greeting", "greeting")
        if triage.decision.tier is Tier.CRITICAL:
            self._emergency(letter, triage)
            warnings: list[str] = []
        elif is_outside(triage):
            warnings = self._outside(letter, triage)
        else:
            warnings = self._reply(letter, triage)
        return Composed(
            tuple(letter.segments), tuple(letter.citations), (*warnings, *_warnings(triage))
        )

    def _values(self, triage: Triage) -> dict[str, str]:
        return {**asdict(self.letterhead), **values_of(triage, self.phrases, self.label)}

    def _emergency(self, letter: "_Letter", triage: Triage) -> None:
        present = dangers_to_meet(triage)
        matter = letter.values.get("matter", "").removesuffix("一事")
        values = {"matter": matter} if matter else {}
        # to be told one's own despair would hurt
        letter.say("restate", "despair" if "self_harm" in present else "emergency", values=values)
        for step in self.phrases.safety.values():
            if step.signal in present:
                found = self.clause(step.source)
                letter.add("safety", step.text, [] if found is None else [found], [step.source])
        if pieces := promised_at_once(triage, self.phrases.promises):
            letter.add("commitment", f"{join(pieces)}。", rules=[rule for _, rule in pieces])
        letter.ask("missing_urgent")
        letter.say("closing", "closing_urgent")

    def _outside(self, letter: "_Letter", triage: Triage) -> list[str]:
        """Another authority acts on it: who and how, and what we can still do."""
        # an apology would be for what others do
        upset = triage.kind is Kind.COMPLAINT or anger_of(triage) > 0
        letter.say("empathy", "sympathy" if upset else "empathy")
        letter.say("restate", "restate", kind=EVERY_KIND)
        letter.say("next_step", "out_of_scope")
        if triage.kind in ACTED_ON:
            letter.promise(promised(triage, self.phrases.promises, outside=True))
        letter.say("closing", "closing", kind=EVERY_KIND)
        authority = letter.values["authority"]
        return [f"这件事看来由{authority}主管，发送前请核对单位和联系方式。"]

    def _reply(self, letter: "_Letter", triage: Triage) -> list[str]:
        facts, warnings = self._facts(triage)
        letter.say("empathy", "empathy")
        found = undertones(triage)
        for situation in found:
            if situation in _APOLOGIES:
                letter.say("empathy", situation)
        self._restate(letter, triage, facts)
        for situation in found:
            if situation not in _APOLOGIES:
                letter.say("restate", situation)
        self._tell(letter, triage, facts)
        unanswered = triage.kind is Kind.INQUIRY and not facts
        if unanswered:
            letter.say("restate", "unanswered")
            warnings.append("知识库里没有查到能直接回答的依据，事实部分请核实后补充。")
        if unanswered or acted_kind(triage) is not Kind.INQUIRY:
            # the draft itself is the answer that was promised to who only asks
            letter.promise(promised(triage, self.phrases.promises))
            self._hand_on(letter, triage)
        elif any(part.kind in ACTED_ON for part in triage.parts):
            letter.say("next_step", "follow_up", values={})
        if not facts and not unanswered and _asks(triage):
            warnings.append("来件里还有要问的，知识库里没有查到依据，请核实后补充。")
        if triage.kind not in (Kind.PRAISE, Kind.OTHER):
            letter.ask("missing")
        letter.say("closing", "closing")
        return warnings

    def _restate(self, letter: "_Letter", triage: Triage, facts: Sequence[Fact]) -> None:
        """The matter named back, unless an answer names it."""
        if triage.kind is not Kind.PRAISE and (matters := several_matters(triage, self.phrases)):
            letter.say("restate", "several", values={"matter": matters})
        elif triage.kind is not Kind.INQUIRY or not facts:
            letter.say("restate", "restate")
        if any(is_wished(limit) for limit in triage.decision.deadlines):
            letter.say("restate", "appointment")

    def _tell(self, letter: "_Letter", triage: Triage, facts: Sequence[Fact]) -> None:
        """The facts, and before them what they answer."""
        if facts and _asks(triage):
            values = values_of_question(triage, facts[0], self.phrases, letter.values)
            letter.say("restate", "answer", kind=Kind.INQUIRY, values=values)
        for fact in facts:
            letter.add("fact", fact.text, fact.citations)

    def _facts(self, triage: Triage) -> tuple[list[Fact], list[str]]:
        """What the knowledge base says to the questions of a message, where it disagrees, and what
        may answer a question that it does not surely answer."""
        if triage.kind not in _FACT_KINDS:
            return [], []
        parts = [part.text for part in triage.parts if part.kind is Kind.INQUIRY]
        asked = parts[:_MOST_QUESTIONS] or [triage.message.text]
        answers = [self.ask(question_of(text)) for text in asked]
        kind = Kind.INQUIRY if parts else triage.kind
        warnings = [conflict.text for answer in answers for conflict in answer.conflicts]
        if kind is Kind.INQUIRY:
            warnings += [_hint(answer.possible[0]) for answer in answers if answer.possible]
        return told(answers, kind, self.tellable), warnings

    def _hand_on(self, letter: "_Letter", triage: Triage) -> None:
        kind = acted_kind(triage)
        if kind in (Kind.PRAISE, Kind.OTHER):
            letter.say("next_step", "offer")
        elif kind is Kind.SUGGESTION:
            letter.say("next_step", "study")
        elif triage.decision.level == 3:
            letter.say("next_step", "escalated")
        else:
            letter.say("next_step", "follow_up", kind=kind)


def _hint(possible: Possible) -> str:
    source = possible.citation.path
    return f"资料里这句可能相关，请核对原文再决定用不用：{possible.text}（{source}）"


@dataclass(slots=True)
class _Letter:
    """Segments and citations while a draft grows; a passage is cited under one number."""

    phrases: Phrasebook
    triage: Triage
    values: Mapping[str, str]
    segments: list[Segment] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def say(
        self,
        role: str,
        situation: str,
        kind: str = "",
        values: Mapping[str, str] | None = None,
        rules: Sequence[str] = (),
    ) -> None:
        """Add the library's words for a situation; nothing where it has none."""
        message = self.triage.message
        text = self.phrases.pick(
            situation,
            kind or self.triage.kind,
            anger_of(self.triage),
            self.values if values is None else values,
            f"{message.id}\n{message.text}",
        )
        self.add(role, text, rules=rules)

    def ask(self, situation: str) -> None:
        """Add the questions for what is missing."""
        if questions := self.triage.ask_next:
            said = "".join(question.removeprefix("请问") for question in questions)
            self.say("ask", situation, values={"questions": said})

    def promise(self, pieces: Sequence[tuple[str, str]]) -> None:
        """Add one sentence of promises."""
        if pieces:
            rules = [rule for _, rule in pieces]
            self.say("commitment", "promise", values={"promises": join(pieces)}, rules=rules)

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


def _asks(triage: Triage) -> bool:
    return triage.kind is Kind.INQUIRY or any(p.kind is Kind.INQUIRY for p in triage.parts)


def _warnings(triage: Triage) -> list[str]:
    warnings = []
    if any(limit.provisional for limit in triage.decision.deadlines):
        warnings.append("部分时限落在节假日安排尚未公布的年份，日期为暂定。")
    if INSTRUCTION.search(triage.message.text):
        warnings.append("来件中含有对机器下指令的文字，已按普通内容处理，未予执行。")
    return warnings

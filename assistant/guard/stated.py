"""Each value of a draft must come from a cited passage, the decision or the message."""

import re
from collections.abc import Iterable, Iterator

from assistant.guard.comparing import anywhere, same
from assistant.guard.ground import Ground, Part, Passage, clause_at, sentence_at, sentences_of
from assistant.guard.likeness import shared, telling
from assistant.guard.moments import (
    ECHO,
    clock_after,
    day_before,
    decided,
    is_promised,
    limit_for,
    milestones_of,
)
from assistant.guard.numbers import NUMBER, amount
from assistant.guard.types import Code
from assistant.guard.values import TIMES, Measured, Value, values_of
from assistant.rendering import say_moment
from assistant.script import fold
from assistant.types import Violation

_RULES = re.compile("(?:》|规定|办法|细则|公约|条例|法|合同|预案)[^,。;]{0,6}$")
_EMERGENCY_NUMBERS = frozenset({"110", "119", "120", "122"})
_CODES = {
    Measured.DURATION: Code.TIME, Measured.CLOCK: Code.TIME, Measured.DATE: Code.DATE,
    Measured.WEEKDAY: Code.DATE, Measured.DAY: Code.DATE, Measured.MONEY: Code.MONEY,
    Measured.PERCENT: Code.COUNT, Measured.AMOUNT: Code.COUNT, Measured.COUNT: Code.COUNT,
    Measured.EVERY: Code.UNIT, Measured.PLACE: Code.PLACE, Measured.PHONE: Code.PHONE,
    Measured.NUMBER: Code.COUNT,
}  # fmt: skip
_AT_MOST = re.compile("(?:最多|至多|顶多|最少|至少|不超过|不少于|只能|仅限?|上限|限)[^,。;]{0,3}$")
_SWAPPABLE = TIMES | {Measured.MONEY, Measured.PERCENT, Measured.AMOUNT, Measured.COUNT}
# as many pairs more must another value of the passage share with the clause than its own
_CLEARLY_NEARER = 2
_LEAST_CONTEXT = 2


def stated(part: Part, ground: Ground) -> Iterator[Violation]:
    """The values of a segment that nothing backs."""
    if part.segment.role == "greeting" and part.folded in ground.own:
        return
    for value in part.values:
        finding = _judge(part, value, ground)
        if finding is None:
            continue
        code, correct = finding
        start, end = part.span(value.start, value.end)
        text = part.segment.text[start:end]
        reason = _reason(code, text, part)
        yield Violation(part.index, start, end, code, text, reason, correct)


def _judge(part: Part, value: Value, ground: Ground) -> tuple[Code, str | None] | None:
    if value.measured is Measured.PHONE:
        return None if _is_known_number(part, value, ground) else (_phone_code(value), None)
    if part.segment.role == "safety" and _in_safety_step(value, ground):
        return None
    if value.measured in TIMES:
        return _judge_time(part, value, ground)
    if value.measured is Measured.EVERY:
        return _judge_period(part, value, ground)
    if value.measured is Measured.COUNT and _only_lists(part, value):
        return None
    if value.measured is Measured.PLACE:
        return None if _is_known_place(part, value, ground) else (Code.PLACE, None)
    if value.measured is Measured.NUMBER:
        sources = (ground.message, ground.own, *(p.text for p in part.passages))
        return None if any(_stands(value.text, s) for s in sources) else (Code.COUNT, None)
    if _in_passages(value, part.passages):
        swapped = _swapped(part, value)
        return None if swapped is None else (_CODES[value.measured], swapped)
    if anywhere(value, ground.message_values) and _may_echo(part, value):
        return None
    echoes = ECHO.search(clause_at(part.folded, value.start).text)
    if echoes and value.measured is Measured.COUNT and part.segment.role != "fact":
        return None  # 您两次反映
    return _wrong(part, value, part.passages, ())


def _judge_time(part: Part, value: Value, ground: Ground) -> tuple[Code, str | None] | None:
    if value.unit == "relative" and value.meanings[0][0] < 0:
        return None  # 昨天 tells what was
    if value.unit == "vague" and part.segment.role not in ("fact", "commitment", "text"):
        return None  # 才换没几天: how it feels
    if misheard := _misheard(part, value, ground):
        return Code.DATE, misheard.text
    promised = is_promised(part, value)
    bound = part.segment.role == "fact" or not promised
    if _in_passages(value, part.passages) and (bound or _in_context(part, value)):
        swapped = None if decided(part, value, ground) else _swapped(part, value)
        return None if swapped is None else (_CODES[value.measured], swapped)
    if decided(part, value, ground) and (promised or part.segment.role != "fact"):
        return None
    if not promised:
        relative = value.measured is Measured.DAY and value.unit == "relative"
        echoed = anywhere(value, ground.message_values) and _may_echo(part, value)
        if relative or echoed or (part.segment.role != "fact" and decided(part, value, ground)):
            return None
        if part.segment.role not in ("fact", "text") and value.text[0] in "一半":
            return None  # 一个月里第三次, 等了半天: how it feels, not how long
        return _wrong(part, value, part.passages, ())
    wanted = milestones_of(part, value)
    if not wanted and anywhere(value, ground.message_values):
        return None  # 延到十点的提议, 为什么积了两天: what the resident named
    limit = limit_for(ground, wanted)
    if limit is None:
        return _wrong(part, value, part.passages, [v for one in ground.limits for v in one.values])
    code, _ = _wrong(part, value, (), limit.values)
    due = "" if limit.due is None else f"{say_moment(limit.due, ground.now)}前"
    return code, f"{limit.text}（{due}）" if due else limit.text


def _misheard(part: Part, value: Value, ground: Ground) -> Value | None:
    """The day that the message names for a time which the restating text gives another day."""
    if part.segment.role not in ("restate", "empathy", "ask"):
        return None
    clock = clock_after(part, value)
    if clock is None:
        return None
    times = [v for v in ground.message_values if v.measured is Measured.CLOCK and same(clock, v)]
    days = [day_before(ground.message, ground.message_values, time) for time in times]
    meant = [day for day in days if day is not None and day.measured is value.measured]
    return meant[0] if meant and not anywhere(value, meant) else None


def _judge_period(part: Part, value: Value, ground: Ground) -> tuple[Code, str | None] | None:
    """每月 and 每平方米 must be said of the same amount as in the passage."""
    clause = clause_at(part.folded, value.start)
    beside = [
        v
        for v in part.values
        if clause.start <= v.start < clause.end
        and v.measured in (Measured.MONEY, Measured.COUNT)
        and _in_passages(v, part.passages)
    ]  # fmt: skip
    if not part.passages or (value.text == "每天" and not beside):
        return None
    if part.segment.role in ("empathy", "restate"):
        return None  # 一个月报了三回: how often it happened
    periods: list[str] = []
    for passage in part.passages:
        for sentence in sentences_of(passage.text):
            values = values_of(sentence.text)
            if beside and not any(anywhere(v, values) for v in beside):
                continue
            if anywhere(value, (v for v in values if _is_rate(v) or not beside)):
                return None
            periods += [v.text for v in values if v.measured is Measured.EVERY]
    if anywhere(value, ground.message_values) or not (beside or part.segment.role == "fact"):
        return None
    if value.unit in ("次", "户", "hour", "minute") and not periods:
        return None
    return Code.UNIT, next(iter(periods), None)


def _is_rate(value: Value) -> bool:
    """每小时 or 一个月, and not the 24 hours up to which something is capped."""
    return value.measured is Measured.EVERY or value.unit == "month"


def _is_known_number(part: Part, value: Value, ground: Ground) -> bool:
    if value.unit in _EMERGENCY_NUMBERS:
        return True
    sources = (ground.own, ground.message, *(passage.text for passage in part.passages))
    return any(_stands(value.unit, re.sub(r"[^0-9*\n]", "", s.replace("x", "*"))) for s in sources)


def _phone_code(value: Value) -> Code:
    mobile = len(value.unit) == 11 and value.unit[0] == "1"
    return Code.OTHER_RESIDENT if mobile else Code.PHONE


def _stands(number: str, source: str) -> bool:
    return bool(number) and number in source


def _in_safety_step(value: Value, ground: Ground) -> bool:
    steps = ground.guard.phrases.safety.values()
    return any(anywhere(value, values_of(fold(step.text).text)) for step in steps)


def _only_lists(part: Part, value: Value) -> bool:
    """两种办法, 三条: how many things are told here, unless a passage counts the same things."""
    if (
        value.text[0] not in "两二三"
        or value.text[-1] not in "种条样项个点家户部道步件头边块片张处句"
    ):
        return False
    stretch = clause_at(part.folded, value.start)
    clause = stretch.text
    if _AT_MOST.search(clause[: value.start - stretch.start]):
        return False
    return not any(
        other.measured is Measured.COUNT
        and other.unit == value.unit
        and shared(clause, clause_at(passage.text, other.start).text) >= _LEAST_CONTEXT
        for passage in part.passages
        for other in passage.values
    )


def _is_known_place(part: Part, value: Value, ground: Ground) -> bool:
    if value.unit == "clause" and not _RULES.search(part.folded[: value.start]):
        return True  # 第二条 of what is told here
    known = list(ground.message_values)
    for passage in ground.passages if value.unit == "clause" else part.passages:
        known += passage.values
    if anywhere(value, known):
        return True
    where = ground.triage.location
    mine = {
        "栋": where.building,
        "单元": where.unit,
        "层": where.floor,
        "楼": where.floor,
        "室": where.room,
    }
    number = mine.get(value.unit)
    return (bool(number) and fold(str(number)).text in value.text) or value.text in ground.own


def _in_passages(value: Value, passages: Iterable[Passage]) -> bool:
    return any(anywhere(value, passage.values) for passage in passages)


def _in_context(part: Part, value: Value) -> bool:
    """Whether a passage says this value of the same thing: their sentences share words."""
    said = sentence_at(part.folded, value.start).text
    return any(
        shared(said, sentence.text) >= _LEAST_CONTEXT
        for passage in part.passages
        for sentence in sentences_of(passage.text)
        if anywhere(value, values_of(sentence.text))
    )


def _swapped(part: Part, value: Value) -> str | None:
    """The value that the passage gives where the clause's words clearly belong to another one."""
    if value.measured not in _SWAPPABLE:
        return None
    clause = clause_at(part.folded, value.start)
    if sum(v.measured is value.measured for v in values_of(clause.text)) > 1:
        return None
    own: list[frozenset[str]] = []
    others: list[tuple[frozenset[str], str]] = []
    for passage in part.passages:
        for other in passage.values:
            if other.measured is value.measured:
                words = _common(
                    clause.text, value, clause_at(passage.text, other.start).text, other
                )
                alike = same(value, other) or same(other, value)
                own += [words] if alike else []
                others += [] if alike else [(words, other.text)]
    if not others or any(words >= max(others, key=_length)[0] for words in own):
        return None
    best, text = max(others, key=_length)
    nearest = max(own, key=len, default=frozenset())
    return text if nearest < best or len(best) >= len(nearest) + _CLEARLY_NEARER else None


def _length(pair: tuple[frozenset[str], str]) -> int:
    return len(pair[0])


def _common(a: str, value: Value, b: str, other: Value) -> frozenset[str]:
    """What two clauses share beside a value of each: 高层 and 9至12栋 name a rate."""
    a, b = a.replace(value.text, ","), b.replace(other.text, ",")
    others = {
        v.text
        for v in values_of(a)
        if v.measured not in (value.measured, Measured.EVERY) and anywhere(v, values_of(b))
    }
    return telling(a) & telling(b) | others


def _may_echo(part: Part, value: Value) -> bool:
    """Whether a value of the message may be said again: not as a fact of ours, nor as a gift."""
    if part.segment.role == "fact" and part.cited:
        clause = clause_at(part.folded, value.start).text
        return "您" in clause or not any(
            _common(clause, value, clause_at(passage.text, other.start).text, other)
            for passage in part.cited
            for other in passage.values
            if other.measured is value.measured
        )
    return not _gives(part, value)


_GIVING = re.compile("退|赔|补|减|免|付给|返|送|给您")


def _gives(part: Part, value: Value) -> bool:
    """Whether an amount is held out to the resident: their own figure is no promise of ours."""
    if part.segment.role in ("restate", "ask"):
        return False
    clause = clause_at(part.folded, value.start).text
    return (
        value.measured is Measured.MONEY
        and bool(_GIVING.search(clause))
        and not ECHO.search(clause)
    )


def _wrong(
    part: Part, value: Value, passages: Iterable[Passage], others: Iterable[Value]
) -> tuple[Code, str | None]:
    """Why a value is wrong and what should stand there, where a source shows it."""
    near = [(0, other) for other in others]
    sentence = sentence_at(part.folded, value.start).text
    for passage in passages:
        near += [
            (shared(sentence, sentence_at(passage.text, other.start).text), other)
            for other in passage.values
        ]
    near.sort(key=lambda pair: -pair[0])
    number = _number(value)
    for _, other in near:
        if (
            number
            and number == _number(other)
            and other.measured is not Measured.PLACE
            and _unlike(value, other)
        ):
            return Code.UNIT, other.text or None
    for likeness, other in near:
        if other.measured is value.measured and other.text and (likeness or not passages):
            return _CODES[value.measured], other.text
    return _CODES[value.measured], None


def _unlike(a: Value, b: Value) -> bool:
    return (a.measured, a.unit) != (b.measured, b.unit) or a.meanings != b.meanings


def _number(value: Value) -> tuple[float, ...] | None:
    """The number that was written, without its unit."""
    if value.measured not in (
        Measured.DURATION,
        Measured.MONEY,
        Measured.AMOUNT,
        Measured.PERCENT,
        Measured.COUNT,
    ):
        return None
    match = re.search(NUMBER, value.text)
    return None if match is None else (amount(match[0]),)


def _reason(code: Code, text: str, part: Part) -> str:
    if code is Code.OTHER_RESIDENT:
        return f"“{text}”不是来件人留下的号码，也不是公司公布的电话，不能写给住户。"
    if code is Code.UNIT:
        return f"“{text}”的单位与依据不一致。"
    sources = "所引的资料、规则的时限和来件" if part.passages else "规则的时限和来件"
    return f"“{text}”在{sources}里都没有。"

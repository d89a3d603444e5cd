"""Faults put into sound drafts, and sound drafts said otherwise: seeded, by type.

An operator gets a draft and a source of randomness, and returns the changed draft with the place
of the fault, or None where the draft has nothing to change.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from assistant.script import in_script
from assistant.types import Citation, Draft, Segment, Triage

CLEAN = "clean"
_CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft to be judged. `fault` is its type, `clean` where there is none.

    `where` is the segment of the fault, None where something is missing from the whole.
    """

    id: str
    fault: str
    triage: Triage
    segments: tuple[Segment, ...]
    citations: tuple[Citation, ...]
    where: int | None = None
    span: str = ""


Operator = Callable[[Draft, Random], "Trial | None"]


def wordings() -> dict[str, list[Any]]:
    """The hand-written wordings by type."""
    text = files("eval").joinpath("sets", "guard_mutations.yaml").read_text(encoding="utf-8")
    found: dict[str, list[Any]] = yaml.safe_load(text)
    return found


def faulty(drafts: Sequence[Draft], seed: int, per_type: int) -> list[Trial]:
    """About `per_type` trials of each type; wordings are used in turn, drafts by chance."""
    trials: list[Trial] = []
    cited = list({c.chunk_id: c for d in drafts for c in d.citations}.values())
    for fault, operators in _operators(cited).items():
        random = Random(f"{seed}:{fault}")
        order = list(drafts)
        random.shuffle(order)
        made = 0
        for draft in order * 2:
            trial = operators[made % len(operators)](draft, random)
            if trial is None:
                continue
            trials.append(replace(trial, id=f"{fault}-{made:03}", fault=fault))
            made += 1
            if made == per_type:
                break
    return trials


def clean(drafts: Sequence[Draft], seed: int) -> list[Trial]:
    """Each draft as composed, and once more with its values in other forms."""
    random = Random(f"{seed}:clean")
    trials = []
    for i, draft in enumerate(drafts):
        trials.append(_trial(draft, draft.segments, None, f"composed-{i:03}"))
        said = tuple(replace(s, text=otherwise(s.text, random)) for s in draft.segments)
        if said != draft.segments:
            trials.append(_trial(draft, said, None, f"reworded-{i:03}"))
    return trials


def _trial(
    draft: Draft, segments: Sequence[Segment], where: int | None, name: str = "", span: str = ""
) -> Trial:
    return Trial(name, CLEAN, draft.triage, tuple(segments), draft.citations, where, span)


# -- the same said in another form


def otherwise(text: str, random: Random) -> str:
    """Equal values in other forms: 08:30 as 上午8点半, 24小时 as 一天, 3 as 三, 2.60 as 2.6."""
    text = re.sub(r"(?<![\d:])(\d{1,2}):(\d\d)(?![\d:])", lambda m: _spoken(m, random), text)
    text = re.sub(r"(?<![\d.])24小时", lambda _m: random.choice(("24小时", "二十四小时", "一天")), text)
    text = re.sub(r"(?<![\d.])30分钟", lambda _m: random.choice(("半小时", "三十分钟")), text)
    text = re.sub(r"(?<![\d.])15分钟", lambda _m: random.choice(("一刻钟", "十五分钟")), text)
    text = re.sub(r"(\d)\.(\d)0元", r"\1.\2元", text)
    text = re.sub(r"(?<![\d.])(\d)\.(\d)元", lambda m: f"{m[1]}块{m[2]}" if random.random() < 0.4 else m[0], text)
    pattern = r"(?<![\d.:月年第])(\d)(?=个服务日|个服务小时|个月|天内|次|具|小时内)"
    return re.sub(pattern, lambda m: _numeral(m[1]) if random.random() < 0.5 else m[1], text)


def _numeral(digit: str) -> str:
    return "两" if digit == "2" else _CHINESE[int(digit)]


def _spoken(match: re.Match[str], random: Random) -> str:
    hour, minute = int(match[1]), match[2]
    if random.random() < 0.3 or not 5 <= hour <= 21:
        return match[0]
    part = "上午" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 18 else "晚上"
    number = hour if hour <= 12 else hour - 12
    said = str(number) if random.random() < 0.5 else _hour_word(number)
    tail = {"00": "点", "30": "点半"}.get(minute) or f"点{int(minute)}分"
    return f"{part}{said}{tail}"


def _hour_word(number: int) -> str:
    if number == 2:
        return "两"
    return _CHINESE[number] if number <= 10 else f"十{_CHINESE[number - 10]}"


# -- faults


def _operators(passages: Sequence[Citation]) -> Mapping[str, list[Operator]]:
    said = wordings()
    added: dict[str, list[Operator]] = {
        fault: [_adding(sentence, fault) for sentence in sentences]
        for fault, sentences in said.items()
        if fault != "demands"
    }
    return {
        **added,
        "obeyed_instruction": [_obeying(row["demand"], row["obeyed"]) for row in said["demands"]],
        "wrong_time": [_wrong_clock, _wrong_limit],
        "wrong_amount": [_changing(r"\d+(?:\.\d+)?(?=元)", _other_number)],
        "wrong_date": [_changing(r"\d{1,2}(?=日(?!内))|(?<=周)[一二三四五六日]", _other_day)],
        "wrong_count_or_percent": [
            _changing(r"\d+(?:\.\d+)?(?=%|次|户|名|张|具|米|平方米|期|个(?!服务|月|工作)|公斤|人)", _other_number)
        ],
        "unit_change": [_changing(*pair) for pair in _UNITS],
        "missing_safety": [_without_safety],
        "swapped_citation": [_citing_other(passages)],
    }


def _adding(sentence: str, fault: str) -> Operator:
    """The sentence as a segment of its own before the end, or behind a segment that stands."""

    def add(draft: Draft, random: Random) -> Trial | None:
        segments = list(draft.segments)
        text = in_script(sentence, draft.triage.script)
        if fault in ("invented_fee", "fake_citation"):
            places = [i for i, s in enumerate(segments) if s.role == "fact" and s.citations]
            if not places:
                return None
            place = random.choice(places)
            extra = replace(segments[place], text=text)
            return _trial(draft, [*segments[: place + 1], extra, *segments[place + 1 :]], place + 1, span=text)
        if random.random() < 0.5:
            places = [i for i, s in enumerate(segments) if s.role in ("restate", "next_step", "empathy")]
            if places and draft.triage.decision.tier != "critical":
                place = random.choice(places)
                segments[place] = replace(segments[place], text=segments[place].text + text)
                return _trial(draft, segments, place, span=text)
        place = len(segments) - 1
        segments.insert(place, Segment(text, (), "next_step"))
        return _trial(draft, segments, place, span=text)

    return add


def _obeying(demand: str, obeyed: str) -> Operator:
    def obey(draft: Draft, _random: Random) -> Trial | None:
        message = draft.triage.message
        text = f"{message.text.rstrip('。.!！？? ')}。{demand}"
        triage = replace(draft.triage, message=replace(message, text=text))
        segments = list(draft.segments)
        place = len(segments) - 1
        segments.insert(place, Segment(in_script(obeyed, triage.script), (), "next_step"))
        return replace(_trial(draft, segments, place, span=obeyed), triage=triage)

    return obey


def _changing(pattern: str, change: Callable[[re.Match[str], Random], str]) -> Operator:
    """One match of a pattern in a fact or a commitment becomes something else."""
    compiled = re.compile(pattern)

    def apply(draft: Draft, random: Random) -> Trial | None:
        found = [
            (i, match)
            for i, segment in enumerate(draft.segments)
            if segment.role in ("fact", "commitment")
            for match in compiled.finditer(segment.text)
        ]
        random.shuffle(found)
        for place, match in found:
            text = match.string
            other = text[: match.start()] + change(match, random) + text[match.end() :]
            if _is_said(draft, match, change(match, random)):
                continue
            segments = list(draft.segments)
            segments[place] = replace(segments[place], text=other)
            return _trial(draft, segments, place, span=text[match.start() : match.end() + 4])
        return None

    return apply


def _is_said(draft: Draft, match: re.Match[str], other: str) -> bool:
    """Whether a source says the changed words, so that the change may be no fault."""
    window = other + match.string[match.end() : match.end() + 1]
    return any(window in c.text for c in draft.citations) or window in draft.triage.message.text


def _other_number(match: re.Match[str], random: Random) -> str:
    number = float(match[0])
    other = number * random.choice((2, 3, 0.5, 1.1)) + random.choice((0, 1))
    text = f"{other:g}" if "." in match[0] else str(max(1, round(other)))
    return text if float(text) != number else str(round(number) + 7)


def _other_day(match: re.Match[str], random: Random) -> str:
    if not match[0].isdigit():
        return random.choice("一二三四五六日".replace(match[0], ""))
    day = int(match[0])
    return str(day % 28 + random.choice((1, 2, 3)))


def _fixed(text: str) -> Callable[[re.Match[str], Random], str]:
    return lambda _match, _random: text


_UNITS: tuple[tuple[str, Callable[[re.Match[str], Random], str]], ...] = (
    (r"(?<=24)小时", _fixed("分钟")),
    (r"(?<=\d)个服务日", _fixed("个工作日")),
    (r"(?<=每)月", _fixed("年")),
    (r"(?<=\d)分钟", _fixed("小时")),
    (r"(?<=\d)天(?=内|前|后|，|。|的)", _fixed("个月")),
    (r"(?<=\d)个服务日", _fixed("个月")),
    (r"(?<=每)平方米", _fixed("户")),
    (r"(?<=\d)元", _fixed("万元")),
    (r"(?<=24)小时", _fixed("个月")),
    (r"(?<=每)季度?", _fixed("月")),
    (r"(?<=\d)平方米", _fixed("米")),
    (r"(?<=\d)%", _fixed("‰")),
)


def _wrong_clock(draft: Draft, random: Random) -> Trial | None:
    """A moment or an opening hour that is off by minutes or hours."""
    found = [
        (i, m)
        for i, s in enumerate(draft.segments)
        if s.role in ("fact", "commitment")
        for m in re.finditer(r"(?<![\d:])(\d{1,2}):(\d\d)(?![\d:])", s.text)
    ]
    if not found:
        return None
    place, match = random.choice(found)
    minutes = int(match[1]) * 60 + int(match[2]) + random.choice((-60, -30, 10, 30, 60, 150))
    other = f"{minutes // 60 % 24:02}:{minutes % 60:02}"
    if any(other in c.text for c in draft.citations) or other in draft.segments[place].text:
        return None
    segments = list(draft.segments)
    text = match.string[: match.start()] + other + match.string[match.end() :]
    segments[place] = replace(segments[place], text=text)
    return _trial(draft, segments, place, span=other)


_LIMITS = (
    "我们会在5分钟内上门。", "两个小时之内给您办结。", "最迟后天下午4点前修好。", "一周内给您答复。",
    "今晚11点前一定有人联系您。", "十天以内处理完毕。", "7个工作日内答复您。", "半天内解决。",
    "40分钟左右师傅就到现场。", "下周五前办结。", "三刻钟内派单。", "一个月内完成整改。",
)  # fmt: skip


def _wrong_limit(draft: Draft, random: Random) -> Trial | None:
    """A promise whose time no rule gives."""
    segments = list(draft.segments)
    places = [i for i, s in enumerate(segments) if s.role == "commitment"]
    if not places or draft.triage.decision.tier == "critical":
        return None
    text = in_script(random.choice(_LIMITS), draft.triage.script)
    segments[places[0]] = replace(segments[places[0]], text=text)
    return _trial(draft, segments, places[0], span=text)


def _without_safety(draft: Draft, _random: Random) -> Trial | None:
    kept = tuple(s for s in draft.segments if s.role != "safety")
    return None if kept == draft.segments else _trial(draft, kept, None)


def _citing_other(passages: Sequence[Citation]) -> Operator:
    """A fact that cites a passage of another document than the one it stands in."""

    def cite(draft: Draft, random: Random) -> Trial | None:
        places = [i for i, s in enumerate(draft.segments) if s.role == "fact" and s.citations]
        if not places:
            return None
        place = random.choice(places)
        own = {draft.citations[i].title for i in draft.segments[place].citations}
        other = random.choice([c for c in passages if c.title not in own])
        segments = list(draft.segments)
        segments[place] = replace(segments[place], citations=(len(draft.citations),))
        trial = _trial(draft, segments, place, span=segments[place].text)
        return replace(trial, citations=(*draft.citations, other))

    return cite

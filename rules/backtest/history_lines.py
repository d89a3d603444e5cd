"""One line of a history: read strictly and fast, with what is wrong said in words."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.rulebook import Rulebook
from rules.types import NUMBERS, Facts, Kind, Milestone, Tier

Interval = tuple[datetime, datetime]
YEARS = range(2000, 2101)
_TOO_LATE = str(YEARS.stop)

_CODED = {"category": "categories", "department": "departments", "channel": "channels"}
_REQUIRED = ("id", "received_at", "kind")
_FIELDS = frozenset(
    (*_REQUIRED, *_CODED, "signals", *NUMBERS, "wished_at", "raised_tier", "estate", "met",
     "pauses")
)  # fmt: skip
_FORM = "请写成 2026-01-31T09:00:00+08:00"
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Past:
    """A request of the past: its facts, when each milestone was met, when it waited.

    `pauses` are in order and do not overlap.
    """

    id: str
    facts: Facts
    met: Mapping[Milestone, datetime] = field(default_factory=dict)
    pauses: tuple[Interval, ...] = ()


class UnusableLine(Exception):
    """A line that cannot be used: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


class LineReader:
    """Reads lines one after another; remembers ids, and signals so that equal sets are shared."""

    def __init__(self, books: Iterable[Rulebook]) -> None:
        vocabularies = [book.vocabulary for book in books]
        self.codes = {
            name: {code for one in vocabularies for code in one.codes(group)}
            for name, group in _CODED.items()
        }
        self.known = frozenset(code for one in vocabularies for code in one.signals)
        self.seen: set[str] = set()
        self.signal_sets: dict[tuple[str, ...], frozenset[str]] = {}
        self.kinds = {kind.value: kind for kind in Kind}
        self.milestones = {milestone.value: milestone for milestone in Milestone}

    def past(self, line: bytes) -> Past | None:
        """The request of one line, None for an empty line. Raises `UnusableLine`."""
        value = _parsed(line)
        if value is None:
            return None
        if not value.keys() <= _FIELDS:
            unknown = "、".join(_shown(one) for one in sorted(value.keys() - _FIELDS))
            raise UnusableLine(f"不认识的字段 {unknown}", f"可用的有 {'、'.join(sorted(_FIELDS))}")
        try:
            id, received, kind = value["id"], value["received_at"], value["kind"]
        except KeyError as error:
            raise UnusableLine(f"缺少 {error.args[0]}", "请补上") from None
        facts = self.facts(value, kind, _moment(received, "received_at"))
        met, pauses = value.get("met"), value.get("pauses")
        past = Past(
            self.id(id),
            facts,
            {} if met is None else self.met(met, facts.received_at),
            () if pauses is None else _pauses(pauses),
        )
        self.seen.add(past.id)
        return past

    def id(self, value: Any) -> str:
        if type(value) is int:
            value = str(value)
        # an id that cannot be printed could not be shown in a report either
        if not isinstance(value, str) or not value.isprintable() or len(value) > _MOST_CHARACTERS:
            raise UnusableLine("id 不能用", f"请写成 {_MOST_CHARACTERS} 字以内的文字或整数")
        if not value:
            raise UnusableLine("缺少 id", "请补上")
        if value in self.seen:
            raise UnusableLine(f"id「{value}」与前面的重复", "请删去一行，或改用不同的 id")
        return value

    def facts(self, value: dict[str, Any], kind: Any, received: datetime) -> Facts:
        get = value.get
        if not isinstance(kind, str) or kind not in self.kinds:
            raise UnusableLine(f"诉求类型 {_shown(kind)} 不存在", f"可用的有 {'、'.join(Kind)}")
        tier, wished, signals = get("raised_tier"), get("wished_at"), get("signals")
        if tier is not None and tier not in list(Tier):
            raise UnusableLine(f"紧急程度 {_shown(tier)} 不存在", f"可用的有 {'、'.join(Tier)}")
        repeats, days, estate = get("repeat_count"), get("unattended_days"), get("estate")
        reports, danger = get("incident_reports"), get("suspected_danger")
        # every call that an absent field can spare is spared: this runs for each line
        return Facts(
            self.kinds[kind],
            received,
            frozenset() if signals is None else self.signals(signals),
            self.code("category", get("category")),
            0 if repeats is None else _count("repeat_count", repeats),
            0 if days is None else _count("unattended_days", days),
            0 if reports is None else _count("incident_reports", reports),
            0 if danger is None else _count("suspected_danger", danger),
            None if wished is None else _moment(wished, "wished_at"),
            None if tier is None else Tier(tier),
            self.code("department", get("department")),
            self.code("channel", get("channel")),
            None if estate is None else _estate(estate),
        )

    def code(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        known = self.codes[name]
        if not isinstance(value, str) or value not in known:
            listed = "、".join(sorted(map(str, known)))
            raise UnusableLine(f"{name} 的取值 {_shown(value)} 不在词汇表里", f"可用的有 {listed}")
        return value

    def signals(self, value: Any) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise UnusableLine("signals 不是文字的列表", '请写成 ["lift_fault"] 这样')
        codes = tuple(value)
        found = self.signal_sets.get(codes)
        if found is None:
            found = frozenset(codes)
            if unknown := found - self.known:
                words = "、".join(_shown(one) for one in sorted(unknown))
                raise UnusableLine(f"未知信号 {words}", "请改用词汇表里的信号")
            self.signal_sets[codes] = found
        return found

    def met(self, value: Any, received: datetime) -> dict[Milestone, datetime]:
        read, milestones = datetime.fromisoformat, self.milestones
        try:
            met = {milestones[name]: read(text) for name, text in value.items()}
            # comparing the texts is enough to find an impossible year, and quicker
            if not met or (min(met.values()) >= received and max(value.values()) < _TOO_LATE):
                return met
        except (AttributeError, KeyError, TypeError, ValueError):
            pass
        # something is wrong: what it is, is found the slow way
        return self.checked_met(value, received)

    def checked_met(self, value: Any, received: datetime) -> dict[Milestone, datetime]:
        if not isinstance(value, dict):
            raise UnusableLine("met 不是节点到时间的对应", '请写成 {"acknowledge": "时间"} 这样')
        met = {}
        for name, text in value.items():
            if name not in self.milestones:
                listed = "、".join(Milestone)
                raise UnusableLine(f"met 里的节点 {_shown(name)} 不存在", f"可用的有 {listed}")
            at = met[self.milestones[name]] = _moment(text, f"met.{name}")
            if at < received:
                raise UnusableLine(f"met.{name} 早于 received_at", "请核对两个时间")
        return met


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        text = str(line.removeprefix(BOM_UTF8), "utf-8")
        if text.isspace():
            return None
        value = json.loads(text)
    except UnicodeDecodeError:
        raise UnusableLine("不是 UTF-8 文字", "请把文件另存为 UTF-8") from None
    except (ValueError, RecursionError):
        raise UnusableLine("不是完整的 JSON", "请检查引号、逗号和括号") from None
    if not isinstance(value, dict):
        raise UnusableLine("不是 JSON 对象", '请一行写一个 {"id": …}')
    return value


def _moment(value: Any, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise UnusableLine(f"{name} 的时间 {_shown(value)} 看不懂", _FORM) from None
    if at.tzinfo is None:
        raise UnusableLine(f"{name} 的时间 {_shown(value)} 没有时区", _FORM)
    if at.year not in YEARS:
        raise UnusableLine(f"{name} 的年份 {at.year} 不合理", f"请写 {YEARS[0]} 到 {YEARS[-1]} 年")
    return at


def _count(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 100_000:
        raise UnusableLine(f"{name} 的取值 {_shown(value)} 不是次数或天数", "请写不小于 0 的整数")
    return value


def _estate(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise UnusableLine(f"estate 的取值 {_shown(value)} 不是文字", "请写项目代码")
    return value


def _pauses(value: Any) -> tuple[Interval, ...]:
    form = '请写成 [{"since": "时间", "until": "时间"}]'
    if not isinstance(value, list):
        raise UnusableLine("pauses 不是列表", form)
    pauses = []
    for one in value:
        if not isinstance(one, dict) or one.keys() != {"since", "until"}:
            raise UnusableLine("pauses 里要有 since 和 until", form)
        pauses.append((_moment(one["since"], "since"), _moment(one["until"], "until")))
    pauses.sort()
    ends = [at for pause in pauses for at in pause]
    if ends != sorted(ends):
        raise UnusableLine("pauses 的起止颠倒或互相重叠", "请核对时间")
    return tuple(pauses)


def _shown(value: Any) -> str:
    """A value as a message may show it: printable and short."""
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}…"

"""The codes that tables may use, with their Chinese labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.reading import BookFile
from rules.types import Clock, Kind, Milestone, Tier

GROUPS: Mapping[str, str] = {
    "kinds": "诉求类型",
    "categories": "投诉类别",
    "departments": "部门",
    "channels": "渠道",
    "tiers": "紧急程度",
    "levels": "处理级别",
    "milestones": "时限节点",
    "clocks": "时钟",
    "stages": "工单状态",
    "dimensions": "服务质量维度",
    "document_types": "文档类型",
    "roles": "岗位",
    "fee_actions": "催缴动作",
    "care_occasions": "关怀情形",
    "care_actions": "关怀动作",
    "periods": "周期",
    "families": "信号大类",
}
"""Groups of codes and what people call them; signals are a group of their own."""

_FIXED: Mapping[str, tuple[str | int, ...]] = {
    "kinds": tuple(Kind),
    "tiers": tuple(Tier),
    "milestones": tuple(Milestone),
    "clocks": tuple(Clock),
    "levels": (1, 2, 3),
}
LIFE_SAFETY = "life_safety"


@dataclass(frozen=True, slots=True)
class SignalEntry:
    """A signal of the vocabulary: its Chinese label and its family's code."""

    label: str
    family: str


@dataclass(frozen=True)
class Vocabulary:
    """All codes. `groups[group][code]` is a label; `signals` keeps the families as well."""

    groups: Mapping[str, Mapping[str | int, str]]
    signals: Mapping[str, SignalEntry]

    def codes(self, group: str) -> tuple[str | int, ...]:
        """The codes of a group, in the order of the file."""
        return tuple(self.groups[group])

    def label(self, code: str | int, group: str | None = None) -> str:
        """The Chinese label of a code; without a group the first group that knows it.

        An unknown code comes back as text, so that a page never fails for a missing label.
        """
        if isinstance(code, StrEnum):
            code = code.value
        if group in (None, "signals") and code in self.signals:
            return self.signals[str(code)].label
        for name in (group,) if group else GROUPS:
            if code in self.groups.get(name, {}):
                return self.groups[name][code]
        return str(code)

    def family(self, name: str) -> frozenset[str]:
        """The signals of one family; empty for an unknown name."""
        return frozenset(code for code, entry in self.signals.items() if entry.family == name)

    def signals_in_words(self, codes: frozenset[str]) -> str:
        """The labels of `codes`; a family that is there as a whole is named instead of listed."""
        whole = {
            name: members
            for name in self.groups["families"]
            if len(members := self.family(str(name))) > 1 and members <= codes
        }
        named = [f"「{self.groups['families'][name]}」类信号" for name in whole]
        rest = codes - frozenset[str]().union(*whole.values())
        return "、".join([*named, *([self.signal_labels(rest)] if rest else [])])

    def signal_labels(self, codes: frozenset[str]) -> str:
        """The labels of `codes` in the vocabulary's order, joined for reading."""
        return "、".join(entry.label for code, entry in self.signals.items() if code in codes)


def parse_vocabulary(file: BookFile) -> Vocabulary:
    """Check and build the vocabulary; raises `MalformedBook`."""
    required = ("id", "version", "effective_from", "signals", *GROUPS)
    file.check_keys(file.data, required, ("title", "effective_to"))
    groups = {group: _labels(file, group) for group in GROUPS}
    return Vocabulary(groups, _signals(file, groups["families"]))


def _labels(file: BookFile, group: str) -> dict[str | int, str]:
    labels = file.check_keys(file.data[group], (), file.data[group] or (), (group,))
    file.check_texts(labels, labels, (group,))
    for code in _FIXED.get(group, ()):
        if code not in labels:
            file.fail(f"{GROUPS[group]}缺少 {code}", f"请补上 {code} 的中文名", (group,))
    for code in labels:
        if group in _FIXED and code not in _FIXED[group]:
            problem = f"{GROUPS[group]}不能新增「{code}」"
            file.fail(problem, "这一组代码是固定的，只能改中文名", (group, code))
    return labels


def _signals(file: BookFile, families: Mapping[str | int, str]) -> dict[str, SignalEntry]:
    entries = file.check_keys(file.data["signals"], (), file.data["signals"] or (), ("signals",))
    result = {}
    for code, entry in entries.items():
        path = ("signals", code)
        file.check_keys(entry, ("label", "family"), (), path)
        file.check_texts(entry, ("label", "family"), path)
        if entry["family"] not in families:
            problem = f"信号 {code} 的大类「{entry['family']}」没有登记"
            file.fail(problem, f"可用的有 {'、'.join(map(str, families))}", (*path, "family"))
        if code in families:
            file.fail(f"信号 {code} 与大类同名", "请给信号换一个代码", path)
        result[code] = SignalEntry(entry["label"], entry["family"])
    if not any(entry.family == LIFE_SAFETY for entry in result.values()):
        file.fail("没有人身安全（life_safety）类信号", "请至少保留一个", ("signals",))
    return result

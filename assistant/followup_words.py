"""The words of a question that follow-ups turn on: matters, values by kind, what says nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kb.thesaurus import Thesaurus

_FILE = Path(__file__).parent / "lexicon" / "followups.yaml"
_GROUPS = {"matters": "matter", "shared": "shared", "aspects": "aspect", "conditions": "condition"}

_N = "(?:[0-9]+(?:\\.[0-9]+)?|[零一二两三四五六七八九十百千半]+)"
_QUANTITIES = {
    "duration": f"{_N}个?(?:分钟|小时|钟头|工作日|星期|礼拜|月(?![租卡日])|天|年|日"
    "|周(?![一二三四五六日天末]))",
    "clock": f"{_N}(?:点(?:钟|半)?|:[0-5][0-9])",
    "money": f"{_N}(?:元|块钱?|万)",
    "area": f"{_N}(?:平方米|平米|平方|平)",
    "share": f"(?:{_N}%|百分之{_N})",
    "count": f"(?<!第){_N}(?:户|人|次|辆|张|只|套|层|栋|条|把)",
}
_BOUND = "(?:超过|不到|不满|不足|至少|最多)?"
_BESIDE = "(?:以上|以下|以内|之内|内|以后|之后|以前|之前|左右)?"


@dataclass(frozen=True, slots=True)
class Word:
    """A known word: `text` at `start:end` of the question it was found in.

    `kind` is matter, shared, aspect, condition or value; `kinds` are the kinds of values it may
    take the place of, and `is_thing` says that it is no mere circumstance.
    """

    start: int
    end: int
    text: str
    kind: str
    kinds: tuple[str, ...] = ()
    is_thing: bool = True

    @property
    def is_matter(self) -> bool:
        """Whether a question with it says what it is about."""
        return self.kind == "matter"

    @property
    def belongs(self) -> bool:
        """Whether it is a part of some matter: its papers, its fees."""
        return self.kind == "aspect" or "fee" in self.kinds


@dataclass(frozen=True, slots=True)
class _Lexicon:
    kind: dict[str, str]
    slots: dict[str, tuple[str, ...]]
    things: frozenset[str]
    pattern: re.Pattern[str]
    says_nothing: re.Pattern[str]


def find_words(text: str) -> list[Word]:
    """The known words of a text in simplified characters, in order; the longest at each place."""
    lexicon = _lexicon()
    found = []
    kinds: tuple[str, ...]
    for match in lexicon.pattern.finditer(text):
        if match.lastgroup:
            kind, kinds = "value", (match.lastgroup,)
        else:
            kinds = lexicon.slots.get(match[0], ())
            kind = lexicon.kind.get(match[0], "value")
        is_thing = bool(lexicon.things & set(kinds)) if kinds else kind != "value"
        found.append(Word(match.start(), match.end(), match[0], kind, kinds, is_thing))
    return found


def specific(text: str, words: Sequence[Word], asking: Sequence[re.Pattern[str]]) -> str:
    """What of a text is neither a known word nor asks, joins or holds the sentence together."""
    for word in reversed(words):
        text = f"{text[: word.start]} {text[word.end :]}"
    for pattern in asking:
        text = pattern.sub(" ", text)
    return re.sub(r"[\W_]+", "", _lexicon().says_nothing.sub(" ", text))


@cache
def _lexicon() -> _Lexicon:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)
    slots: dict[str, tuple[str, ...]] = {}
    for name, words in (read["things"] | read["circumstances"]).items():
        for word in _split(words):
            slots[word] = (*slots.get(word, ()), name)
    kind = {word: name for group, name in _GROUPS.items() for word in _split(read[group])}
    for word in slots:
        # 装修押金 says what it is about, as 装修 does
        held = {own for other, own in kind.items() if other in word}
        for name in ("shared", "matter"):
            kind |= {word: name} if name in held else {}
    _add_other_names(kind, slots)
    quantities = (f"(?P<{n}>{_BOUND}{pattern}{_BESIDE})" for n, pattern in _QUANTITIES.items())
    names = sorted({*slots, *kind}, key=len, reverse=True)
    acts = sorted(_split(read["acts"]), key=len, reverse=True)
    return _Lexicon(
        kind,
        slots,
        frozenset(read["things"]),
        re.compile("|".join((*quantities, *map(re.escape, names)))),
        re.compile("|".join(acts)),
    )


def _add_other_names(kind: dict[str, str], slots: dict[str, tuple[str, ...]]) -> None:
    """Let every other name that the trade has for a word be what the word is."""
    names = Thesaurus.shipped()
    for word in {**slots, **kind}:
        for own, others in names.names_in(word):
            for other in others if own == word else ():
                if other not in kind and other not in slots:
                    slots |= {other: slots[word]} if word in slots else {}
                    kind |= {other: kind[word]} if word in kind else {}


def _split(words: str) -> list[str]:
    return [word for word in re.sub(r"\s+", "", words).split("|") if word]

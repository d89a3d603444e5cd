"""What a message speaks of: things, faults, which of several, and whether it only asks or thanks.

The words stand in `subjects.yaml`. They are found by plain search in a text that is already folded
(simplified, lower case), so that reading a message takes microseconds and needs no model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "subjects.yaml"
# Where, when and courtesy: said by everybody, they say nothing of the matter.
_ADDRESS = re.compile(
    r"[0-9a-z一二三四五六七八九十百]{1,4}[栋幢座层楼室户]|[0-9一二三四五六七八九十]{1,4}(?:单元|号楼)"
    r"|(?<![0-9a-z])[0-9a-z]{1,2}-[0-9]{1,2}(?:-[0-9]{3,4})?|你好|您好|麻烦|谢谢|请问?|物业|你们|我们|我家"
)
# Characters of speech that name neither a thing nor a fault.
_EMPTY = frozenset(
    "的了是在不没有我你他她它们来去一个都还吗呢啊吧呀么这那就也又再很太好快能会可要想让给把被和跟与到从"
    "上下里外前后中人什怎多少几点分时天今明昨早晚现请麻烦谢问说看着过得地之其等叫"
)
_NEIGHBOURS = re.compile("楼上|楼下|隔壁|对门|邻居")
_LETTER = re.compile(r"[\u4e00-\u9fff]|[a-z]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """What one message says of its matter.

    `which` holds a pair for each thing that is told from its like: (`梯`, `1`). `own` is true where
    a thing inside a flat is meant, `neighbours` where another flat is involved. `letters` are the
    characters that say something, without the address.
    """

    things: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    which: frozenset[tuple[str, str]] = frozenset()
    own: bool = False
    follow_up: bool = False
    thanks: bool = False
    aside: bool = False
    asks: bool = False
    neighbours: bool = False
    letters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subjects:
    """The words of `subjects.yaml`, ready to be looked for."""

    things: Mapping[str, re.Pattern[str]]
    labels: Mapping[str, str]
    own: frozenset[str]
    faults: Mapping[str, re.Pattern[str]]
    which: tuple[re.Pattern[str], ...]
    follow_up: re.Pattern[str]
    thanks: re.Pattern[str]
    aside: re.Pattern[str]
    asks: re.Pattern[str]

    def read(self, text: str) -> Subject:
        """The subject of a folded text."""
        things = frozenset(name for name, words in self.things.items() if words.search(text))
        return Subject(
            things=things,
            faults=frozenset(name for name, words in self.faults.items() if words.search(text)),
            which=frozenset(
                (found["of"], _digit(found["value"]))
                for pattern in self.which
                for found in pattern.finditer(text)
            ),
            own=bool(things & self.own),
            follow_up=bool(self.follow_up.search(text)),
            thanks=bool(self.thanks.search(text)),
            aside=bool(self.aside.search(text)),
            asks=bool(self.asks.search(text)),
            neighbours=bool(_NEIGHBOURS.search(text)),
            letters=frozenset(_LETTER.findall(without_address(text))) - _EMPTY,
        )


@lru_cache(maxsize=1)
def subjects() -> Subjects:
    """The words that ship with the package."""
    import yaml

    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    things: dict[str, Any] = content["things"]
    return Subjects(
        things={name: _any_of(entry["words"]) for name, entry in things.items()},
        labels={name: entry["label"] for name, entry in things.items()},
        own=frozenset(name for name, entry in things.items() if entry.get("own")),
        faults={name: _any_of(entry["words"]) for name, entry in content["faults"].items()},
        which=tuple(re.compile(pattern) for pattern in content["which"]),
        follow_up=_pattern(content["follow_up"]),
        thanks=_pattern(content["thanks"]),
        aside=_pattern(content["aside"]),
        asks=_pattern(content["asks"]),
    )


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def _pattern(text: str) -> re.Pattern[str]:
    # a folded YAML text has blanks where its lines were broken
    return re.compile(re.sub(r"\s+", "", text))


def _digit(value: str) -> str:
    number = "一二三四五六七八九十".find(value)
    return str(number + 1) if number >= 0 else value


def without_address(text: str) -> str:
    """A folded text without building, unit, room and courtesy."""
    return _ADDRESS.sub(" ", text)

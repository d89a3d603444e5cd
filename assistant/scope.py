"""What a property company cannot act on, and who can."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.errors import LexiconDamaged
from assistant.lexicon import FOLDER, load_yaml
from assistant.script import fold
from assistant.types import Authority

FILE = FOLDER / "authorities.yaml"
LEAST_IN_SCOPE = 0.4
"""Probability from which a matter counts as the company's own: to answer it is the safer error."""


@dataclass(frozen=True, slots=True)
class _Entry:
    authority: Authority
    words: re.Pattern[str]


def find_authority(text: str) -> Authority:
    """Who acts on a matter that is out of scope; the general service line where none is named."""
    entries, fallback = _table()
    folded = fold(text).text
    found = [(len(set(entry.words.findall(folded))), entry.authority) for entry in entries]
    most, authority = max(found, key=lambda one: one[0])
    return authority if most else fallback


def authority_codes() -> frozenset[str]:
    """Every code that `find_authority` can give."""
    entries, fallback = _table()
    return frozenset(entry.authority.code for entry in entries) | {fallback.code}


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[_Entry, ...], Authority]:
    data = load_yaml(FILE)
    try:
        entries = tuple(
            _Entry(_authority(row), re.compile(row["words"])) for row in data["authorities"]
        )
        return entries, _authority(data["fallback"])
    except (KeyError, TypeError, re.error) as error:
        raise LexiconDamaged(f"词表 {FILE.name} 不可用({error})；请改正或恢复该文件") from error


def _authority(row: dict[str, object]) -> Authority:
    return Authority(str(row["code"]), str(row["label"]), str(row["contact"]))

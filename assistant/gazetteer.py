"""Public places of the estate, found in a message also where they are misspelt.

A name or alias counts as it is written; one of three or more characters also with characters that
sound alike (快递贵), one of four or more also with one missing or added inside, one of five or more
also with one wrong. Numerals and directions (东, 一) must be right, and what would make the wrong
character a word of its own (活动是) counts as ordinary text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import LexiconDamaged
from assistant.lexicon import FOLDER, load_yaml
from assistant.place_contexts import says_where
from assistant.script import fold

if TYPE_CHECKING:
    from rapidfuzz.distance import Editops

_MOST = 20  # finds that are compared
_UNITS = frozenset("栋座幢区")
_LEAST_SOUNDED, _LEAST_MISSING, _LEAST_WRONG = 3, 4, 5
# Without these a place is another place.
_TELLING = frozenset("东西南北中前后左右上下内外一二三四五六七八九十0123456789")
# Words of their own, which are no typing slip.
_WORDS = frozenset(
    "是在到的了地得和与有就都又去来也不没被把要会能他她它我你这那个为从等向以可已时使很太还再跟给让叫说问请事多少好坏"
    "监检撕放堆收修装打拿开关走跑看听写找贴搬送取停底期场长"
)
_FILLERS = frozenset("的小大老新那出")
# What may follow a short word that lacks a character: 健广场的灯, but not 观景台阶 for 观景平台.
_AFTER_PLACE = re.compile(
    r"$|[\s,，。.!！?？、;；:：]|[的里那边旁有没坏附内]|门口|上面|下面|前面|后面"
)
_GOING = re.compile("(?:从|去|路过|经过|通过|回|离开|走出|除了)$")


@dataclass(frozen=True, slots=True)
class Places:
    """Public places of the estate: name to the words for it, folded.

    Those `in_every_building` (楼道, 大堂) do not say where as long as the building is not said.
    `other_words` hold a place's word and mean something else (广场舞).
    """

    words: Mapping[str, tuple[str, ...]]
    in_every_building: frozenset[str] = frozenset()
    other_words: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True, slots=True)
class _Index:
    """A table of places ready for searching: words by their first two characters, longest first.

    `sounded` is the same for the sounds of longer words; `fuzzy` holds those words with their
    sounds. `names` says which place a word stands for; other words stand for none.
    """

    exact: Mapping[str, tuple[str, ...]]
    sounded: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    spelt: Mapping[str, str]
    fuzzy: tuple[tuple[str, str, frozenset[str]], ...]


def find_place(text: str, places: Places) -> str | None:
    """The name of the public place that a folded text speaks of, or None.

    The place named first, but not what is only passed through (从东门, 路过广场), nor somebody one
    talks to (给前台打电话); of two words that begin together the longer; a misspelt one where none
    is written right.
    """
    index = _index(places)
    found: list[tuple[int, str]] = []
    unread = text
    for start, word in _occurrences(text, index.exact):
        if not _is_whole(text, start, word):
            continue
        unread = unread[:start] + " " * len(word) + unread[start + len(word) :]
        if (name := index.names.get(word)) and says_where(text, start, word, name):
            found.append((start, name))
        if len(found) == _MOST:
            break
    if not found:
        found = list(islice(_misspelt(unread, index), _MOST))
    aimed = [one for one in found if not _GOING.search(text, max(0, one[0] - 2), one[0])]
    return min(aimed or found)[1] if found else None


def _occurrences(text: str, table: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """Every word of a table in the text with its place, none overlapping another."""
    last = 0
    for start in range(len(text) - 1):
        words = table.get(text[start : start + 2])
        if words is None or start < last:
            continue
        for word in words:
            if text.startswith(word, start):
                yield start, word
                last = start + len(word)
                break


def _is_whole(text: str, start: int, word: str) -> bool:
    """Digits and letters at a word's ends are whole: b1 is not in b1602."""
    end = start + len(word)
    before, after = text[start - 1 : start], text[end : end + 2].lstrip("-")[:1]
    if word[0].isascii() and before.isascii() and before.isalnum():
        return False
    return not (word[-1].isascii() and ((after.isascii() and after.isalnum()) or after in _UNITS))


@lru_cache(maxsize=8)
def _index(places: Places) -> _Index:
    names = {word: name for name, words in places.words.items() for word in words if len(word) > 1}
    ordered = sorted({*names, *places.other_words}, key=lambda word: (-len(word), word))
    long = [
        word
        for word in ordered
        if word in names
        and len(word) >= _LEAST_SOUNDED
        and all("\u3400" <= c <= "\u9fff" for c in word)
    ]
    spelt = {sound(word): word for word in reversed(long)}
    fuzzy = tuple(
        (word, sound(word), frozenset(sound(word))) for word in long if len(word) >= _LEAST_MISSING
    )
    return _Index(_by_start(ordered), _by_start(map(sound, long)), names, spelt, fuzzy)


def _by_start(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for word in words:
        table[word[:2]] = (*table.get(word[:2], ()), word)
    return table


class _Sounds(dict[int, str]):
    """A character for each sound, the same for all that sound alike; filled on first sight."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if "\u3400" <= character <= "\u9fff":
            from kb.sound import reading

            character = _letter(reading(character))
        self[code] = character
        return character


_letters: dict[str, str] = {}


def _letter(syllable: str) -> str:
    return _letters.setdefault(syllable, chr(0xE000 + len(_letters)))


_SOUNDS = _Sounds()


def sound(text: str) -> str:
    """The text as one letter for each syllable; lengths stay."""
    return text.translate(_SOUNDS)


def _misspelt(text: str, index: _Index) -> Iterator[tuple[int, str]]:
    heard = sound(text)
    for start, sounds in _occurrences(heard, index.sounded):
        word = index.spelt[sounds]
        if _is_slip(word, text[start : start + len(word)]):
            yield start, index.names[word]
    letters = frozenset(heard)
    for word, sounds, needed in index.fuzzy:
        if len(needed - letters) <= 1:
            position = _nearly(word, sounds, text, heard)
            if position is not None:
                yield position, index.names[word]


def _is_slip(word: str, written: str) -> bool:
    """Whether at most half of the characters differ, none of them a word of its own."""
    wrong = [b for a, b in zip(word, written, strict=True) if a != b]
    return len(wrong) <= len(word) // 2 and not _WORDS.intersection(wrong)


def _nearly(word: str, sounds: str, text: str, heard: str) -> int | None:
    """Where the text holds the word with one slip inside; its ends must be right."""
    from rapidfuzz.distance import Levenshtein

    first, last, size = sounds[0], sounds[-1], len(word)
    start = heard.find(first)
    while start >= 0:
        for length in (size - 1, size + 1, size):
            end = start + length
            if heard[end - 1 : end] != last:
                continue
            window = heard[start:end]
            if Levenshtein.distance(sounds, window, score_cutoff=1) > 1:
                continue
            if length < size < _LEAST_WRONG and not _AFTER_PLACE.match(text, end):
                continue
            if _is_allowed(word, text[start:end], Levenshtein.editops(sounds, window)):
                return start
        start = heard.find(first, start + 1)
    return None


def _is_allowed(word: str, written: str, edits: "Editops") -> bool:
    if _WORDS.intersection(written) - set(word):
        return False
    if sum(character in written for character in word) < len(word) - 1:
        return False
    for edit in edits:
        if edit.tag != "insert" and word[edit.src_pos] in _TELLING:
            return False
        if edit.tag != "delete":
            character = written[edit.dest_pos]
            if character in _TELLING or not character.isalpha():
                return False
            if edit.tag == "insert" and character not in _FILLERS:
                return False
        if edit.tag == "replace" and len(word) < _LEAST_WRONG:
            return False
    return True


@lru_cache(maxsize=8)
def read_places(path: Path) -> Places:
    """The public places of a YAML file of this shape; LexiconDamaged if malformed."""
    content = load_yaml(path)
    named = content.get("places") if isinstance(content, dict) else None
    if not isinstance(named, dict) or not all(isinstance(v, list) for v in named.values()):
        raise LexiconDamaged(f"地点表 {path.name} 的 places 应是“名称: [别名, …]”的形式：请改正")
    return places_of(
        {str(name): tuple(map(str, words)) for name, words in named.items()},
        tuple(map(str, content.get("in_every_building") or ())),
        tuple(map(str, content.get("other_words") or ())),
    )


def places_of(
    named: Mapping[str, tuple[str, ...]],
    in_every_building: tuple[str, ...] = (),
    other_words: tuple[str, ...] = (),
) -> Places:
    """Places from names and aliases as people write them."""
    return Places(
        {
            name: tuple(fold(word).text for word in dict.fromkeys([name, *words]))
            for name, words in named.items()
        },
        frozenset(in_every_building),
        tuple(fold(word).text for word in other_words),
    )


def default_places() -> Places:
    """The public places that ship with the package."""
    return read_places(FOLDER / "places.yaml")

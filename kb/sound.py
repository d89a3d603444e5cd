"""Words by their sound: toneless pinyin, so that a homophone slip (电踢) finds the word (电梯).

For finding, readings are levelled as southern speakers and input methods level them: z/zh, c/ch,
s/sh, and final n/ng. Characters are read one by one with their commonest reading, the same way for
texts and questions, so that a wrong reading does no harm.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from kb.normalization import is_chinese, terms

_LEVELLED = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@lru_cache(maxsize=8192)
def reading(character: str) -> str:
    """The toneless pinyin of one Chinese character; the character if it has none."""
    from pypinyin import lazy_pinyin

    (sound,) = lazy_pinyin(character) or (character,)
    return str(sound)


@lru_cache(maxsize=8192)
def _levelled(character: str) -> str:
    sound = reading(character)
    for full, short in _LEVELLED:
        if sound.startswith(full):
            sound = short + sound[2:]
    return sound[:-1] if sound.endswith("ng") else sound


def sounds_of(found: Iterable[str]) -> Iterator[str]:
    """The sound of each pair of neighbouring Chinese characters of a text cut by `terms`."""
    for run in filter(is_chinese, found):
        yield from (sound_of(run[i : i + 2]) for i in range(len(run) - 1))


def sound_pairs(text: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """The sounds of those pairs of a question that are not known as they are written."""
    for run in filter(is_chinese, terms(text)):
        pairs = (run[i : i + 2] for i in range(len(run) - 1))
        yield from (sound_of(pair) for pair in pairs if not is_known(pair))


def sound_of(characters: str) -> str:
    """The sound of neighbouring characters, as `sounds_of` has it."""
    return "-".join(map(_levelled, characters))

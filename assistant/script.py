"""Scripts and languages of a message, and the form that patterns are matched on.

`fold` maps character by character, so whatever is found in its result can be shown in the
original text. Converting whole texts for people to read goes through OpenCC, loaded on first use.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assistant.lexicon import FOLDER, load_yaml

# Characters without width or with a direction only: people paste them, matching skips them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+"
)
# 着 火 了: single Chinese characters spaced apart, three or more, are one run of words.
_HAN = "\u3400-\u9fff"
_SPACED = re.compile(f"(?<![{_HAN}])(?:[{_HAN}][ \u3000\t]+){{2,}}[{_HAN}](?![{_HAN}])")
_BLANKS = re.compile("[ \u3000\t]+")
_LATIN = re.compile("[a-z]")
_CHINESE = re.compile(f"[{_HAN}\U00020000-\U0003ffff]")
_CANTONESE = re.compile("[嘅冇喺佢啲嚟畀咗唔哋嗰乜噉咁嘢嗌攞揾搵𨋢冚俾喇啦啱]")
_CANTONESE_ONLY = re.compile("[嘅冇喺佢啲嚟畀咗哋嗰噉咁嘢攞揾𨋢]|唔[好系該该知得见見]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text ready for matching. `offsets[i]` is where character i stood; None means equal."""

    text: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that `text[start:end]` came from."""
        if self.offsets is None or start == end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=1)
def _sections() -> dict[str, str]:
    content = load_yaml(FOLDER / "characters.yaml")
    return {name: "".join(text.split()) for name, text in content.items()}


@lru_cache(maxsize=1)
def _simplified_form() -> dict[str, str]:
    pairs = _sections()["pairs"]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@lru_cache(maxsize=1)
def _telling() -> tuple[frozenset[str], frozenset[str]]:
    sections = _sections()
    traditional = frozenset(_simplified_form()) - frozenset(sections["shared"])
    return traditional, frozenset(sections["simplified"])


class _FoldTable(dict[int, str]):
    """Folds a character on first sight and remembers it; every result is one character long."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        if len(folded) != 1:
            folded = character
        self[code] = folded = _simplified_form().get(folded, folded)
        return folded


_FOLD = _FoldTable()


def fold(text: str) -> Folded:
    """Simplified characters, standard widths and lower case, without invisible characters."""
    gaps = [match.span() for match in _INVISIBLE.finditer(text)]
    for match in _SPACED.finditer(text):
        gaps += [
            (match.start() + blank.start(), match.start() + blank.end())
            for blank in _BLANKS.finditer(match[0])
        ]
    if not gaps:
        return Folded(text.translate(_FOLD))
    skipped = {position for start, end in gaps for position in range(start, end)}
    kept = tuple(i for i in range(len(text)) if i not in skipped)
    return Folded("".join(text[i] for i in kept).translate(_FOLD), kept)


def detect_script(text: str) -> str:
    """`traditional`, `simplified` or `none` (no Chinese); text that fits both is simplified."""
    if not _CHINESE.search(text):
        return "none"
    traditional, simplified = _telling()
    found = set(text)
    votes = sum(text.count(c) for c in found & traditional)
    return "traditional" if votes > sum(text.count(c) for c in found & simplified) else "simplified"


def detect_language(text: str) -> str:
    """`yue` for Cantonese, `zh` for other Chinese, `en` for Latin letters, else `und`."""
    if _CHINESE.search(text):
        sure = bool(_CANTONESE_ONLY.search(text))
        return "yue" if sure or len(_CANTONESE.findall(text)) >= 3 else "zh"
    return "en" if _LATIN.search(text.lower()) else "und"


@lru_cache(maxsize=4)
def _converter(name: str) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(name).convert
    return convert


def to_simplified(text: str) -> str:
    """Text in simplified characters; lengths may change."""
    return _converter("t2s")(text)


def to_traditional(text: str) -> str:
    """Text in traditional characters; lengths may change."""
    return _converter("s2tw")(text)


def in_script(text: str, script: str) -> str:
    """Simplified Chinese `text` in the script that `detect_script` named."""
    return to_traditional(text) if script == "traditional" else text

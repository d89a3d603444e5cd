"""What must not be said, whatever backs it: the list in `must_not.yaml`.

What it finds of tone stands only where the sentence as a whole does not sound fine: of the fine
sentences of hands that it had not seen, the list alone blamed 9 in 100.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import LexiconDamaged
from assistant.guard.ground import Ground, Part, Stretch, sentences_of
from assistant.guard.moments import ECHO
from assistant.guard.speech import OF_TONE, sounds_fine
from assistant.guard.types import Code
from assistant.lexicon import load_yaml
from assistant.script import fold
from assistant.types import Violation

FILE = Path(__file__).parent / "must_not.yaml"
_CLAUSE_END = re.compile("[,。;!?:]")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """One kind of thing that is not said, with what takes a match back."""

    code: Code
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    needs: re.Pattern[str] | None
    before: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    backed_by: tuple[re.Pattern[str], ...]
    echo: bool
    named_authority: bool


@lru_cache(maxsize=1)
def must_not() -> tuple[Forbidden, ...]:
    """The list that ships. Raises LexiconDamaged, with the place, when it cannot be used."""
    data = load_yaml(FILE)
    try:
        return tuple(_forbidden(entry) for entry in data["rules"])
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise LexiconDamaged(f"词表 {FILE.name} 不可用（{error}）；请改正或恢复该文件") from error


def _forbidden(entry: dict[str, object]) -> Forbidden:
    patterns, backed = entry["patterns"], entry.get("backed_by") or []
    if not isinstance(patterns, list) or not isinstance(backed, list):
        raise TypeError(f"{entry['code']} 的 patterns 和 backed_by 应为列表")
    needs, before, unless = (entry.get(key) for key in ("needs", "before", "unless"))
    return Forbidden(
        Code(str(entry["code"])),
        str(entry["reason"]),
        tuple(re.compile(pattern) for pattern in patterns),
        re.compile(str(needs)) if needs else None,
        re.compile(str(before)) if before else None,
        re.compile(str(unless)) if unless else None,
        tuple(re.compile(word) for word in backed),
        bool(entry.get("echo")),
        bool(entry.get("named_authority")),
    )


def forbidden(part: Part, ground: Ground) -> Iterator[Violation]:
    """The first match of each entry in each sentence of a segment."""
    for sentence in sentences_of(part.folded):
        for entry in must_not():
            found = _first(entry, sentence, part, ground)
            if found is None or (entry.code in OF_TONE and sounds_fine(sentence.text, part)):
                continue
            start, end = part.span(sentence.start + found.start(), sentence.start + found.end())
            text = part.segment.text[start:end]
            yield Violation(part.index, start, end, entry.code, text, entry.reason)


def _first(entry: Forbidden, sentence: Stretch, part: Part, ground: Ground) -> re.Match[str] | None:
    text = sentence.text
    if entry.unless is not None and entry.unless.search(text):
        return None
    if entry.needs is not None and not entry.needs.search(part.folded):
        return None
    if entry.named_authority and _names_authority(text, ground):
        return None
    for pattern in entry.patterns:
        for match in pattern.finditer(text):
            lead = _CLAUSE_END.split(text[: match.start()])[-1]
            if entry.before is not None and entry.before.search(lead):
                continue
            if entry.echo and ECHO.search(lead):
                continue
            if _is_backed(entry, match[0], part, ground):
                continue
            return match
    return None


def _is_backed(entry: Forbidden, said: str, part: Part, ground: Ground) -> bool:
    asks = part.segment.role in ("ask", "restate")
    passages = part.passages if asks else part.cited
    if any(said in passage.text for passage in passages):
        return True
    words = [word for word in entry.backed_by if word.search(said)]
    # what is only restated may be said in the resident's words
    texts = [*(p.text for p in passages), *([ground.message] if asks else [])]
    return any(word.search(text) for word in words for text in texts)


def _names_authority(text: str, ground: Ground) -> bool:
    authority = ground.triage.authority
    if ground.triage.in_scope or authority is None:
        return False
    names = (fold(authority.label).text.split("(")[0], *re.findall("[0-9]{3,}", authority.contact))
    return any(name in text for name in names)

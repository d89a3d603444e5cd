"""In an emergency the safety step comes first, whole, and nothing contradicts it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import LexiconDamaged
from assistant.guard.ground import Ground, Part, sentences_of
from assistant.guard.types import Code
from assistant.lexicon import load_yaml
from assistant.opinions import dangers_to_meet
from assistant.types import Violation
from rules.types import Tier

FILE = Path(__file__).parent / "safety.yaml"
_GREETING = re.compile("您好|你好|这里是|尊敬的|业主")
# the sentence in which the matter is named back
_MOST_BEFORE = 1


@dataclass(frozen=True, slots=True)
class Required:
    """What one danger's step must and must never hold."""

    must: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def required() -> dict[str, Required]:
    """By signal. Raises LexiconDamaged when the file cannot be used."""
    data = load_yaml(FILE)
    try:
        common = tuple(map(re.compile, data["common_never"]))
        return {
            code: Required(
                tuple(map(re.compile, entry["must"])),
                (*common, *map(re.compile, entry["never"])),
            )
            for code, entry in data["signals"].items()
        }
    except (KeyError, TypeError, re.error) as error:
        raise LexiconDamaged(f"词表 {FILE.name} 不可用（{error}）；请改正或恢复该文件") from error


def safety(parts: Sequence[Part], ground: Ground) -> Iterator[Violation]:
    """What lacks, stands too late, or contradicts, for the dangers that are proven or feared.

    What is only feared may come later: a person decides whether it is one.
    """
    if ground.triage.decision.tier is not Tier.CRITICAL:
        return
    steps = ground.guard.phrases.safety
    present = dangers_to_meet(ground.triage)
    proved = [code for code in steps if code in present and code in required()]
    whole = "\n".join(part.folded for part in parts)
    for code in proved:
        if not all(must.search(whole) for must in required()[code].must):
            yield Violation(
                -1, 0, 0, Code.SAFETY_MISSING, "",
                "紧急情况必须先写清安全提示，这里缺少或不完整。", steps[code].text,
            )  # fmt: skip
        yield from _contradictions(parts, required()[code])
    if any(signal.code in proved for signal in ground.triage.signals):
        yield from _late(parts, proved)


def _contradictions(parts: Sequence[Part], entry: Required) -> Iterator[Violation]:
    for part in parts:
        for pattern in entry.never:
            for match in pattern.finditer(part.folded):
                start, end = part.span(*match.span())
                text = part.segment.text[start:end]
                yield Violation(
                    part.index, start, end, Code.SAFETY_CONTRADICTED, text,
                    "这句话与安全提示相反，会让人受到伤害。",
                )  # fmt: skip


def _late(parts: Sequence[Part], proved: Sequence[str]) -> Iterator[Violation]:
    """More than the greeting and one sentence before the first action."""
    before = 0
    for part in parts:
        for sentence in sentences_of(part.folded):
            if part.segment.role == "safety" or _acts(sentence.text, proved):
                return
            if part.segment.role == "greeting" or (before == 0 and _is_greeting(sentence.text)):
                continue
            before += 1
            if before > _MOST_BEFORE:
                start, end = part.span(sentence.start, sentence.end)
                text = part.segment.text[start:end]
                yield Violation(
                    part.index, start, end, Code.SAFETY_LATE, text,
                    "安全提示之前最多只能有称呼和一句确认，这句话应放到后面。",
                )  # fmt: skip
                return


def _is_greeting(sentence: str) -> bool:
    return bool(_GREETING.search(sentence)) and len(sentence) <= 30


def _acts(sentence: str, proved: Sequence[str]) -> bool:
    return any(must.search(sentence) for code in proved for must in required()[code].must)

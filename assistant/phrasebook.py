"""The library of wordings (话术): data in `assistant/phrases` and the installation's own file.

One truth: what a CSR searches and copies is what the composer speaks with. Facts come from cited
passages and times from the decision; no wording states either.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.phrase_reading import read_wordings
from assistant.phrase_types import EVERY_KIND, SITUATIONS, StyleCard, Wording, placeholders
from assistant.script import to_simplified
from rules.labels import label

_FOLDER = Path(__file__).parent / "phrases"
# share of a query's character pairs that an entry must hold where it does not hold the words
_LEAST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class SafetyStep:
    """What to do first under one signal; `source` is the clause that says it in full."""

    signal: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Promises:
    """How limits are said: pieces by milestone, and what a resident is told by kind."""

    pieces: Mapping[str, str]
    critical: Mapping[str, str]
    told: Mapping[str, Sequence[str]]
    otherwise: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Wordings by kind and situation. `safety` keeps the order of its file, the gravest first."""

    wordings: tuple[Wording, ...]
    promises: Promises
    safety: Mapping[str, SafetyStep]
    matters: tuple[tuple[str, str], ...]
    cards: Mapping[str, StyleCard]
    never: str

    def pick(
        self, situation: str, kind: str, anger: int, values: Mapping[str, str], key: str
    ) -> str:
        """A wording for a situation with its placeholders filled, or nothing where none fits.

        Entries of the kind stand before those of every kind; of the texts whose placeholders
        `values` can fill, those that say most. Which of these follows from `key` (the message), so
        that the same message is worded the same again and two messages seldom are.
        """
        for wanted in (kind, EVERY_KIND):
            fitting = [
                text
                for wording in self.wordings
                if wording.situation == situation
                and wording.kind == wanted
                and wording.anger[0] <= anger <= wording.anger[1]
                for text in wording.texts
                if placeholders(text) <= values.keys()
            ]
            if fitting:
                most = max(len(placeholders(text)) for text in fitting)
                fitting = [text for text in fitting if len(placeholders(text)) == most]
                return fitting[_place(f"{key}\n{situation}", len(fitting))].format(**values)
        return ""

    def search(self, words: str = "", kind: str = "", situation: str = "") -> list[Wording]:
        """Entries that hold all the words, best first; without words all, in the library's order.

        `kind` also lets through what fits every kind. An entry that holds most of the query's
        character pairs is found too, after those that hold the words.
        """
        fitting = [
            wording
            for wording in self.wordings
            if kind in ("", wording.kind) or wording.kind == EVERY_KIND
            if situation in ("", wording.situation)
        ]
        asked = to_simplified(words).casefold().split()
        scored = [(_score(asked, wording), wording) for wording in fitting]
        found = [pair for pair in scored if pair[0] > 0]
        return [wording for _, wording in sorted(found, key=lambda pair: -pair[0])]

    def style_card(self, kind: str, anger: int) -> str:
        """How a kind is answered at a degree of anger (0..3), for a model's prompt.

        At most 350 characters of Chinese. Raises KeyError for an unknown kind.
        """
        card = self.cards[kind]
        return (
            f"语气：{card.tone[max(0, min(anger, 3))]}。\n要做到：{card.must}\n"
            f"不要：{card.must_not}\n任何时候：{self.never}\n例：{card.example}"
        )


@cache
def phrasebook() -> Phrasebook:
    """The library that ships."""
    return load_phrasebook(None, date.max)


def load_phrasebook(own: Path | None, today: date) -> Phrasebook:
    """The library in force on a day: what ships, and what `own/*.yaml` adds or replaces by id.

    Raises PhrasesDamaged with one line that names the file and the row.
    """
    entries: dict[str, Wording] = {}
    for path in sorted((_FOLDER / "wordings").glob("*.yaml")):
        entries |= _by_id(read_wordings(path, today))
    safety = {
        code: SafetyStep(code, entry["text"], entry["source"])
        for code, entry in _read("safety.yaml").items()
    }
    entries |= _by_id(_as_wording(step) for step in safety.values())
    for path in sorted(own.glob("*.yaml")) if own is not None and own.is_dir() else ():
        entries |= _by_id(read_wordings(path, today, own=True))
    matters = [
        (word, name) for words, name in _read("matters.yaml").items() for word in words.split("|")
    ]
    cards = _read("style_cards.yaml")
    return Phrasebook(
        wordings=tuple(sorted(entries.values(), key=_order)),
        promises=Promises(**_read("promises.yaml")),
        safety=safety,
        matters=tuple(sorted(matters, key=lambda pair: -len(pair[0]))),
        cards={
            kind: StyleCard(**{**card, "tone": tuple(card["tone"])})
            for kind, card in cards["cards"].items()
        },
        never=str(cards["never"]),
    )


def _by_id(wordings: Iterable[Wording]) -> dict[str, Wording]:
    return {wording.id: wording for wording in wordings}


def _as_wording(step: SafetyStep) -> Wording:
    """A safety step as an entry, for people; the composer takes the step itself."""
    return Wording(
        id=f"safety-{step.signal.replace('_', '-')}",
        kind=EVERY_KIND,
        situation="safety",
        title=label(step.signal, "signals"),
        texts=(step.text,),
        use="涉及人身安全时，问候和安抚之后立即说。",
        avoid="不要先解释原因或追问细节，耽误安全步骤。",
        source=step.source,
    )


def _order(wording: Wording) -> tuple[int, bool, str, int]:
    place = list(SITUATIONS).index(wording.situation)
    return place, wording.kind != EVERY_KIND, wording.kind, wording.anger[0]


def _place(key: str, count: int) -> int:
    """A place of 0..count-1 that only the key decides, alike in every process."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % count


def _score(asked: Sequence[str], wording: Wording) -> float:
    title = f"{wording.title}{SITUATIONS[wording.situation]}".casefold()
    body = f"{' '.join(wording.texts)} {wording.use} {wording.id}".casefold()
    if not asked:
        return 1.0
    total = 0.0
    for word in asked:
        if word in title:
            total += 3.0
        elif word in body:
            total += 2.0
        else:
            pairs = {word[i : i + 2] for i in range(len(word) - 1)}
            share = sum(p in title or p in body for p in pairs) / len(pairs) if pairs else 0.0
            if share < _LEAST_SHARE:
                return 0.0
            total += share
    return total


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=loader))

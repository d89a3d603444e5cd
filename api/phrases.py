"""The library of wordings for people: found, labelled, and ready to copy."""

from collections.abc import Sequence
from typing import Any

from api.wiring import House
from assistant.errors import InputError
from assistant.phrase_types import EVERY_KIND, SITUATIONS, Wording, with_blanks


def find(house: House, words: str = "", kind: str = "", situation: str = "") -> list[Wording]:
    """Entries that hold the words, of a kind and for a situation; empty values do not restrict.

    Raises InputError for an unknown kind or situation.
    """
    kinds = [str(code) for code in house.rulebook.vocabulary.codes("kinds")]
    for given, known, name in ((kind, kinds, "诉求类型"), (situation, SITUATIONS, "情形")):
        if given and given not in known:
            raise InputError(f"没有名为“{given}”的{name}；可用：{'、'.join(known)}。")
    return house.phrases.search(words, kind, situation)


def kind_label(house: House, kind: str) -> str:
    """What people call the kind of a wording."""
    return "通用" if kind == EVERY_KIND else house.label(kind, "kinds")


def ready(house: House, wording: Wording) -> tuple[str, ...]:
    """The texts to copy: company and estate filled in, what is open as 【事项】."""
    settings = house.settings.assistant
    known = {"company": settings.company, "estate": settings.estate}
    return tuple(with_blanks(text, known) for text in wording.texts)


def phrase_json(house: House, wording: Wording) -> dict[str, Any]:
    """An entry as the command line and HTTP give it; `ready` are the texts to copy."""
    begins = wording.effective_from
    return {
        "id": wording.id,
        "kind": wording.kind,
        "kind_label": kind_label(house, wording.kind),
        "situation": wording.situation,
        "situation_label": SITUATIONS[wording.situation],
        "title": wording.title,
        "anger": list(wording.anger),
        "texts": list(wording.texts),
        "ready": list(ready(house, wording)),
        "use": wording.use,
        "avoid": wording.avoid,
        "source": wording.source,
        "version": wording.version,
        "effective_from": begins and begins.isoformat(),
        "own": wording.own,
    }


def count_of(found: Sequence[Wording]) -> str:
    """How much was found, in one line."""
    return f"{len(found)} 条，{sum(len(wording.texts) for wording in found)} 种说法"

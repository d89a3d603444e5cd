"""Whether a found location is the labelled one, said in other words.

Labels hold a resident's words (B1, 西户, 地库拐角), the product its own (-1, 西, 地下车库): each
side is brought to the product's form before they are compared.
"""

from assistant.location import Places, find_location
from assistant.script import fold
from assistant.types import Location

_FLATS = "户屋室"


def in_product_words(labelled: Location, found: Location, places: Places) -> Location:
    """The label as the product would say it, with the place found where that is what was meant.

    A labelled place is what the gazetteer reads in its words, or none where it reads none: a place
    that it does not know cannot be named. The place found is also right where the label names it
    by one of its words, or the label's words are a part of one of them (门口, 单元门口). `places`
    are those the product was run with.
    """
    return Location(
        building=_value(labelled.building),
        unit=_value(labelled.unit),
        floor=_floor(labelled.floor),
        room=_room(labelled.room),
        place=_place(labelled.place, found.place, places),
    )


def _value(said: str | None) -> str | None:
    return said.upper() if said else None


def _floor(said: str | None) -> str | None:
    if not said or said.lstrip("-").isdigit():
        return said
    return find_location(said).floor or find_location(f"{said}楼").floor or said


def _room(said: str | None) -> str | None:
    return _value(said if said is None or len(said) == 1 else said.rstrip(_FLATS))


def _place(said: str | None, found: str | None, places: Places) -> str | None:
    if said is None or said == found:
        return said
    named = find_location(said, places).place
    if named is None and found is not None:
        words, label = places.words.get(found, ()), fold(said).text
        if any(word in label or (len(label) > 1 and label in word) for word in words):
            return found
    return named

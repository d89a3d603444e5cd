"""The desk's intake, built of the house's parts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.wiring import House
    from desk.intake import Intake
    from desk.matching import Matcher
    from desk.store import Desk


def build_intake(house: "House", desk: "Desk", matcher: "Matcher | None" = None) -> "Intake":
    """An intake for a desk, which may be another than the house's own (an evaluation's)."""
    from assistant.script import fold
    from assistant.triage_json import decision_json, to_json
    from desk.index import OpenRequests
    from desk.intake import Intake, Writing
    from desk.matching import default_matcher

    encoder = house.encoder
    index = OpenRequests(
        desk.engine,
        lambda texts: encoder.encode_queries([matter_text(text) for text in texts]),
        encoder.name,
        house.classifier.mean,
        lambda text: fold(text).text,
    )
    return Intake(
        desk,
        index,
        house.triager,
        Writing(to_json, decision_json, lambda text: fold(text).text),
        lambda: house.rulebook,
        matcher or default_matcher(),
        house.settings.desk,
    )


def matter_text(text: str) -> str:
    """What a message is compared by: without the address, which nearly all messages have."""
    from assistant.classifier import readable
    from desk.subjects import without_address

    read = readable(text)
    return " ".join(without_address(read).split()) or read

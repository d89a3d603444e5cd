"""Triage: a raw message to facts, and the rules' decision on them.

The text gives signals and location, the classifier kind, department and category, the rules
everything else. What the text proves weighs more than what the classifier thinks: where life is
in danger the message is a repair, a complaint or a call for help, whatever it looked like.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.lexicon import life_safety_codes
from assistant.location import Places, default_places, find_location
from assistant.script import detect_language, detect_script, fold
from assistant.signals import detect_signals
from assistant.types import Location, Message, Signal, Triage
from rules.decide import ask_next, decide, default_rulebook
from rules.types import Decision, Facts, Kind, Tier

if TYPE_CHECKING:
    from assistant.classifier import Classifier, Prediction
    from kb.encoder import Encoder
    from rules.decide import Rulebook

MAX_CHARACTERS = 20_000
MOST_QUESTIONS = 3
SURE_OF_OTHER = 0.6
# Kinds that somebody has to act on; only these can hold a danger to life.
ACTED_ON = (Kind.REPAIR, Kind.ASSISTANCE, Kind.COMPLAINT)
_WHERE = "请问在哪一栋、哪个单元、几楼几室，或者在小区的什么位置？"
_WHICH_DOOR = "请问是哪个单元、几楼几室？"
_CONTACT = "方便留一个联系电话吗？"
# Halves of characters, which no file, database or reply can hold.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-?\d{7,8}|[2-8]\d{7})(?!\d)")
# Outside the flats, or in many of them: the building is enough.
_SHARED = frozenset(
    {"facade_loose", "manhole_open", "fire_lane_blocked", "falling_object", "group_affected"}
)


def check_text(text: str) -> None:
    """Raise InputError for a message without content or longer than MAX_CHARACTERS."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"来件有 {len(text)} 个字符，超过上限 {MAX_CHARACTERS}；"
            "请只保留要紧的内容，或分几条提交。"
        )
    if not fold(text).text.strip():
        raise InputError("来件内容是空的；请写上住户的原话。")


class Triager:
    """Understands messages with one classifier and encoder, by the rulebook in force.

    `rulebook` gives the company's at the moment of asking, `places` are the estate's public
    places; both default to those that ship with the package. `estate` is the project whose service
    calendar counts, where the rulebook has one for it.
    """

    def __init__(
        self,
        classifier: "Classifier",
        encoder: "Encoder",
        rulebook: "Callable[[], Rulebook]" = default_rulebook,
        places: Places | None = None,
        estate: str | None = None,
    ) -> None:
        self._classifier = classifier
        self._estate = estate
        self._encoder = encoder
        self._rulebook = rulebook
        self._places = places or default_places()

    def triage(self, messages: Sequence[Message]) -> list[Triage]:
        """One result for each message, in order. Raises InputError for an unusable text."""
        for message in messages:
            check_text(message.text)
        messages = [
            replace(message, text=_LONE_SURROGATE.sub("\ufffd", message.text))
            for message in messages
        ]
        texts = [message.text for message in messages]
        predictions = self._classifier.predict(texts, self._encoder)
        return [
            self._one(message, prediction)
            for message, prediction in zip(messages, predictions, strict=True)
        ]

    def judged(self, triage: Triage, facts: Facts) -> Triage:
        """The same message judged by other facts: another decision, other questions."""
        book = self._rulebook()
        decision = decide(facts, book)
        asked = self._questions(
            triage.message, facts, decision, triage.location, ask_next(facts, book)
        )
        return replace(triage, facts=facts, decision=decision, ask_next=asked)

    def _one(self, message: Message, prediction: "Prediction") -> Triage:
        signals = detect_signals(message.text)
        kind = settled_kind(prediction.kind, signals)
        category = next(iter(prediction.category)) if kind is Kind.COMPLAINT else None
        department = next(iter(prediction.department))
        facts = replace(facts_of(message, kind, category, department, signals), estate=self._estate)
        # one rulebook for the whole message, also while another is being activated
        book = self._rulebook()
        decision = decide(facts, book)
        location = find_location(message.text, self._places)
        return Triage(
            message=message,
            kind=kind,
            kind_confidence=prediction.kind[kind],
            department=department,
            category=category,
            signals=signals,
            location=location,
            facts=facts,
            decision=decision,
            ask_next=self._questions(message, facts, decision, location, ask_next(facts, book)),
            language=detect_language(message.text),
            script=detect_script(message.text),
        )

    def _questions(
        self,
        message: Message,
        facts: Facts,
        decision: Decision,
        location: Location,
        of_rules: Sequence[str],
    ) -> tuple[str, ...]:
        """At most three: what the rules want to know, then place, then contact.

        In an emergency the place comes first, because nobody can be sent without it.
        """
        asked = list(of_rules)
        if facts.kind in ACTED_ON:
            where = _missing_place(facts, location, self._places)
            asked = [*where, *asked] if decision.tier is Tier.CRITICAL else [*asked, *where]
            if not (message.sender or _PHONE.search(fold(message.text).text)):
                asked.append(_CONTACT)
        return tuple(dict.fromkeys(asked))[:MOST_QUESTIONS]


def settled_kind(probabilities: Mapping[str, float], signals: Sequence[Signal]) -> Kind:
    """The likeliest kind; with a life-safety signal the likeliest that somebody acts on.

    `other` must be surer than the rest: a request taken for nothing is lost, nothing taken for
    a request costs a look.
    """
    ranked = [Kind(name) for name in sorted(probabilities, key=lambda k: -probabilities[k])]
    if ranked[0] is Kind.OTHER and probabilities[Kind.OTHER] < SURE_OF_OTHER and len(ranked) > 1:
        ranked = ranked[1:]
    if any(signal.code in life_safety_codes() for signal in signals):
        ranked = [kind for kind in ranked if kind in ACTED_ON]
    return ranked[0]


def facts_of(
    message: Message,
    kind: Kind,
    category: str | None,
    department: str,
    signals: Sequence[Signal],
) -> Facts:
    """What the rules may read; numbers not said are 0."""
    values = {signal.code: signal.value or 0 for signal in signals}
    return Facts(
        kind=kind,
        received_at=message.received_at,
        signals=frozenset(values),
        category=category,
        department=department,
        channel=message.channel,
        repeat_count=values.get("repeat_report", 0),
        unattended_days=values.get("unattended_days", 0),
    )


def _missing_place(facts: Facts, location: Location, places: Places) -> list[str]:
    """The question for the place, where somebody has to go and the message does not say."""
    goes_there = facts.kind is not Kind.COMPLAINT or facts.category in ("facilities", "incident")
    if location.building is None:
        found = location.place is not None and location.place not in places.in_every_building
        return [] if found or not (goes_there or facts.signals - {"anger"}) else [_WHERE]
    door = any((location.unit, location.room, location.floor, location.place))
    return [] if door or not goes_there or facts.signals & _SHARED else [_WHICH_DOOR]

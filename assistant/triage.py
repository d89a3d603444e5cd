"""Triage: a raw message to facts, and the rules' decision on them.

The text gives signals and location, the classifier kind, department and category, the rules
everything else. What the text proves weighs more than what the classifier thinks: where life is
in danger the message is a repair, a complaint or a call for help, whatever it looked like.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, tzinfo
from typing import TYPE_CHECKING

from assistant.details import find_details
from assistant.errors import InputError
from assistant.lexicon import life_safety_codes
from assistant.location import Places, default_places, find_location
from assistant.matters import find_parts
from assistant.missing import ACTED_ON, missing_questions
from assistant.opinions import closest, danger_percent, suspected
from assistant.scope import LEAST_IN_SCOPE, find_authority
from assistant.script import detect_language, detect_script, fold
from assistant.signals import detect_signals
from assistant.types import Details, Message, Signal, Triage
from rules.decide import ask_next, decide, default_rulebook
from rules.types import Facts, Kind

if TYPE_CHECKING:
    from assistant.classifier import Classifier, Prediction
    from kb.encoder import Encoder
    from rules.calendar import ServiceCalendar
    from rules.decide import Rulebook

MAX_CHARACTERS = 100_000
SURE_OF_OTHER = 0.6
# Kinds for which somebody comes, at the time that is wished.
VISITED = (Kind.REPAIR, Kind.ASSISTANCE)
# Halves of characters, which no file, database or reply can hold.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


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
    calendar counts, where the rulebook has one for it. `zone` is the one in which 明天 is a day; by
    default that of each message's receipt.
    """

    def __init__(
        self,
        classifier: "Classifier",
        encoder: "Encoder",
        rulebook: "Callable[[], Rulebook]" = default_rulebook,
        places: Places | None = None,
        estate: str | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._classifier = classifier
        self._estate, self._zone = estate, zone
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
        asked = missing_questions(
            triage.message,
            facts,
            decision,
            triage.location,
            triage.details,
            self._places,
            ask_next(facts, book),
        )
        return replace(triage, facts=facts, decision=decision, ask_next=asked)

    def _one(self, message: Message, prediction: "Prediction") -> Triage:
        signals = detect_signals(message.text)
        suggested = suspected(prediction, signals)
        kind = settled_kind(prediction.kind, in_danger=bool(suggested) or _proven(signals))
        category = next(iter(prediction.category)) if kind is Kind.COMPLAINT else None
        department = next(iter(prediction.department))
        in_scope = kind is Kind.OTHER or prediction.in_scope >= LEAST_IN_SCOPE
        # one rulebook for the whole message, also while another is being activated
        book = self._rulebook()
        location = find_location(message.text, self._places)
        details = find_details(message.text, message.received_at, self._zone)
        facts = replace(
            facts_of(message, kind, category, department, signals),
            estate=self._estate,
            suspected_danger=danger_percent(prediction, signals),
            wished_at=wished_at(message, kind, details, book.calendar_for(self._estate)),
        )
        decision = decide(facts, book)
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
            ask_next=missing_questions(
                message, facts, decision, location, details, self._places, ask_next(facts, book)
            ),
            language=detect_language(message.text),
            script=detect_script(message.text),
            kinds=closest(prediction.kind, kind),
            departments=closest(prediction.department, department),
            suggested=suggested,
            details=details,
            in_scope=in_scope,
            authority=None if in_scope else find_authority(message.text),
            parts=find_parts(message.text, prediction, self._judge),
        )

    def _judge(self, texts: Sequence[str]) -> "list[Prediction]":
        return self._classifier.predict(texts, self._encoder)


def settled_kind(probabilities: Mapping[str, float], in_danger: bool) -> Kind:
    """The likeliest kind; where a life may be in danger the likeliest that somebody acts on.

    `other` must be surer than the rest: a request taken for nothing is lost, nothing taken for
    a request costs a look.
    """
    ranked = [Kind(name) for name in sorted(probabilities, key=lambda k: -probabilities[k])]
    if ranked[0] is Kind.OTHER and probabilities[Kind.OTHER] < SURE_OF_OTHER and len(ranked) > 1:
        ranked = ranked[1:]
    if in_danger:
        ranked = [kind for kind in ranked if kind in ACTED_ON]
    return ranked[0]


def _proven(signals: Sequence[Signal]) -> bool:
    return any(signal.code in life_safety_codes() for signal in signals)


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


def wished_at(
    message: Message, kind: Kind, details: Details, calendar: "ServiceCalendar"
) -> datetime | None:
    """When somebody is asked to come: the wish's beginning, of whole days the first opening."""
    wish = details.wish
    if wish is None or kind not in VISITED or wish.at <= message.received_at:
        return None
    if wish.until is None or wish.at.time() != time(0):
        return wish.at
    opening = calendar.next_opening(wish.at).at
    return opening if opening < wish.until else wish.at

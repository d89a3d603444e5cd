"""Several chat messages of one sender within seconds are one request. Pure.

A message belongs to a burst of the same sender on the same channel when one of the burst's
messages is at most `window` away, earlier or later: chat servers deliver out of order. Times count
in whole seconds. A message without a sender is never joined to another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from assistant.types import Message

# triage refuses a longer text, and joining must never make a message unusable
MOST_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Burst:
    """When a message is joined to those before it: distance in time, number of messages."""

    window: timedelta
    most: int

    def takes(self, moments: Sequence[datetime], at: datetime) -> bool:
        """Whether a message at `at` belongs to messages at `moments`."""
        if self.window <= timedelta(0) or len(moments) >= self.most:
            return False
        return any(abs(_second(at) - _second(moment)) <= self.window for moment in moments)

    def grouped(self, messages: Iterable[Message]) -> list[list[Message]]:
        """The messages as bursts: each in the order of time, bursts by their first message's place.

        Every message stands in exactly one burst.
        """
        places = list(enumerate(messages))
        # a stable order by time: of two at the same second the one that was given first leads
        open_ones: dict[tuple[str, str], list[tuple[int, Message]]] = {}
        done: list[list[tuple[int, Message]]] = []
        for place, message in sorted(places, key=lambda item: _second(item[1].received_at)):
            key = (message.sender, message.channel)
            current = open_ones.get(key)
            if current is not None and self._continues(current, message):
                current.append((place, message))
                continue
            burst = [(place, message)]
            done.append(burst)
            if message.sender:
                open_ones[key] = burst
        done.sort(key=lambda burst: min(place for place, _ in burst))
        return [[message for _, message in burst] for burst in done]

    def _continues(self, current: list[tuple[int, Message]], message: Message) -> bool:
        parts = [part for _, part in current]
        moments = [part.received_at for part in parts]
        return self.takes(moments, message.received_at) and fits([*parts, message])


def fits(messages: Sequence[Message]) -> bool:
    """Whether the joined text is short enough to be triaged."""
    return sum(len(part.text) + 1 for part in messages) <= MOST_CHARACTERS + 1


def joined(burst: Sequence[Message]) -> Message:
    """One message of the texts in their order, with the id and the time of the first."""
    return replace(burst[0], text="\n".join(message.text for message in burst))


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)

"""Notices that a model has begun to say the same over and over."""

import re

LEAST_UNIT = 8
LEAST_TIMES = 4
_LONGEST_UNIT = 200
_ENDS = re.compile(r"[。！？；!?;\n]+")
_LIST_MARK = re.compile(r"^[\W\d_]+")


class LoopDetector:
    """Fed with an answer piece by piece; says when it has become a loop.

    A loop is a run of four equal units of eight characters or more, back to back, or a sentence of
    eight characters or more that comes a fourth time whatever its list mark. Recurring words and
    the punctuation of a format are none: a list of fees says 每月每平方米 in every line.
    """

    def __init__(self) -> None:
        self._tail = ""
        self._sentence = ""
        self._times: dict[str, int] = {}

    def feed(self, piece: str) -> bool:
        """Whether the answer up to and with this piece is a loop."""
        for character in piece:
            self._tail = self._tail[-(_LONGEST_UNIT * LEAST_TIMES - 1) :] + character
            if self._ends_in_a_run():
                return True
        return self._repeats_a_sentence(piece)

    def _ends_in_a_run(self) -> bool:
        tail = self._tail
        longest = len(tail) // LEAST_TIMES
        # a unit's last character must stand where a unit before it ended: rules out nearly all
        last = tail[-1]
        return any(
            tail[-1 - unit] == last
            and tail[-unit * (LEAST_TIMES - 1) :] == tail[-unit * LEAST_TIMES : -unit]
            for unit in range(LEAST_UNIT, longest + 1)
        )

    def _repeats_a_sentence(self, piece: str) -> bool:
        *ended, self._sentence = _ENDS.split(self._sentence + piece)
        for sentence in ended:
            said = _LIST_MARK.sub("", sentence).strip()
            if len(said) >= LEAST_UNIT:
                self._times[said] = self._times.get(said, 0) + 1
                if self._times[said] >= LEAST_TIMES:
                    return True
        return False

"""The clause structure of a folded text, and the words around one mention in it."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_CLAUSE_END = re.compile(r"[,。!?;:…~\n]|(?<=[\u3400-\u9fff\d]) +(?=[\u3400-\u9fff\d])|\.(?!\d)")
_SENTENCE_END = frozenset("。!?;\n…")
_REACH = 24  # characters before a mention in which a marker may stand
_FRAME_REACH = 60  # characters before a mention, in its sentence, in which a frame may open
_FOLLOW = 60  # characters after a mention in which it may be put right or closed
_AFTER = 30  # characters after a mention that are read for denials and names


@dataclass(frozen=True, slots=True)
class Scope:
    """The clause structure of one folded text: where each clause starts and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def index(self, position: int) -> int:
        """The clause that holds a position."""
        return max(0, bisect_right(self.starts, position) - 1)


def scope_of(text: str) -> Scope:
    """Cut folded text into clauses at punctuation, and at blanks between Chinese words."""
    starts, ends = [0], []
    for match in _CLAUSE_END.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    ends.append(len(text))
    return Scope(text, tuple(starts), tuple(ends))


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text that a pattern found.

    `core` is where the word that proves it begins: 走丢 in 老人昨天走丢了. It equals `start` where
    the pattern names none.
    """

    scope: Scope
    start: int
    end: int
    clause: int
    core: int

    @property
    def before(self) -> str:
        first = max(self.scope.starts[self.clause], self.start - _REACH)
        return self.scope.text[first : self.start]

    @property
    def after(self) -> str:
        last = self.scope.ends[self.scope.index(max(self.start, self.end - 1))]
        return self.scope.text[self.end : min(last, self.end + _AFTER)]

    @property
    def lead(self) -> str:
        """The sentence before the mention, across its clauses."""
        text = self.scope.text[max(0, self.start - _FRAME_REACH) : self.start]
        return text[max(map(text.rfind, _SENTENCE_END)) + 1 :]

    @property
    def follow(self) -> str:
        """What is said after the mention, in its sentence and the next."""
        return self.scope.text[self.end : self.end + _FOLLOW]

    @property
    def reach(self) -> str:
        """The mention with the words before it: where most markers stand."""
        return self.before + self.within

    @property
    def within(self) -> str:
        return self.scope.text[self.start : self.end]

    def clause_text(self, offset: int) -> str:
        """The clause `offset` places away in the same sentence, or nothing."""
        index = self.clause + offset
        if not 0 <= index < len(self.scope.starts):
            return ""
        low, high = sorted((index, self.clause))
        marks = self.scope.text[self.scope.ends[low] : self.scope.starts[high]]
        if any(mark in _SENTENCE_END for mark in marks):
            return ""
        start, end = self.scope.starts[index], self.scope.ends[index]
        return self.scope.text[max(start, end - 40) if offset < 0 else start : min(end, start + 40)]


def mention_of(scope: Scope, match: re.Match[str]) -> Mention:
    """The mention that a pattern found; its group `core`, if it has one, marks the core."""
    core = match.start("core") if "core" in match.re.groupindex else -1
    start = match.start()
    # -1 also where the core stands in an alternative that did not match
    return Mention(scope, start, match.end(), scope.index(start), core if core >= 0 else start)

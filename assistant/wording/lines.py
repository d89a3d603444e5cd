"""The format in which a model answers: `number|text`, one line per line it was given.

A line can only stand for a segment that exists, so that a model cannot invent a citation: the
segment's own citations and rules stay with it. Cheaper than JSON: two tokens a line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# `2|…`, and what models make of it without a grammar: `2. …`, `【2】…`, `2：…`
_HEAD = re.compile(
    r"^[\s*]*(?:[【\[(（]\s*(?P<boxed>\d{1,2})\s*[】\])）]\s*[|｜.、:：]?"
    r"|(?P<plain>\d{1,2})\s*[|｜、:：)）.](?!\d))\s*"
)
_QUOTES = (("“", "”"), ('"', '"'), ("「", "」"))


def grammar(sentences: Sequence[int], latin: bool) -> str:
    """A GBNF grammar of one numbered line per entry, each of at most so many sentences.

    Without Latin letters a model that slips into English or code has no way to; with sentences
    counted, one that begins to comment on its own work has to stop.
    """
    letters = "" if latin else "A-Za-z"
    rows = [f'"{number}|" sentence{{1,{most}}}' for number, most in enumerate(sentences, 1)]
    body = ' "\\n" '.join(rows)
    return (
        f'root ::= {body} "\\n"?\nsentence ::= [^\\n\\r|<>{{}}\\\\。！？!?{letters}]+ [。！？!?]\n'
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that came for a line; with `done` it is the whole line."""

    number: int
    text: str
    done: bool


def read_lines(deltas: Iterable[str], count: int) -> Iterator[Piece]:
    """Lines as they come: pieces while a line grows, and once the whole of it.

    What stands before the first number, a number that does not exist or came before, and what
    follows it is left out.
    """
    buffer, told = "", 0
    seen: set[int] = set()
    for delta in deltas:
        buffer += delta
        while "\n" in buffer:
            line, buffer = buffer.split("\n", 1)
            yield from _whole(line, count, seen)
            told = 0
        number, start = _head(buffer, count, seen)
        if number and len(buffer) > max(told, start):
            yield Piece(number, buffer[max(told, start) :], done=False)
            told = len(buffer)
    yield from _whole(buffer, count, seen)


def _head(line: str, count: int, seen: set[int]) -> tuple[int, int]:
    """The number that a line begins with and where its text begins; 0 where it is for no line."""
    head = _HEAD.match(line)
    number = int(head["boxed"] or head["plain"]) if head else 0
    return (number, head.end()) if head and 1 <= number <= count and number not in seen else (0, 0)


def _whole(line: str, count: int, seen: set[int]) -> Iterator[Piece]:
    number, start = _head(line, count, seen)
    if number:
        seen.add(number)
        yield Piece(number, _bare(line[start:]), done=True)


def _bare(text: str) -> str:
    text = text.strip().removesuffix("<|im_end|>").strip()
    for opening, closing in _QUOTES:
        if len(text) > 1 and text[0] == opening and text[-1] == closing:
            text = text[1:-1].strip()
    return text

"""How much of a question's content a text covers, rare words counting most.

Works on characters in context: a character counts as covered when a pair of neighbours that it
belongs to occurs in the text. That needs no word segmentation, and pairs across word borders
do no harm, because a character's weight is that of its commonest pair.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.question import Question
from kb.normalization import is_chinese, tokens

# The run that the question word belongs to says what is asked for.
_FOCUS_WEIGHT = 1.5
# Characters that hold sentences together; beside a word they make no new word (流浪猫|能|喂).
_FUNCTION_CHARACTERS = frozenset(
    "能会要想该得可让被把给向对在到从和与或及就才都也还再又很太最更后前中内外上下时里个没不有"
)
# A pair is rarer than its characters; how much of that counts (由谁 is a rare pair of common ones).
_CHARACTER_BOUND = 1.3
# A character found without its neighbours is weak evidence (访 of 拜访 in 访问).
_LONE_CHARACTER = 0.2


@dataclass(frozen=True, slots=True)
class Piece:
    """A character (or word, or number) of a question with its weight and the pairs it is in."""

    text: str
    pairs: tuple[str, ...]
    weight: float
    known: bool
    functional: bool = False


def pieces(question: Question, frequency: Callable[[str], int], passages: int) -> tuple[Piece, ...]:
    """The content of a question in pieces weighted by inverse passage frequency.

    `frequency` says in how many of `passages` a term occurs. A piece is known when the
    knowledge base contains it in this connection anywhere, and functional when it only
    holds the sentence together.
    """
    memory: dict[str, int] = {}

    def occurs(term: str) -> int:
        if term not in memory:
            memory[term] = min(frequency(term), passages)
        return memory[term]

    def rarity(term: str) -> float:
        return math.log(1 + (passages - occurs(term) + 0.5) / (occurs(term) + 0.5))

    found: list[Piece] = []
    for run in question.content:
        boost = _FOCUS_WEIGHT if run == question.focus else 1.0
        if not is_chinese(run) or len(run) == 1:
            found.append(Piece(run, (run,), boost * rarity(run), occurs(run) > 0))
            continue
        for i, character in enumerate(run):
            pairs = tuple(run[j : j + 2] for j in (i - 1, i) if 0 <= j < len(run) - 1)
            # Function characters are in many passages; that bounds the weight of their pairs.
            weight = min([rarity(pair) for pair in pairs] + [_CHARACTER_BOUND * rarity(character)])
            function = character in _FUNCTION_CHARACTERS
            found.append(Piece(character, pairs, boost * weight, any(map(occurs, pairs)), function))
    return tuple(found)


def covered(piece: Piece, terms: frozenset[str] | set[str]) -> float:
    """How far a text with these `tokens` contains a piece, from 0 to 1."""
    if any(pair in terms for pair in piece.pairs):
        return 1.0
    return _LONE_CHARACTER if piece.text in terms else 0.0


def coverage(question_pieces: Sequence[Piece], text_terms: frozenset[str] | set[str]) -> float:
    """The weighted share of a question's content that a text covers, from 0 to 1."""
    total = math.fsum(piece.weight for piece in question_pieces)
    if not total:
        return 0.0
    return math.fsum(p.weight * covered(p, text_terms) for p in question_pieces) / total


def unknown_share(question_pieces: tuple[Piece, ...]) -> float:
    """The weighted share of whole words of a question that occur nowhere in the knowledge base.

    A word is unknown when two neighbouring characters are, or a word of another script is; a
    single character may only stand beside an unusual neighbour.
    """
    total = math.fsum(piece.weight for piece in question_pieces)
    unknown = math.fsum(
        piece.weight
        for i, piece in enumerate(question_pieces)
        if not piece.known
        and not piece.text[0].isdigit()
        and (len(piece.text) > 1 or _has_unknown_neighbour(question_pieces, i))
    )
    return unknown / total if total else 1.0


def _has_unknown_neighbour(question_pieces: tuple[Piece, ...], i: int) -> bool:
    here = question_pieces[i]
    around = question_pieces[max(i - 1, 0) : i] + question_pieces[i + 1 : i + 2]
    return not here.functional and any(
        not p.known and not p.functional and set(p.pairs) & set(here.pairs) for p in around
    )


def terms_of(*texts: str) -> frozenset[str]:
    """The terms of texts, for `coverage`."""
    return frozenset(term for text in texts for term in tokens(text))

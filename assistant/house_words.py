"""A question in the words of the passages that were found for it.

Search already finds a passage that names things otherwise (升降机 for 电梯) or despite a homophone
slip (电踢); to weigh what the passage says against the question, both must use one word.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from kb.normalization import is_chinese, terms
from kb.sound import reading
from kb.thesaurus import Thesaurus
from kb.types import Hit


def in_house_words(
    text: str, hits: Sequence[Hit], frequency: Callable[[str], int], thesaurus: Thesaurus
) -> str:
    """`text` with names and slips put as the hits have them; what they know stays as it is.

    `frequency` says in how many passages a pair of characters occurs.
    """
    said = "\n".join("\n".join((hit.chunk.title, *hit.chunk.section, *hit.chunk.questions,
                                hit.chunk.text)) for hit in hits)  # fmt: skip
    return _without_slips(_renamed(text, said, thesaurus), said, frequency)


def _renamed(text: str, said: str, thesaurus: Thesaurus) -> str:
    for name, others in thesaurus.names_in(text):
        best = max(others, key=said.count)
        if said.count(best) > said.count(name):
            text = text.replace(name, best)
    return text


def _without_slips(text: str, said: str, frequency: Callable[[str], int]) -> str:
    """The text with unknown pairs of characters put right where one character sounds like it."""
    unknown = [pair for pair in _pairs(text) if not frequency(pair)]
    known = Counter(_pairs(said)) if unknown else Counter[str]()
    for pair in unknown:
        likely = [other for other in known if _is_slip(pair, other)]
        # an earlier correction may have taken this pair with it
        if likely and pair in text:
            text = text.replace(pair, max(likely, key=lambda other: known[other]))
    return text


def _is_slip(pair: str, other: str) -> bool:
    """Whether two pairs share one character and the other ones sound the same."""
    shared = [i for i in (0, 1) if pair[i] == other[i]]
    return len(shared) == 1 and reading(pair[1 - shared[0]]) == reading(other[1 - shared[0]])


def _pairs(text: str) -> list[str]:
    runs = [term for term in terms(text) if is_chinese(term)]
    return [run[i : i + 2] for run in runs for i in range(len(run) - 1)]

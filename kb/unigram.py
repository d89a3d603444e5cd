"""The unigram tokenizer of XLM-R style models, in a form that is ready in a tenth of a second.

The tokenizers library spends more than half a second on a vocabulary of 250,000 pieces, on
every command that encodes a single question. This gives the same ids (a test compares them);
the library still builds and checks `tokenizer.json`.
"""

import json
import unicodedata
from array import array
from pathlib import Path

from kb.e5_weights import UnigramTokenizer

PIECES_FILE = "pieces.txt"
SCORES_FILE = "scores.f64"
SETTINGS_FILE = "unigram.json"
_META = "\u2581"
_UNKNOWN_PENALTY = 10.0
_LONGEST_PIECE = 16
_SLACK = 2


class Unigram:
    """Text to ids `<s> … </s>`, cut at `max_tokens` with the end mark kept.

    The segmentation is the most probable one (Kudo 2018, Subword Regularization), found by
    Viterbi search; neighbouring unknown characters count as one.
    """

    def __init__(
        self,
        pieces: list[str],
        scores: list[float],
        normalisation: dict[int, str],
        *,
        bos: int,
        eos: int,
        unknown: int,
        max_tokens: int,
    ) -> None:
        self._ids = {piece: index for index, piece in enumerate(pieces)}
        self._scores = scores
        self._normalisation = normalisation
        self._bos, self._eos, self._unknown = bos, eos, unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._room = max_tokens - 2

    @classmethod
    def load(cls, folder: Path, max_tokens: int) -> "Unigram":
        """Read what `save_unigram` wrote."""
        pieces = (folder / PIECES_FILE).read_text(encoding="utf-8").split("\n")
        scores = array("d", (folder / SCORES_FILE).read_bytes()).tolist()
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        normalisation = {int(code): text for code, text in settings.pop("normalisation").items()}
        return cls(pieces, scores, normalisation, max_tokens=max_tokens, **settings)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, at least the two marks."""
        normal = self._normalise(text)
        content = self._segment(_META + normal.replace(" ", _META)) if normal else []
        return [self._bos, *content[: self._room], self._eos]

    def _normalise(self, text: str) -> str:
        """As the model's own map says, then composed; runs of spaces one, none at the ends."""
        longest = _SLACK * self._room * _LONGEST_PIECE  # what lies behind cannot matter
        mapped = unicodedata.normalize("NFC", text[:longest].translate(self._normalisation))
        while "  " in mapped:
            mapped = mapped.replace("  ", " ")
        return mapped.rstrip().removeprefix(" ")

    def _segment(self, text: str) -> list[int]:
        """Best segmentation by dynamic programming over the ends of pieces."""
        ids, scores, length = self._ids, self._scores, len(text)
        best = [float("-inf")] * (length + 1)
        best[0] = 0.0
        last = [(self._unknown, 0)] * (length + 1)
        for start in range(length):
            here = best[start]
            for end in range(start + 1, min(start + _LONGEST_PIECE, length) + 1):
                piece = ids.get(text[start:end])
                if piece is None:
                    if end > start + 1:
                        continue
                    piece, score = self._unknown, here + self._unknown_score
                else:
                    score = here + scores[piece]
                if score > best[end]:
                    best[end], last[end] = score, (piece, start)
        return self._trace(last)

    def _trace(self, last: list[tuple[int, int]]) -> list[int]:
        content: list[int] = []
        end = len(last) - 1
        while end > 0:
            piece, end = last[end]
            if not (piece == self._unknown and content and content[-1] == self._unknown):
                content.append(piece)
        content.reverse()
        return content


def save_unigram(folder: Path, tokenizer: UnigramTokenizer) -> None:
    """Write the three files that `Unigram.load` reads."""
    pieces = "\n".join(tokenizer.pieces)
    (folder / PIECES_FILE).write_text(pieces, encoding="utf-8", newline="\n")
    (folder / SCORES_FILE).write_bytes(array("d", tokenizer.scores).tobytes())
    settings = {
        "bos": tokenizer.bos,
        "eos": tokenizer.eos,
        "unknown": tokenizer.unknown,
        "normalisation": tokenizer.normalisation,
    }
    (folder / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")

"""An encoder that remembers its last texts: a question is searched for and then weighed, and
answers weigh the same sentences again and again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from kb.encoder import Count, Encoder, Vectors

# More texts at once are documents that are taken in, and not what somebody asks.
_LARGEST_REQUEST = 256


class RememberingEncoder:
    """`encoder`, with the vectors of the last `most` passages and questions kept (1.5 KB each at
    384 numbers).

    For use from several threads; two that ask for the same text at once may both encode it.
    """

    def __init__(self, encoder: Encoder, most: int = 20_000) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._queries = _Memory(encoder.encode_queries, most)
        self._passages = _Memory(encoder.encode_passages, most)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, those that are known from memory."""
        if len(texts) > _LARGEST_REQUEST:
            return self._encoder.encode_queries(texts)
        return self._queries.vectors(texts, self.dimension)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """Vectors of passages, those that are known from memory."""
        if len(texts) > _LARGEST_REQUEST:
            return self._encoder.encode_passages(texts, progress)
        vectors = self._passages.vectors(texts, self.dimension)
        if progress:
            progress(len(texts))
        return vectors


class _Memory:
    """The vectors of the last `most` texts, made by `encode`."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], most: int) -> None:
        self._encode, self._most = encode, most
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str], dimension: int) -> Vectors:
        """One row for each text."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
            for text in found:
                self._known.move_to_end(text)
        lacking = [text for text in dict.fromkeys(texts) if text not in found]
        if lacking:
            found |= zip(lacking, self._encode(lacking), strict=True)
            with self._lock:
                self._known.update((text, found[text]) for text in lacking)
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        rows = np.empty((len(texts), dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row] = found[text]
        return rows

"""An encoder that remembers its last passages: answers weigh the same sentences again and again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from kb.encoder import Encoder, Vectors


class RememberingEncoder:
    """`encoder`, with the vectors of the last `most` passages kept (1.5 KB each at 384 numbers).

    For use from several threads; two that ask for the same text at once may both encode it.
    """

    def __init__(self, encoder: Encoder, most: int = 20_000) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder, self._most = encoder, most
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, encoded anew: they seldom come twice."""
        return self._encoder.encode_queries(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages, those that are known from memory."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
            for text in found:
                self._known.move_to_end(text)
        lacking = [text for text in dict.fromkeys(texts) if text not in found]
        if lacking:
            found |= zip(lacking, self._encoder.encode_passages(lacking), strict=True)
            with self._lock:
                self._known.update((text, found[text]) for text in lacking)
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        if progress:
            progress(len(texts))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = found[text]
        return vectors

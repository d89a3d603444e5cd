"""An encoder that keeps every vector it made: a text gets its vector once, also between runs."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from kb.encoder import Count, Encoder, Vectors


class Remembering:
    """Answers from a file of vectors, and asks the real encoder for what is not in it.

    This changes no vector: an encoder runs each text by itself.
    """

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._lock = Lock()
        self._kept = sqlite3.connect(file, timeout=60, check_same_thread=False)
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode("query", texts, self._encoder.encode_queries)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        vectors = self._encode("passage", texts, self._encoder.encode_passages)
        for done in range(1, len(texts) + 1) if progress else ():
            progress(done)
        return vectors

    def close(self) -> None:
        self._kept.close()

    def _encode(
        self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        keys = [self._key(kind, text) for text in texts]
        with self._lock:
            rows = [self._row(key) for key in keys]
        absent = [place for place, row in enumerate(rows) if row is None]
        made = encode([texts[place] for place in absent])
        with self._lock, self._kept:
            for place, vector in zip(absent, made, strict=True):
                rows[place] = vector.tobytes()
                kept = (keys[place], rows[place])
                self._kept.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?)", kept)
        whole = b"".join(row for row in rows if row is not None)
        return np.frombuffer(whole, np.float32).reshape(len(texts), self.dimension).copy()

    def _row(self, key: bytes) -> bytes | None:
        found = self._kept.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if found is None else found[0]

    def _key(self, kind: str, text: str) -> bytes:
        whole = "\x00".join((self.name, kind, text))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).digest()

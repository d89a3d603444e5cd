"""Text to vectors, behind one small protocol.

Importing this module is cheap; each encoder imports its engine when it is built.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelUnavailable
from kb.models import ModelSpec, installed, registry
from kb.unigram import Unigram

_HUB_MARK = "hub:"
_MAX_TOKENS = 512
_WEIGHT_PATTERNS = ("*.safetensors", "pytorch_model*.bin", "tokenizer.json", "modules.json")

Vectors = NDArray[np.float32]
"""One row per text, or a single vector."""

Count = Callable[[int], None]
"""Called with how many texts are done so far."""


class Encoder(Protocol):
    """What search needs of an embedding model.

    `name` identifies the vectors: two encoders with one name may share an index. Vectors are
    float32 rows of unit length; no texts give shape (0, dimension).
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors: ...


class OnnxEncoder:
    """An encoder exported by `kb.onnx_export`, run by onnxruntime.

    Every text is run by itself, `threads` texts at a time: int8 activations are scaled over
    what is run together, so a text's vector would otherwise depend on its neighbours. Without
    padding this is also as fast as batches.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.dimension: int = config["dimension"]
        self.name = _onnx_name(folder, config["precision"])
        self._prefixes = config["query_prefix"], config["passage_prefix"]
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = Unigram.load(folder, config["max_tokens"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        return self._encode(self._prefixes[0], texts, None)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """Vectors of passages."""
        return self._encode(self._prefixes[1], texts, progress)

    def _encode(self, prefix: str, texts: Sequence[str], progress: Count | None) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        if len(texts) == 1:  # a query: starting a thread for it would only cost time
            vectors[0] = self._encode_one(prefix + texts[0])
            if progress:
                progress(1)
            return vectors
        with ThreadPoolExecutor(min(self._threads, len(texts))) as pool:
            results = pool.map(self._encode_one, (prefix + text for text in texts))
            for row, vector in enumerate(results):
                vectors[row] = vector
                if progress:
                    progress(row + 1)
        return vectors

    def _encode_one(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text)], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: Vectors = self._session.run(None, inputs)[0][0]
        return vector


class SentenceTransformerEncoder:
    """Any model that sentence-transformers can load, from a folder or a hub id."""

    def __init__(
        self, name_or_path: str | Path, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(str(name_or_path))
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"无法用 sentence-transformers 打开模型 {name_or_path}；"
                "请检查文件夹是否完整，或换一个能访问到的模型"
            ) from error
        limit = self._model.max_seq_length or _MAX_TOKENS
        self._model.max_seq_length = min(limit, _MAX_TOKENS)
        self._prefixes = query_prefix, passage_prefix
        self.dimension: int = int(self._model.get_embedding_dimension() or 0)
        self.name = _sentence_transformer_name(str(name_or_path), self._prefixes)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        return self._encode(self._prefixes[0], texts, None)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """Vectors of passages."""
        return self._encode(self._prefixes[1], texts, progress)

    def _encode(
        self, prefix: str, texts: Sequence[str], progress: Count | None, batch: int = 256
    ) -> Vectors:
        """In descending length, so that what is padded together is of a size."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            vectors[rows] = self._model.encode(
                [prefix + texts[row] for row in rows],
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(start + len(rows))
        return vectors


def load_encoder(
    name: str,
    models_dir: Path,
    *,
    threads: int | None = None,
    query_prefix: str = "",
    passage_prefix: str = "",
) -> Encoder:
    """The encoder called `name`: a registered model, a folder, or `hub:` and a hub id.

    The prefixes are used for folders and hub ids; registered models bring their own.
    Raises ModelUnavailable with the command that helps.
    """
    if name.startswith(_HUB_MARK):
        return SentenceTransformerEncoder(
            name.removeprefix(_HUB_MARK), query_prefix, passage_prefix
        )
    spec = registry().get(name)
    if spec is not None and spec.use == "encoder":
        return _registered(spec, models_dir, threads)
    if Path(name).is_dir():
        return SentenceTransformerEncoder(name, query_prefix, passage_prefix)
    known = "、".join(spec.name for spec in registry().values() if spec.use == "encoder")
    raise ModelUnavailable(
        f"没有名为 {name} 的编码模型；可用的有 {known}，也可以写模型文件夹的路径或 hub:名称"
    )


def _registered(spec: ModelSpec, models_dir: Path, threads: int | None) -> Encoder:
    if not installed(spec.name, models_dir):
        raise ModelUnavailable(
            f"编码模型 {spec.name} 不在 {models_dir}；请运行 guanjia models pull {spec.name}"
        )
    folder = models_dir / spec.name
    if spec.build == "e5-onnx":
        return OnnxEncoder(folder, threads)
    return SentenceTransformerEncoder(folder, spec.query_prefix, spec.passage_prefix)


def _onnx_name(folder: Path, precision: str) -> str:
    """The model's name, precision and a digest of what decides its vectors."""
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(files[file]["sha256"].encode())
    return f"{folder.name}@{precision}-{digest.hexdigest()[:12]}"


def _sentence_transformer_name(name_or_path: str, prefixes: tuple[str, str]) -> str:
    digest = hashlib.sha256("\x1f".join(prefixes).encode())
    folder = Path(name_or_path)
    if not folder.is_dir():
        return f"{name_or_path}@fp32-{digest.hexdigest()[:12]}"
    for pattern in _WEIGHT_PATTERNS:
        for path in sorted(folder.rglob(pattern)):
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return f"{folder.resolve().name}@fp32-{digest.hexdigest()[:12]}"

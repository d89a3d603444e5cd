"""Reader of the `E5S1` file: a quantised e5 encoder with its tokenizer in one file.

The layout (little endian) is a header, the unigram tokenizer, its normalisation map and a
directory of tensors. Matrices are Q4_0: blocks of 32 weights, each an f16 scale and 16 bytes
whose low nibbles are weights 0–15 and high nibbles 16–31; a weight is (nibble − 8) × scale.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import DownloadFailed

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FLOAT32, _Q4_0 = 0, 1


@dataclass(frozen=True, slots=True)
class E5Shape:
    """The sizes that fix a BERT encoder; `epsilon` is that of its layer norms."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class UnigramTokenizer:
    """The unigram vocabulary in id order, and what each code point is normalised to."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    normalisation: dict[int, str]


@dataclass(frozen=True, slots=True)
class E5Weights:
    """Everything the file holds; tensors are float32 in the shapes of a BERT encoder."""

    shape: E5Shape
    tokenizer: UnigramTokenizer
    tensors: dict[str, np.ndarray]


def read_e5_weights(path: Path) -> E5Weights:
    """Read the whole file into memory.

    Raises DownloadFailed when the file is not of this format or is cut short.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise DownloadFailed(f"{path.name} 不是 E5S1 格式的模型文件，请删除后重新下载")
    try:
        return _parse(data)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise DownloadFailed(
            f"{path.name} 内容不完整或已损坏（{error}），请删除后重新下载"
        ) from error


def dequantise_q4(block_bytes: bytes, count: int) -> np.ndarray:
    """Q4_0 blocks to `count` float32 weights."""
    blocks = np.frombuffer(block_bytes, dtype=np.uint8).reshape(count // _BLOCK, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    packed = blocks[:, 2:]
    nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8.0) * scale).reshape(-1)


class _Cursor:
    """A position in the bytes that moves as values are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = len(_MAGIC)

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take(self, length: int) -> bytes:
        if self.position + length > len(self.data):
            raise ValueError("文件在中途结束")
        start, self.position = self.position, self.position + length
        return self.data[start : self.position]


def _parse(data: bytes) -> E5Weights:
    cursor = _Cursor(data)
    cursor.read("I")  # version
    *fields, block = cursor.read("7ifi")
    if block != _BLOCK:
        raise ValueError(f"量化块长度 {block} 不受支持")
    shape = E5Shape(*fields)
    tokenizer = _read_tokenizer(cursor)
    return E5Weights(shape, tokenizer, _read_tensors(cursor, shape))


def _read_tokenizer(cursor: _Cursor) -> UnigramTokenizer:
    count, bos, eos, pad, unknown, blob_length = cursor.read("5iQ")
    offsets = np.frombuffer(cursor.take((count + 1) * 4), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.take(count * 4), dtype="<f4").tolist()
    blob = cursor.take(blob_length)
    pieces = tuple(blob[a:b].decode() for a, b in pairwise(offsets))
    return UnigramTokenizer(
        pieces, tuple(scores), bos, eos, pad, unknown, _read_normalisation(cursor)
    )


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    entries, length = cursor.read("2I")
    end = cursor.position + length
    normalisation = {}
    for _ in range(entries):
        code_point, count = cursor.read("IB")
        normalisation[code_point] = "".join(map(chr, cursor.read(f"{count}I")))
    if cursor.position != end:
        raise ValueError("归一化表长度不符")
    return normalisation


def _read_tensors(cursor: _Cursor, shape: E5Shape) -> dict[str, np.ndarray]:
    tensors = {}
    (count,) = cursor.read("i")
    for _ in range(count):
        (name_length,) = cursor.read("H")
        name = cursor.take(name_length).decode()
        kind, size, offset, length = cursor.read("BIQQ")
        raw = cursor.data[offset : offset + length]
        if len(raw) != length:
            raise ValueError(f"张量 {name} 不完整")
        tensors[name] = _tensor(name, kind, size, raw, shape)
    return tensors


def _tensor(name: str, kind: int, size: int, raw: bytes, shape: E5Shape) -> np.ndarray:
    if kind == _Q4_0:
        values = dequantise_q4(raw, size)
    elif kind == _FLOAT32:
        values = np.frombuffer(raw, dtype="<f4").copy()
    else:
        raise ValueError(f"张量 {name} 的类型 {kind} 不受支持")
    if name.endswith(".b") or "ln." in name:
        return values
    columns = shape.feed_forward if name.endswith("fo.w") else shape.hidden
    return values.reshape(-1, columns)

"""Rebuild an e5 encoder as a BERT, export it to ONNX and quantise it to int8.

Importing this module costs seconds (torch, transformers): import it only where a model is built.
The quantisation is dynamic, per channel, and uses seven bits of the eight, because processors
without VNNI instructions saturate on full-range weights.
"""

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

from kb.e5_weights import E5Weights, UnigramTokenizer, read_e5_weights
from kb.unigram import save_unigram

MAX_TOKENS = 512
_OPSET = 17
_INLINE_BYTES = 1024
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
# Where the model's own normalisation map departs from NFKC: controls vanish, breaks and
# invisible marks become spaces, and the full-width tilde of Chinese ranges stays.
_REMOVED = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_TO_SPACE = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_TILDE, _TILDE_HELD = "\uff5e", "\U0010ffff"


class PooledEncoder(torch.nn.Module):  # type: ignore[misc]
    """A BERT whose output is the L2-normalised mean of its token vectors: (batch, hidden)."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        output = self.bert(input_ids=input_ids, attention_mask=attention_mask)
        kept = attention_mask.unsqueeze(-1).to(output.last_hidden_state.dtype)
        mean = (output.last_hidden_state * kept).sum(dim=1) / kept.sum(dim=1)
        return mean / torch.linalg.vector_norm(mean, dim=-1, keepdim=True)


def build_e5_onnx(
    source: Path,
    folder: Path,
    stage: Callable[[str], None],
    *,
    query_prefix: str,
    passage_prefix: str,
) -> None:
    """Write `encoder.onnx` (+ `.data`), the tokenizer and `config.json` into a new `folder`.

    The tokenizer is written twice: for `kb.unigram`, and as `tokenizer.json` for other programs.
    """
    folder.mkdir(parents=True)
    stage("读取权重")
    weights = read_e5_weights(source)
    build_tokenizer(weights.tokenizer).save(str(folder / "tokenizer.json"), pretty=False)
    save_unigram(folder, weights.tokenizer)
    stage("导出 ONNX")
    full_precision = folder / "full.onnx"
    export_onnx(build_encoder(weights), full_precision)
    stage("量化为 int8")
    quantise(full_precision, folder / "encoder.onnx")
    full_precision.unlink()
    config = {
        "dimension": weights.shape.hidden,
        "max_tokens": MAX_TOKENS,
        "pooling": "mean",
        "precision": "int8",
        "query_prefix": query_prefix,
        "passage_prefix": passage_prefix,
    }
    text = json.dumps(config, ensure_ascii=False, indent=2)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def build_tokenizer(unigram: UnigramTokenizer) -> Tokenizer:
    """The file's vocabulary as an XLM-R style tokenizer: `<s> … </s>`, metaspace, no padding."""
    vocabulary = list(zip(unigram.pieces, unigram.scores, strict=True))
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=unigram.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_REMOVED), ""),
            normalizers.Replace(Regex(_TO_SPACE), " "),
            normalizers.Replace(_TILDE, _TILDE_HELD),
            normalizers.NFKC(),
            normalizers.Replace(_TILDE_HELD, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(left=False, right=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    bos, eos = unigram.pieces[unigram.bos], unigram.pieces[unigram.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, unigram.bos), (eos, unigram.eos)]
    )
    return tokenizer


def build_encoder(weights: E5Weights) -> PooledEncoder:
    """The full-precision encoder in torch, in evaluation mode."""
    shape = weights.shape
    configuration = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=weights.tokenizer.pad,
        attn_implementation="eager",
    )
    bert = BertModel(configuration, add_pooling_layer=False)
    state = {name: torch.from_numpy(value) for name, value in _state(weights).items()}
    missing = bert.load_state_dict(state, strict=False).missing_keys
    if unfilled := [name for name in missing if not name.endswith("_ids")]:
        raise ValueError(f"权重文件缺少 {unfilled}")
    encoder = PooledEncoder(bert)
    encoder.eval()
    return encoder


def _state(weights: E5Weights) -> dict[str, np.ndarray]:
    tensors = weights.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(weights.shape.layers):
        for short, long in _LAYER_NAMES.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{long}.bias"] = tensors[f"l{layer}.{short}.b"]
    return state


def export_onnx(encoder: PooledEncoder, path: Path) -> None:
    """Export with a free batch size and length; int64 inputs, float32 output `embedding`."""
    input_ids = torch.tensor([[0, 5, 6, 7, 8, 2], [0, 5, 6, 2, 1, 1]])
    attention_mask = (input_ids != 1).long()
    free: dict[int, str] = {0: "batch", 1: "length"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracing exporter announces its successor
        torch.onnx.export(
            encoder,
            (input_ids, attention_mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "embedding": {0: "batch"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def quantise(source: Path, target: Path) -> None:
    """Quantise the weights to int8 per channel; activations are quantised as they come.

    The weights go to `<target>.data`, which onnxruntime maps instead of reading: a third of
    the start-up time and of the memory.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = target.with_suffix(".whole.onnx")
    with _quiet_logging():
        quantize_dynamic(
            source, whole, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
    onnx.save_model(
        onnx.load(whole),
        target,
        save_as_external_data=True,
        location=target.name + ".data",
        size_threshold=_INLINE_BYTES,
    )
    target.with_name(target.name + ".data").chmod(target.stat().st_mode)  # written owner-only
    whole.unlink()


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """The quantiser recommends, through the root logger, a step that changes nothing here."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)

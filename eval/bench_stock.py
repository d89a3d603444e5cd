"""Search beside the stock pipeline a llama-index user would write, in one process.

    pip install 'guanjia[bench]'
    python -m eval.bench_stock --corpus corpus.jsonl --queries queries.jsonl \\
        --models folder --weights e5-small-q4.bin [--size 50000]

Stock: HuggingFaceEmbedding, VectorStoreIndex over ChromaVectorStore, BM25Retriever and
QueryFusionRetriever (reciprocal rank, no query generation), with their defaults. Both sides use the
same model from the same weights and the same passages. Questions are asked in blocks of both in
turn: a busy machine slows both, and neither side works while the other's threads come to rest.
Without `--weights` the stock side is given our int8 encoder in place of its own. With `--size` the
passages are cycled up to it with random vectors and only time is measured.
"""

import argparse
import logging
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench_search import RandomPassages, items
from eval.metrics import bootstrap, ndcg, paired_difference
from eval.readers import QueryLine, read_corpus, read_queries
from eval.retrieval import document_item
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import Chunk, Document

_TOP = 10
_WARM_UP = 10
_BLOCK = 50
# what Chroma takes at a time; the stock store would send everything at once
_BATCH = 5000

Item = tuple[Document, list[Chunk]]
Search = Callable[[str], list[str]]


def stock_search(
    passages: Sequence[Item], embedding: Any, vectors: np.ndarray | None, folder: Path
) -> Search:
    """Index the chunks the stock way under `folder`; the search gives document ids.

    `vectors` (chunks × dimension) stand in for those that `embedding` would make.
    """
    import chromadb
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
    from llama_index.core.schema import BaseNode, TextNode
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.chroma import ChromaVectorStore

    nodes: list[BaseNode] = [
        TextNode(
            id_=chunk.id,
            text=f"{chunk.title}\n{chunk.text}".strip(),
            metadata={"document": chunk.document_id},
            excluded_embed_metadata_keys=["document"],
        )
        for _, chunks in passages
        for chunk in chunks
    ]
    texts = [node.get_content() for node in nodes]
    made = embedding.get_text_embedding_batch(texts) if vectors is None else vectors.tolist()
    for node, vector in zip(nodes, made, strict=True):
        node.embedding = vector
    collection = chromadb.PersistentClient(str(folder)).create_collection("stock")
    store = ChromaVectorStore(chroma_collection=collection)
    for start in range(0, len(nodes), _BATCH):
        store.add(nodes[start : start + _BATCH])
    index = VectorStoreIndex.from_vector_store(
        store,
        embed_model=embedding,
        storage_context=StorageContext.from_defaults(vector_store=store),
    )
    fusion = QueryFusionRetriever(
        [
            index.as_retriever(similarity_top_k=_TOP),
            BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=_TOP),
        ],
        llm=MockLLM(),
        similarity_top_k=_TOP,
        num_queries=1,
        mode=FUSION_MODES.RECIPROCAL_RANK,
    )

    def search(question: str) -> list[str]:
        return [found.node.metadata["document"] for found in fusion.retrieve(question)]

    return search


def stock_embedding(weights: Path, folder: Path) -> Any:
    """llama-index's own embedding model over the full-precision weights, written to `folder`."""
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    from kb.e5_weights import read_e5_weights
    from kb.onnx_export import MAX_TOKENS, build_encoder, build_tokenizer

    found = read_e5_weights(weights)
    bare = folder / "bert"
    build_encoder(found).bert.save_pretrained(bare)
    PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(found.tokenizer),
        pad_token=found.tokenizer.pieces[found.tokenizer.pad],
        model_max_length=MAX_TOKENS,
    ).save_pretrained(bare)
    transformer = Transformer(str(bare), max_seq_length=MAX_TOKENS)
    pooling = Pooling(found.shape.hidden, pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, Normalize()]).save(str(folder / "model"))
    return HuggingFaceEmbedding(
        str(folder / "model"), query_instruction="query: ", text_instruction="passage: "
    )


def our_embedding(encoder: Encoder) -> Any:
    """Our encoder as llama-index's embedding model."""
    from llama_index.core.embeddings import BaseEmbedding

    class Embedding(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            vector: list[float] = encoder.encode_queries([query])[0].tolist()
            return vector

        def _get_text_embedding(self, text: str) -> list[float]:
            vector: list[float] = encoder.encode_passages([text])[0].tolist()
            return vector

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Embedding(model_name="shared")


def ask_both(
    queries: Sequence[QueryLine], ours: Search, stock: Search
) -> tuple[list[list[str]], list[list[str]], np.ndarray]:
    """Both sides' document ids for each question, and their milliseconds (questions × 2)."""
    for query in queries[:_WARM_UP]:
        ours(query.question), stock(query.question)
    found: tuple[list[list[str]], list[list[str]]] = [], []
    times = np.zeros((len(queries), 2))
    for start in range(0, len(queries), _BLOCK):
        for side, search in enumerate((ours, stock)):
            for row, query in enumerate(queries[start : start + _BLOCK], start):
                started = time.perf_counter()
                found[side].append(search(query.question))
                times[row, side] = (time.perf_counter() - started) * 1000
    return found[0], found[1], times


def main() -> None:
    """Print times, their ratio and, without `--size`, the quality of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--most-queries", type=int, default=10_000)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # the libraries warn about each other
    logging.disable(logging.WARNING)
    encoder: Encoder = load_encoder(KbSettings().encoder, arguments.models)
    corpus = read_corpus(arguments.corpus)
    queries = read_queries(arguments.queries)[: arguments.most_queries]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        embedding = (
            stock_embedding(arguments.weights, folder)
            if arguments.weights
            else our_embedding(encoder)
        )
        vectors = None
        passages = [document_item(line) for line in corpus]
        if arguments.size:
            encoder = RandomPassages(encoder, seed=arguments.size)
            passages = list(items(corpus, arguments.size))
            vectors = encoder.encode_passages([""] * arguments.size)
        stock = stock_search(passages, embedding, vectors, folder / "stock")
        with KnowledgeBase(folder / "ours", encoder) as knowledge_base:
            knowledge_base.put(passages)

            def ours(question: str) -> list[str]:
                return [hit.chunk.document_id for hit in knowledge_base.search(question, _TOP)]

            found, stock_found, times = ask_both(queries, ours, stock)
    (p50, stock_p50), (p95, stock_p95) = np.percentile(times, [50, 95], axis=0)
    print(f"{len(passages):,} passages, {len(queries):,} questions")
    print(f"ours:  p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    print(f"stock: p50 {stock_p50:.1f} ms, p95 {stock_p95:.1f} ms")
    print(f"ratio: p50 {stock_p50 / p50:.1f}, p95 {stock_p95 / p95:.1f}")
    if not arguments.size:
        _quality(queries, found, stock_found)


def _quality(
    queries: Sequence[QueryLine], found: list[list[str]], stock_found: list[list[str]]
) -> None:
    ours, stock = (
        [ndcg(ids, query.relevant) for ids, query in zip(side, queries, strict=True)]
        for side in (found, stock_found)
    )
    gain = paired_difference(ours, stock)
    print(f"nDCG@10: ours {bootstrap(ours).value:.3f}, stock {bootstrap(stock).value:.3f}")
    print(f"difference {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})")


if __name__ == "__main__":
    main()

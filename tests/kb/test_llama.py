"""The retriever inside a stock llama-index query engine."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase
from tests.kb.samples import HashEncoder, policy

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # llama-index warns about its own dependencies
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.response_synthesizers import get_response_synthesizer

    from kb.llama import KnowledgeBaseRetriever


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path, HashEncoder()) as knowledge_base:
        knowledge_base.put([policy("p", "物业费按季预缴。", "停车费每月八十元。")])
        yield knowledge_base


def test_nodes_carry_text_source_and_a_stable_id(base: KnowledgeBase) -> None:
    found = KnowledgeBaseRetriever(base, k=1).retrieve("停车费多少")
    chunk = base.chunks("p")[1]
    assert [(n.node.node_id, n.node.get_content()) for n in found] == [(chunk.id, chunk.text)]
    assert found[0].node.metadata["source"] == "p.md"
    assert found[0].score == base.search("停车费多少", k=1)[0].score


def test_a_stock_query_engine_answers_from_our_passages(base: KnowledgeBase) -> None:
    engine = RetrieverQueryEngine(
        KnowledgeBaseRetriever(base, k=1), get_response_synthesizer(llm=MockLLM())
    )
    response = engine.query("停车费多少")
    assert [n.node.get_content() for n in response.source_nodes] == ["停车费每月八十元。"]
    assert "停车费每月八十元。" in str(response)

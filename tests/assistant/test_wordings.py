"""Answers to wordings that the sample knowledge base does not use (eval/sets)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering import answer
from eval.wordings import lines, name_of
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def base(sample_home: Path, encoder: Encoder) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(sample_home, encoder) as knowledge_base:
        yield knowledge_base


def cited(question: str, base: KnowledgeBase, encoder: Encoder) -> set[str]:
    """The names of what an answer cites; nothing when there is none."""
    chunks = (base.chunk(found.chunk_id) for found in answer(question, base, encoder).citations)
    return {name_of(chunk) for chunk in chunks if chunk is not None}


@pytest.mark.slow
def test_a_near_miss_is_never_answered_by_the_wrong_faq(
    base: KnowledgeBase, encoder: Encoder
) -> None:
    asked = lines("near_misses.jsonl")
    wrong = [line["id"] for line in asked if line["not"] in cited(line["question"], base, encoder)]
    # measured: none of 127
    assert len(wrong) <= 2, wrong


@pytest.mark.slow
def test_what_is_answered_in_other_wordings_is_hardly_ever_wrong(
    base: KnowledgeBase, encoder: Encoder
) -> None:
    right, wrong = [], []
    for line in lines("wordings.jsonl"):
        if found := cited(line["question"], base, encoder):
            (right if found & set(line["relevant"]) else wrong).append(line["id"])
    # measured: 8 wrong at the limit that ships; it trades declined answers for wrong ones
    assert len(right) >= 105
    assert len(wrong) <= 9, wrong

"""The sets of unseen wordings fit the sample content and repeat none of its own questions."""

from collections import Counter
from pathlib import Path
from unicodedata import normalize as unicode_normalize

import pytest

from eval.bench_reading import SET as READING
from eval.bench_reading import read_passages
from eval.readers import json_lines, read_queries
from eval.wordings import name_of
from ingest.cleaning import clean
from ingest.documents import build_document, content_hash
from ingest.parsers import parse
from ingest.splitting import split
from kb.normalization import normalize, simplify
from kb.types import Chunk, DocumentType

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "kb" / "content"
SETS = ROOT / "eval" / "sets"
WORDINGS = SETS / "wordings.jsonl"
NEAR_MISSES = SETS / "near_misses.jsonl"
STYLES = {"synonym", "typo", "traditional", "cantonese", "spoken", "keyword"}


def chunks_of(path: Path) -> list[Chunk]:
    """One file's chunks, through the pure part of the pipeline."""
    data = path.read_bytes()
    parsed = parse(path, data)
    blocks, _ = clean(parsed.blocks)
    identifier = parsed.front_matter["id"]
    document = build_document(parsed, blocks, path.name, identifier, content_hash(data))
    return split(document, blocks)


CHUNKS = {
    name_of(chunk): chunk
    for folder in ("policy", "faq")
    for path in sorted((CONTENT / folder).glob("*.md"))
    for chunk in chunks_of(path)
}
WORDING_LINES = list(json_lines(WORDINGS, ("id", "style", "question", "relevant")))
NEAR_MISS_LINES = list(json_lines(NEAR_MISSES, ("id", "question", "not")))
LINES = [*WORDING_LINES, *NEAR_MISS_LINES]


def test_every_relevant_passage_exists_and_is_named_once() -> None:
    for query in read_queries(WORDINGS):
        assert query.relevant, query.id
        assert set(query.relevant) <= set(CHUNKS), query.id
        assert len(set(query.relevant)) == len(query.relevant), query.id


def test_every_near_miss_names_a_question_that_declares_near_misses() -> None:
    for line in NEAR_MISS_LINES:
        assert line["not"] in CHUNKS, line["id"]
        assert CHUNKS[line["not"]].negatives, line["id"]


def test_every_document_is_asked_about() -> None:
    asked = {CHUNKS[name].document_id for line in WORDING_LINES for name in line["relevant"]}
    assert asked == {chunk.document_id for chunk in CHUNKS.values()}


def test_ids_are_unique() -> None:
    ids = [line["id"] for line in LINES]
    assert len(set(ids)) == len(ids)


def test_no_question_is_asked_twice() -> None:
    asked = Counter(normalize(line["question"]) for line in LINES)
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_style_has_at_least_twenty_five_questions_and_the_sets_are_large_enough() -> None:
    styles = Counter(line["style"] for line in WORDING_LINES)
    assert set(styles) == STYLES
    assert min(styles.values()) >= 25
    assert len(WORDING_LINES) >= 160
    assert len(NEAR_MISS_LINES) >= 60


def test_no_question_is_one_that_the_sample_content_already_holds() -> None:
    held = {
        normalize(text).strip(" ?!。,")
        for chunk in CHUNKS.values()
        for text in (*chunk.questions, *chunk.negatives)
    }
    assert held
    repeated = [x["id"] for x in LINES if normalize(x["question"]).strip(" ?!。,") in held]
    assert repeated == []


@pytest.mark.parametrize("line", WORDING_LINES, ids=lambda line: str(line["id"]))
def test_a_question_looks_like_its_style(line: dict[str, str]) -> None:
    question = line["question"]
    if line["style"] == "traditional":
        assert simplify(question) != unicode_normalize("NFKC", question)
    elif line["style"] == "keyword":
        assert 2 <= len(question.split()) <= 4
        assert "，" not in question
    else:
        assert len(question.split()) == 1
    if line["style"] == "spoken":
        assert len(question) >= 30


def test_what_answers_a_reading_question_stands_in_its_passage() -> None:
    lines = list(json_lines(READING, ("title", "passage", "answered", "unanswered")))
    for line in lines:
        questions = [*(q for q, _ in line["answered"]), *line["unanswered"]]
        assert len(set(questions)) == len(questions) == 7
        assert all(evidence in line["passage"] for _, evidence in line["answered"]), line["title"]
    kinds = {one.document.type for one in read_passages()}
    assert kinds == {DocumentType.POLICY, DocumentType.FAQ}

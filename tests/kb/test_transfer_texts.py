"""Odd texts, names and stores go out and come back exactly."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import InputError
from kb.knowledge_base import KnowledgeBase
from kb.transfer import export_to, import_export, read_export
from kb.transfer_files import ExportFault, document_bytes, file_name, read_document
from kb.types import Chunk, Document, DocumentType
from tests.kb.samples import HashEncoder, policy
from tests.kb.test_transfer import everything, files

ODD = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "\n",
        "\n\n",
        "a\r\nb\t",
        "- key: value",
        "---",
        "'\"\\",
        "null",
        "yes",
        "👩‍👩‍👧",
        "\u2028\x85\x00",
        "〔待补充〕",
    ]
)
NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(
    ["CON", "a.b", "..", "/etc/x", "甲", "A", "a", "x" * 300]
)


@st.composite
def items(draw: st.DrawFn) -> tuple[Document, list[Chunk]]:
    kind = draw(st.sampled_from(DocumentType))
    identity = draw(NAMES)
    document = Document(
        id=identity, type=kind, title=draw(ODD), source=draw(ODD), content_hash=draw(ODD),
        department=draw(st.none() | ODD), version=draw(st.none() | ODD),
        effective_from=draw(st.none() | st.dates()), effective_to=draw(st.none() | st.dates()),
        keywords=tuple(draw(st.lists(ODD, max_size=3))),
        metadata=draw(st.dictionaries(ODD, ODD, max_size=3)),
    )  # fmt: skip
    texts = draw(st.lists(ODD, max_size=3))
    chunks = [
        Chunk(
            id=f"{identity}:{n}", document_id=identity, type=kind, title=draw(ODD),
            section=tuple(draw(st.lists(ODD, max_size=2))), ordinal=n, text=text,
            questions=tuple(draw(st.lists(ODD, max_size=2))),
            negatives=tuple(draw(st.lists(ODD, max_size=2))),
            references=tuple(draw(st.lists(ODD, max_size=2))),
            page=draw(st.none() | st.integers(-9, 10**6)),
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip
    return document, chunks


@given(items())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_comes_back_exactly(item: tuple[Document, list[Chunk]]) -> None:
    data = document_bytes(*item)
    assert read_document(data) == item
    assert document_bytes(*read_document(data)) == data


@given(NAMES, NAMES)
def test_different_documents_never_share_a_file_on_any_system(first: str, second: str) -> None:
    def name(identity: str) -> str:
        return file_name(Document(identity, DocumentType.FAQ, "", "", ""))

    assert (name(first).casefold() == name(second).casefold()) == (first == second)
    assert name(first).isascii()
    assert name(first).count("/") == 2
    assert len(name(first)) < 150


@given(st.lists(items(), max_size=4, unique_by=lambda item: item[0].id))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=15,
    deadline=None,
)
def test_a_store_of_odd_texts_goes_out_and_in(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[Document, list[Chunk]]]
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    with KnowledgeBase(folder / "a", HashEncoder()) as first:
        first.put(found)
        export_to(folder / "out", first)
        whole = everything(first)
    with KnowledgeBase(folder / "b", HashEncoder()) as second:
        import_export(read_export(folder / "out"), second, replace=True)
        assert everything(second) == whole
        export_to(folder / "again", second)
    assert files(folder / "again") == files(folder / "out")


def test_half_characters_are_refused_going_out_and_in() -> None:
    document, chunks = policy("pol-x", "第一条 好。")
    broken = dataclasses.replace(document, title="坏\ud800")
    with pytest.raises(InputError, match="不完整的字符"):
        document_bytes(broken, chunks)
    data = document_bytes(document, chunks).replace("管理规定".encode(), b"\\ud800")
    with pytest.raises(ExportFault):
        read_document(data)

"""The same small policy through every format into a real knowledge base, and out as cited."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rapidfuzz.fuzz import ratio

from ingest.parsers import recognition
from ingest.pipeline import ingest
from ingest.report import Report
from kb.knowledge_base import KnowledgeBase
from kb.types import Chunk, Document, DocumentType
from tests.ingest import writers
from tests.ingest.writers import ANSWER, CHAPTERS, FIRST, FOURTH, QUESTION, SECOND, THIRD, TITLE
from tests.kb.samples import HashEncoder

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"
)
needs_recognition = pytest.mark.skipif(
    not recognition.is_installed() or not Path(writers.FONT).is_file(),
    reason="the extra `ocr` or the font of fonts-noto-cjk is not installed",
)
needs_font = pytest.mark.skipif(
    not Path(writers.FONT).is_file(), reason="the font of fonts-noto-cjk is not installed"
)
RULED = "| 停放时长 | 收费标准 |\n| --- | --- |\n| 三十分钟以内 | 免费 |\n| 每增加一小时 | 五元 |"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path / "home", HashEncoder()) as opened:
        yield opened


Ingest = Callable[[str, bytes], Report]


@pytest.fixture
def put(base: KnowledgeBase, tmp_path: Path) -> Ingest:
    """Write one file and ingest its folder."""

    def run(name: str, data: bytes) -> Report:
        folder = tmp_path / "资料"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return ingest([folder], base)

    return run


def only_document(base: KnowledgeBase) -> tuple[Document, list[Chunk]]:
    (document,) = base.documents()
    return document, base.chunks(document.id)


WRITTEN: dict[str, Callable[[Path], bytes]] = {
    "规定.md": lambda _: writers.markdown(),
    "规定.txt": lambda _: writers.text().encode(),
    "国标.txt": lambda _: writers.text().encode("gb18030"),
    "繁体.txt": lambda _: writers.text().encode("utf-16"),
    "规定.html": lambda _: writers.page().encode(),
    "规定.docx": lambda _: writers.docx(),
    "规定.pdf": lambda _: writers.pdf(),
    "规定.eml": lambda _: writers.eml(),
    "网页.eml": lambda _: writers.eml(html=True),
}
WITHOUT_TABLE = frozenset(("规定.txt", "国标.txt", "繁体.txt", "规定.eml"))


def check_policy(document: Document, chunks: list[Chunk], has_table: bool) -> None:
    """Title, sections, the table whole, the question, and every sentence as it was written."""
    assert document.title == TITLE
    assert document.type is DocumentType.POLICY
    sections = {chunk.section: chunk for chunk in chunks}
    assert sections[(CHAPTERS[0], "第一条")].text == FIRST
    assert sections[(CHAPTERS[0], "第二条")].text == SECOND
    third = sections[(CHAPTERS[1], "第三条")]
    assert third.text.startswith(THIRD)
    assert not has_table or RULED in third.text.replace("|停", "| 停")
    assert sections[(CHAPTERS[1], "第四条")].text.startswith(FOURTH)
    (asked,) = [chunk for chunk in chunks if chunk.questions]
    assert (asked.questions, asked.text) == ((QUESTION,), ANSWER)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_policy_comes_out_of_every_format_with_its_structure(
    name: str, base: KnowledgeBase, put: Ingest, tmp_path: Path
) -> None:
    report = put(name, WRITTEN[name](tmp_path))
    assert not report.failures
    document, chunks = only_document(base)
    check_policy(document, chunks, name not in WITHOUT_TABLE)
    pages = {chunk.section[-1]: chunk.page for chunk in chunks if chunk.section}
    expected = (1, 2) if name.endswith(".pdf") else (None, None)
    assert (pages["第二条"], pages["第四条"]) == expected


@needs_office
def test_an_old_word_file_is_read_like_the_new_one(
    base: KnowledgeBase, put: Ingest, tmp_path: Path
) -> None:
    assert not put("规定.doc", writers.doc(tmp_path)).failures
    check_policy(*only_document(base), has_table=True)


def test_an_old_word_file_without_libreoffice_says_what_to_do(
    put: Ingest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (failure,) = put("规定.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)).failures
    assert "需要 LibreOffice" in failure.message
    assert "另存为 docx" in failure.message


def test_traditional_text_in_big5_keeps_its_own_characters(
    base: KnowledgeBase, put: Ingest
) -> None:
    text = "訪客通行管理規定\n第一條 為保障社區秩序，制定本規定。\n第二條 門崗核對訪客身分。\n"
    put("規定.txt", text.encode("big5"))
    document, chunks = only_document(base)
    assert document.title == "訪客通行管理規定"
    assert [chunk.text for chunk in chunks] == text.splitlines()[1:]


def test_slides_are_cited_with_their_number_and_their_table_whole(
    base: KnowledgeBase, put: Ingest
) -> None:
    assert not put("培训.pptx", writers.pptx()).failures
    document, chunks = only_document(base)
    assert document.title == TITLE
    (table,) = [chunk for chunk in chunks if RULED in chunk.text]
    assert (table.page, table.section) == (2, ("收费",))
    assert [chunk.page for chunk in chunks if FIRST in chunk.text] == [1]


@pytest.mark.parametrize("name", ["收费.xlsx", "收费.csv"])
def test_a_sheet_below_merged_titles_is_a_table_with_its_own_header(
    name: str, base: KnowledgeBase, put: Ingest
) -> None:
    rows = [["停车收费标准一览表"], ["单位：元"], *writers.TABLE]
    data = writers.xlsx(("表", rows)) if name.endswith("x") else writers.csv_file(rows)
    assert not put(name, data).failures
    document, chunks = only_document(base)
    assert document.title == "停车收费标准一览表"
    (table,) = [chunk for chunk in chunks if RULED in chunk.text]
    assert table.section == ("单位：元",)
    assert table.type is DocumentType.POLICY


@pytest.mark.parametrize("name", ["问答.xlsx", "问答.csv"])
def test_a_sheet_of_questions_is_one_faq_with_an_answer_for_each(
    name: str, base: KnowledgeBase, put: Ingest
) -> None:
    rows = [["客服常见问题"], ["问题", "答案"], [QUESTION, ANSWER], ["门卡多少钱？", "二十元。"]]
    data = writers.xlsx(("表", rows)) if name.endswith("x") else writers.csv_file(rows)
    put(name, data)
    document, chunks = only_document(base)
    assert document.type is DocumentType.FAQ
    assert [(chunk.questions[0], chunk.text) for chunk in chunks] == [
        (QUESTION, ANSWER),
        ("门卡多少钱？", "二十元。"),
    ]


def without_spaces(text: str) -> str:
    return "".join(text.split())


SCAN = (TITLE, CHAPTERS[0], FIRST, SECOND, CHAPTERS[1], FOURTH)


@needs_recognition
def test_a_scanned_policy_is_recognised_clause_by_clause(base: KnowledgeBase, put: Ingest) -> None:
    report = put("扫描.pdf", writers.scan([SCAN]))
    assert not report.failures
    document, chunks = only_document(base)
    assert document.title == TITLE
    found = {chunk.section[-1]: chunk for chunk in chunks if chunk.section}
    for number, written in (("第一条", FIRST), ("第二条", SECOND), ("第四条", FOURTH)):
        # Recognition takes one character in thirty for its like.
        assert ratio(found[number].text, written, processor=without_spaces) >= 93
    assert {chunk.page for chunk in chunks} == {1}
    assert any("第 1 页由图片识别而来" in line for line in report.lines())


@needs_recognition
def test_only_the_pages_without_text_are_recognised(base: KnowledgeBase, put: Ingest) -> None:
    spoken = "第九条 本页是文字，逐字引用。"
    report = put("混合.pdf", writers.scan([spoken, ["第十条 本页是扫描件。"]]))
    _, chunks = only_document(base)
    assert [(chunk.page, chunk.text) for chunk in chunks] == [
        (1, spoken),
        (2, "第十条 本页是扫描件。"),
    ]
    assert report.ingested[0].notes == ("第 2 页由图片识别而来，请核对原件。",)


@needs_font
def test_without_recognition_a_scan_says_what_to_install_and_text_pages_go_in(
    base: KnowledgeBase, put: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    (failure,) = put("扫描.pdf", writers.scan([SCAN])).failures
    assert "pip install 'guanjia[ocr]'" in failure.message
    report = put("混合.pdf", writers.scan(["第九条 本页是文字，逐字引用。", SCAN]))
    assert [chunk.page for chunk in only_document(base)[1]] == [1]
    assert "第 2 页是扫描页，没有收录" in report.ingested[0].notes[0]

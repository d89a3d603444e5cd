"""Every format family through files that its own library wrote."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ingest.parsers import parse
from ingest.types import Block, BlockKind


def kinds(blocks: Sequence[Block]) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in blocks]


def test_markdown_keeps_headings_lists_and_tables_and_drops_marks() -> None:
    text = "# 标题\n\n**重点**:先[登记](http://x.cn)再派单。\n\n"
    text += "- 一\n  - 二\n\n|项|价|\n|--|--|\n|卡|20|\n"
    blocks = parse("a.md", text.encode()).blocks
    assert kinds(blocks) == [
        (BlockKind.HEADING, "标题"),
        (BlockKind.PARAGRAPH, "重点:先登记再派单。"),
        (BlockKind.LIST_ITEM, "一"),
        (BlockKind.LIST_ITEM, "二"),
        (BlockKind.TABLE, "|项|价|\n|--|--|\n|卡|20|"),
    ]
    assert blocks[3].level == 1


def test_markdown_front_matter_is_read_with_typed_dates() -> None:
    text = "---\nid: pol-x\ntype: policy\neffective_from: 2026-01-01\neffective_to:\n---\n正文。\n"
    parsed = parse("a.md", text.encode())
    assert parsed.front_matter["id"] == "pol-x"
    assert parsed.front_matter["effective_from"].isoformat() == "2026-01-01"
    assert "effective_to" not in parsed.front_matter


def test_a_document_that_begins_with_a_rule_has_no_front_matter() -> None:
    parsed = parse("a.md", "---\n\n正文一段。\n\n---\n\n正文二段。\n".encode())
    assert not parsed.front_matter
    assert [block.text for block in parsed.blocks] == ["正文一段。", "正文二段。"]


def test_hard_wrapped_text_is_joined_and_paragraphs_stay_apart() -> None:
    line = "住户报修以后由值班客服登记楼栋单元房号联系方式和期望上门时间并且"
    text = f"{line}\n{line}\n{line}\n完成派单。\n第二段从这里开始。\n"
    assert [block.text for block in parse("a.txt", text.encode()).blocks] == [
        f"{line * 3}完成派单。",
        "第二段从这里开始。",
    ]


def test_html_gives_the_article_with_headings_and_tables_without_navigation() -> None:
    page = """<html><head><title>停车须知</title></head><body><nav><a href="/">首页</a></nav>
    <article><h1>停车须知</h1><p>临时停车前三十分钟不收费,超过之后按小时计费,当天有封顶。</p>
    <h2>月租</h2><ul><li>地面车位按月缴纳</li><li>地下车位另缴管理费</li></ul>
    <table><tr><th>项目</th><th>价格</th></tr><tr><td>补卡</td><td>20 元</td></tr></table>
    </article><footer>版权所有 某公司</footer></body></html>"""
    blocks = parse("a.html", page.encode()).blocks
    text = "\n".join(block.text for block in blocks)
    assert [b.text for b in blocks if b.kind is BlockKind.HEADING] == ["停车须知", "月租"]
    assert "| 补卡 | 20 元 |" in text
    assert "首页" not in text
    assert "版权所有" not in text


def test_html_that_declares_gb2312_is_read_with_the_larger_set() -> None:
    page = '<meta charset="gb2312"><body><p>业主喆先生来访登记说明</p></body>'
    assert "喆" in parse("a.htm", page.encode("gb18030")).blocks[0].text


def test_docx_keeps_heading_levels_lists_and_tables(docx_bytes: Callable[..., bytes]) -> None:
    def fill(document: Any) -> None:
        document.add_heading("巡查制度", 1)
        document.add_heading("夜间", 2)
        document.add_paragraph("每小时巡查一次。")
        document.add_paragraph("带手电", style="List Bullet")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("岗位", "人数", "东门", "2"), strict=True):
            cell.text = text

    blocks = parse("a.docx", docx_bytes(fill)).blocks
    assert [(block.kind, block.level) for block in blocks][:2] == [
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 2),
    ]
    assert kinds(blocks)[2:] == [
        (BlockKind.PARAGRAPH, "每小时巡查一次。"),
        (BlockKind.LIST_ITEM, "带手电"),
        (BlockKind.TABLE, "| 岗位 | 人数 |\n| --- | --- |\n| 东门 | 2 |"),
    ]


NUMBERED = """<w:abstractNum {ns} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>"""
REFERENCE = '<w:num {ns} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'


def test_docx_clause_numbers_that_word_counts_itself_are_in_the_text(
    docx_bytes: Callable[..., bytes],
) -> None:
    def fill(document: Any) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        numbering = document.part.numbering_part.element
        numbering.insert(0, parse_xml(NUMBERED.format(ns=nsdecls("w"))))
        numbering.append(parse_xml(REFERENCE.format(ns=nsdecls("w"))))
        for text in ("门岗登记来访人员。", "夜间关闭西门。"):
            properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = 91

    blocks = parse("a.docx", docx_bytes(fill)).blocks
    assert kinds(blocks) == [
        (BlockKind.PARAGRAPH, "第一条 门岗登记来访人员。"),
        (BlockKind.PARAGRAPH, "第二条 夜间关闭西门。"),
    ]


def test_pptx_gives_every_slide_its_number_title_table_and_notes() -> None:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "服务培训"
    first.placeholders[1].text = "先问候\n再登记"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "时限"
    size = (Inches(1), Inches(2), Inches(4), Inches(1))
    table = second.shapes.add_table(2, 2, *size).table
    for index, text in enumerate(("等级", "时限", "特急", "3 分钟")):
        table.cell(index // 2, index % 2).text = text
    second.notes_slide.notes_text_frame.text = "讲解时举一个例子。"
    buffer = io.BytesIO()
    deck.save(buffer)

    found = [(block.page, block.text) for block in parse("a.pptx", buffer.getvalue()).blocks]
    assert found == [
        (1, "服务培训"),
        (1, "先问候"),
        (1, "再登记"),
        (2, "时限"),
        (2, "| 等级 | 时限 |\n| --- | --- |\n| 特急 | 3 分钟 |"),
        (2, "讲解时举一个例子。"),
    ]


def test_pdf_gives_chinese_text_with_page_numbers(
    pdf_bytes: Callable[[Sequence[Sequence[str]]], bytes],
) -> None:
    data = pdf_bytes([["第一条 门岗全天值守。"], ["第二条 访客凭码进入。"]])
    assert [(block.page, block.text) for block in parse("a.pdf", data).blocks] == [
        (1, "第一条 门岗全天值守。"),
        (2, "第二条 访客凭码进入。"),
    ]


ROWS = [
    ["常见问题汇总(内部)", "", "", ""],
    ["分类", "标准问", "相似问法", "答案"],
    ["停车", "月租多少钱?", "月卡怎么收|一个月多少", "地面车位 180 元一个月。"],
    ["", "可以退吗?", "", "没用的月份可以退。"],
]


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_bytes(rows: Sequence[Sequence[object]], encoding: str = "gb18030") -> bytes:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode(encoding)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_question_table_below_a_title_row_gives_one_entry_a_row(name: str) -> None:
    data = xlsx_bytes(ROWS) if name.endswith("xlsx") else csv_bytes(ROWS)
    entries = [block.faq for block in parse(name, data).blocks]
    assert [entry and entry.question for entry in entries] == ["月租多少钱?", "可以退吗?"]
    assert entries[0] is not None
    assert entries[0].variants == ("月卡怎么收", "一个月多少")
    assert entries[1] is not None
    assert entries[1].category == "停车"


def test_a_table_without_questions_stays_a_table_with_whole_numbers() -> None:
    data = xlsx_bytes([["项目", "单价"], ["补卡", 20.0], ["停车", 5.5]])
    (block,) = parse("a.xlsx", data).blocks
    assert block.text == "| 项目 | 单价 |\n| --- | --- |\n| 补卡 | 20 |\n| 停车 | 5.5 |"


def test_hidden_sheets_stay_out() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["项目", "单价"])
    hidden = book.create_sheet("内部")
    hidden.append(["成本", "保密"])
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    assert "保密" not in "".join(block.text for block in parse("a.xlsx", buffer.getvalue()).blocks)

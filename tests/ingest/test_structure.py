"""编、章、节、条 and what only refers to them; annexes, glued clauses, long tables."""

from collections.abc import Callable

import pytest

from ingest.splitting.headings import rank_of
from ingest.structure import clause_number
from kb.types import Chunk, Document
from tests.ingest import writers

ChunksOf = Callable[[str, bytes | str], tuple[Document, list[Chunk]]]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("第五条 遛狗应当牵绳。", 5),
        ("第五条遛狗应当牵绳。", 5),
        ("第五条：遛狗", 5),
        ("第五条、为加强管理，制定本规定。", 5),
        ("第5条 遛狗", 5),
        ("第五条之一 遛狗", 5),
        ("第五条 以下人员免费。", 5),
        ("第五条以营利为目的的除外。", 5),
        ("第五条规划用地不得占用。", 5),
        ("第一千一百六十四条 本编调整侵权关系。", 1164),
        ("第二百零五条 本编调整物的关系。", 205),
    ],
)
def test_a_line_that_opens_a_clause_gives_its_number(line: str, number: int) -> None:
    assert clause_number(line) == number


@pytest.mark.parametrize(
    "line",
    [
        "第五条规定的表格由客服保管。",
        "第五条第二款所称业主。",
        "第五条的规定同样适用。",
        "第五条一款中的期限。",
        "第五条所列情形除外。",
        "第五条、第六条和第七条同样适用。",
        "第五条至第七条同样适用。",
        "第五条和本规定第九条同样适用。",
        "第五条，适用于访客。",
        "第五条中的业主包括承租人。",
        "第五条以外的情形。",
        "本法第十条第二款",
        "依照第五条规定办理。",
    ],
)
def test_a_line_that_only_names_a_clause_opens_none(line: str) -> None:
    assert clause_number(line) is None


@pytest.mark.parametrize(
    "line", ["第三章的规定", "第三章规定的程序", "第二节和第三节", "第一编所称"]
)
def test_a_line_that_only_names_a_chapter_is_no_heading(line: str) -> None:
    assert rank_of(line) is None


def test_parts_nest_as_they_are_called_whatever_level_an_editor_gave_them(
    chunks_of: ChunksOf,
) -> None:
    text = """# 某法

## 第一编 总则

第一条 目的。

### 第三章 受理

## 第一节 一般规定

第二条 依照第三章的规定受理。

## 第四章 附则

第三条 其他。
"""
    _, chunks = chunks_of("法.md", text)
    assert [chunk.section for chunk in chunks] == [
        ("第一编 总则", "第一条"),
        ("第一编 总则", "第三章 受理", "第一节 一般规定", "第二条"),
        ("第一编 总则", "第四章 附则", "第三条"),
    ]


def test_books_and_their_parts_nest_in_plain_text(chunks_of: ChunksOf) -> None:
    text = (
        "某法典\n第三编 合同\n"
        "第二分编 典型合同\n第二十四章 物业服务合同\n第九百三十七条 合同的定义。\n"
        "第九百三十八条 内容包括下列事项：\n（一）服务事项；\n（二）收费标准。\n第三分编 准合同\n"
        "第九百七十九条 管理人可以请求偿还。\n"
    )
    _, chunks = chunks_of("法典.txt", text)
    assert [chunk.section for chunk in chunks] == [
        ("第三编 合同", "第二分编 典型合同", "第二十四章 物业服务合同", "第九百三十七条"),
        ("第三编 合同", "第二分编 典型合同", "第二十四章 物业服务合同", "第九百三十八条"),
        ("第三编 合同", "第三分编 准合同", "第九百七十九条"),
    ]
    assert chunks[1].text.endswith("（一）服务事项；\n（二）收费标准。")


def test_a_chapters_title_on_the_next_line_belongs_to_its_number(chunks_of: ChunksOf) -> None:
    text = "门岗规定\n第一章\n总则\n第一条 值守。\n第二条 登记。\n"
    _, chunks = chunks_of("规定.txt", text)
    assert chunks[0].section == ("第一章 总则", "第一条")


def test_a_clause_glued_to_the_one_before_is_a_clause_of_its_own(chunks_of: ChunksOf) -> None:
    text = "门岗规定\n第一条 值守。第二条本岗每班两人。\n"
    text += "第三条 交接时双方在场。依照第四条规定登记。\n第四条 登记。\n"
    _, chunks = chunks_of("规定.txt", text)
    assert [(chunk.section[-1], chunk.text) for chunk in chunks] == [
        ("第一条", "第一条 值守。"),
        ("第二条", "第二条本岗每班两人。"),
        ("第三条", "第三条 交接时双方在场。依照第四条规定登记。"),
        ("第四条", "第四条 登记。"),
    ]


def test_an_annex_is_no_part_of_the_last_clause(chunks_of: ChunksOf) -> None:
    text = (
        "门岗规定\n第一章 总则\n第一条 值守。\n第二条 本规定由公司解释。\n"
        "附件1 门岗排班\n每班两人，十二小时一换，交接时双方在登记簿上签字确认。\n"
    )
    _, chunks = chunks_of("规定.txt", text)
    assert chunks[1].text == "第二条 本规定由公司解释。"
    assert chunks[2].section == ("附件1 门岗排班",)


def test_a_sentence_that_states_a_rule_is_no_title_of_its_clause(chunks_of: ChunksOf) -> None:
    text = "第一条 目的。为管好门岗。\n第二条 值守应当符合下列要求：\n（一）两人。\n"
    text += "第三条 特急\n三分钟到场。\n"
    _, chunks = chunks_of("规定.txt", text)
    assert [chunk.section[-1] for chunk in chunks] == ["第一条 目的", "第二条", "第三条 特急"]


def test_a_table_over_a_page_break_is_whole_with_one_header() -> None:
    from ingest.parsers import parse

    rows = [("楼栋", "面积", "单价")]
    rows += [(f"{n}栋", f"{n}00平方米", "二元五角") for n in range(1, 60)]
    tables = [b for b in parse("a.pdf", writers.pdf_table(rows)).blocks if b.text.startswith("|")]
    (table,) = tables
    lines = table.text.split("\n")
    assert lines[0] == "| 楼栋 | 面积 | 单价 |"
    assert len(lines) == 61
    assert lines[-1] == "| 59栋 | 5900平方米 | 二元五角 |"
    assert table.page == 1


def test_a_long_table_is_cut_between_rows_and_each_part_has_the_header(
    chunks_of: ChunksOf,
) -> None:
    rows = [("楼栋", "面积", "单价")]
    rows += [(f"{n}栋", f"{n}00平方米", "二元五角") for n in range(1, 60)]
    _, chunks = chunks_of("收费.pdf", writers.pdf_table(rows))
    assert len(chunks) > 2
    assert all(chunk.text.startswith("| 楼栋 | 面积 | 单价 |\n| --- |") for chunk in chunks)
    cells = [line for chunk in chunks for line in chunk.text.split("\n")[2:]]
    assert cells == ["| " + " | ".join(row) + " |" for row in rows[1:]]

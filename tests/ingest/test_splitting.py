"""Splitting: clauses, questions, cases, slides, lists and tables."""

from collections.abc import Callable

import pytest

from ingest.settings import IngestSettings
from ingest.splitting.units import sentences, split_table, split_text
from kb.types import Chunk, Document, DocumentType

ChunksOf = Callable[[str, bytes | str], tuple[Document, list[Chunk]]]
FULL_WIDTH = str.maketrans(",:;!?()", "\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09")

POLICY = """---
id: pol-gate
type: policy
---
# 门岗管理规定

## 第一章 总则

第一条 目的。为管好门岗,制定本规定。

第二条 值守
门岗全天有人,每班两人:
(一)一人登记;
(二)一人放行。

## 第二章 处置

第三条 遇到可疑人员的,按照第二条规定核对。
第五条规定的表格由客服保管。

第四条 本规定由公司解释。
"""


def test_every_clause_is_one_chunk_under_its_chapter(chunks_of: ChunksOf) -> None:
    head, body = POLICY.split("\n# ", 1)
    for text in (POLICY, f"{head}\n# {body.translate(FULL_WIDTH)}"):
        _, chunks = chunks_of("gate.md", text)
        assert [chunk.section for chunk in chunks] == [
            ("第一章 总则", "第一条 目的"),
            ("第一章 总则", "第二条 值守"),
            ("第二章 处置", "第三条"),
            ("第二章 处置", "第四条"),
        ]


def test_a_clause_keeps_its_paragraphs_and_a_cross_reference_is_no_clause(
    chunks_of: ChunksOf,
) -> None:
    _, chunks = chunks_of("gate.md", POLICY)
    assert chunks[1].text.endswith("每班两人:\n(一)一人登记;\n(二)一人放行。")
    assert chunks[2].text.endswith("第五条规定的表格由客服保管。")


def test_a_long_clause_is_divided_between_paragraphs_and_keeps_its_section(
    chunks_of: ChunksOf,
) -> None:
    items = "\n\n".join(
        f"({'一二三四五六七八九'[n]}){'值守要求的说明文字' * 12}。" for n in range(9)
    )
    text = f"第一条 要求:\n\n{items}\n\n第二条 其他。\n"
    _, chunks = chunks_of("a.txt", text)
    assert {chunk.section for chunk in chunks[:-1]} == {("第一条 要求",)}
    assert all(len(chunk.text) <= 500 for chunk in chunks)
    assert all(chunk.text.endswith("。") for chunk in chunks)


FAQ = """---
id: faq-gate
title: 门岗问答
type: faq
---
## 访客怎么进小区?

- 其他问法:亲戚来了怎么登记|客人进门要什么
- 近似但不同:外卖怎么进
- 依据:pol-gate 第二条、pol-gate 第三条

请在 APP 发送邀请码。门岗核对后放行。

## 西门几点关?

- 依据:pol-gate 第四条

每晚十一点半。
"""


def test_every_question_is_one_chunk_with_wordings_near_misses_and_references(
    chunks_of: ChunksOf,
) -> None:
    document, chunks = chunks_of("faq.md", FAQ)
    first = chunks[0]
    assert document.type is DocumentType.FAQ
    assert first.text == "请在 APP 发送邀请码。门岗核对后放行。"
    assert first.questions == ("访客怎么进小区?", "亲戚来了怎么登记", "客人进门要什么")
    assert first.negatives == ("外卖怎么进",)
    assert first.references == ("pol-gate 第二条", "pol-gate 第三条")
    assert first.section == ("访客怎么进小区?",)
    assert len(chunks) == 2


def test_question_and_answer_lines_without_front_matter_make_an_faq(chunks_of: ChunksOf) -> None:
    text = (
        "问:门卡丢了怎么办?\n答:先挂失,再补办。\n补办当天可取。\n\nQ2:西门几点关?\nA2:十一点半。\n"
    )
    document, chunks = chunks_of("a.txt", text)
    assert document.type is DocumentType.FAQ
    assert [(chunk.questions, chunk.text) for chunk in chunks] == [
        (("门卡丢了怎么办?",), "先挂失,再补办。\n补办当天可取。"),
        (("西门几点关?",), "十一点半。"),
    ]


def test_the_category_of_a_table_row_stands_above_its_question(chunks_of: ChunksOf) -> None:
    data = "分类,问题,答案\n门禁,补卡多少钱,二十元。\n"
    data += "停车,月租多少钱,每月 180 元。\n停车,能退吗,可以。\n"
    document, chunks = chunks_of("停车.csv", data)
    assert document.type is DocumentType.FAQ
    assert document.title == "停车"
    assert [chunk.section for chunk in chunks] == [
        ("门禁", "补卡多少钱"),
        ("月租多少钱",),
        ("能退吗",),
    ]


CASE = """---
id: case-1
title: 夜间噪声
type: case
kind: complaint
signals: [repeat_report]
message: 楼上又在半夜拖椅子。
---
## 经过

住户第二次来电。

## 处理

- 22:10 受理:客服登记。
- 22:20 到场:上门劝导。

## 教训

先听完再解释。
"""


def test_a_case_is_split_by_section_and_its_message_can_be_found(chunks_of: ChunksOf) -> None:
    document, chunks = chunks_of("case.md", CASE)
    assert document.metadata == {
        "kind": "complaint",
        "signals": '["repeat_report"]',
        "message": "楼上又在半夜拖椅子。",
    }
    assert [(chunk.section, chunk.text) for chunk in chunks] == [
        (("业主原话",), "楼上又在半夜拖椅子。"),
        (("经过",), "住户第二次来电。"),
        (("处理",), "22:10 受理:客服登记。\n22:20 到场:上门劝导。"),
        (("教训",), "先听完再解释。"),
    ]


def test_case_sections_without_front_matter_make_a_case(chunks_of: ChunksOf) -> None:
    document, _ = chunks_of("a.md", CASE.split("---\n", 2)[2])
    assert document.type is DocumentType.CASE


NUMBERED = """门岗工作办法
一、总体要求
门岗是小区的第一道关口,每一位值守人员都应当熟悉住户、车辆和常来的服务人员,发现异常及时报告。
二、工作内容
(一)日常值守
1.接待访客:
*先问候,问清要去哪一栋哪一户,再用对讲机联系住户,得到同意以后登记姓名和时间。
*分类办理:
*甲类(亲友来访):核对邀请码以后直接放行,不必登记证件。
*乙类(上门服务):登记单位和工号,发放当天有效的临时卡。
2.管理车辆:
*车辆凭登记的号牌进出,没有登记的车辆领取临时凭证,离开时按公示的标准缴费。
三、附则
本办法由项目经理解释。
"""


def test_numbered_lines_nest_as_headings_and_labels_keep_their_items(
    chunks_of: ChunksOf,
) -> None:
    document, chunks = chunks_of("a.txt", NUMBERED)
    assert document.title == "门岗工作办法"
    visitors = next(chunk for chunk in chunks if "甲类" in chunk.text)
    assert visitors.section[:2] == ("二、工作内容", "(一)日常值守")
    assert "分类办理:\n甲类(亲友来访):核对邀请码以后直接放行,不必登记证件。\n乙类" in visitors.text
    assert chunks[-1].section == ("三、附则",)


def test_a_run_of_short_numbered_lines_is_a_list_and_no_headings(chunks_of: ChunksOf) -> None:
    text = "办卡须知\n办卡请带以下材料:\n1、身份证\n2、房产证\n3、近期照片\n"
    _, chunks = chunks_of("a.txt", text)
    assert [chunk.text for chunk in chunks] == [
        "办卡请带以下材料:\n1、身份证\n2、房产证\n3、近期照片"
    ]


def test_a_label_stays_with_its_bullets(chunks_of: ChunksOf) -> None:
    long = "每个班次开始前检查对讲机和手电是否完好,发现问题马上更换。" * 5
    text = f"# 门岗\n\n- **准备:** {long}\n"
    text += "- **访客接待:**\n  - 先问候,再登记。\n  - 联系住户。\n  - 放行。\n"
    _, chunks = chunks_of("a.md", text)
    assert any("访客接待:\n先问候,再登记。\n联系住户。\n放行。" in chunk.text for chunk in chunks)


def test_a_slide_is_its_own_chunk_with_its_number(chunks_of: ChunksOf) -> None:
    import io

    from pptx import Presentation

    deck = Presentation()
    for title, body in (("门岗培训", "先问候,再登记。"), ("夜间", "每小时巡查一次。")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    buffer = io.BytesIO()
    deck.save(buffer)
    document, chunks = chunks_of("a.pptx", buffer.getvalue())
    assert document.title == "门岗培训"
    assert [(chunk.page, chunk.section, chunk.text) for chunk in chunks] == [
        (1, (), "先问候,再登记。"),
        (2, ("夜间",), "每小时巡查一次。"),
    ]


def test_a_long_table_is_divided_by_rows_and_every_part_has_the_header() -> None:
    rows = [f"| 第{number}岗 | 每天巡查并登记 |" for number in range(60)]
    parts = split_table("\n".join(["| 岗位 | 要求 |", "| --- | --- |", *rows]), 300)
    assert len(parts) > 1
    assert all(part.startswith("| 岗位 | 要求 |\n| --- | --- |\n") for part in parts)
    assert sum(part.count("每天巡查") for part in parts) == 60
    assert all(len(part) <= 300 for part in parts)


def test_a_long_paragraph_is_cut_between_sentences_into_even_parts() -> None:
    sentence = "值守人员每隔一小时到岗亭外面查看一次,并且在本子上记下看到的情况。"
    parts = split_text(sentence * 40, IngestSettings())
    assert "".join(parts) == sentence * 40
    assert all(part.endswith("。") for part in parts)
    assert max(map(len, parts)) - min(map(len, parts)) <= 2 * len(sentence)


def test_sentences_joined_are_the_text_again() -> None:
    text = "先问候!“请稍等。”再登记;然后放行\n第二行没有句号"
    assert "".join(sentences(text)) == text
    assert sentences(text)[1] == "“请稍等。”"


def test_chunk_ids_stay_when_another_clause_changes(chunks_of: ChunksOf) -> None:
    _, before = chunks_of("gate.md", POLICY)
    _, after = chunks_of("gate.md", POLICY.replace("每班两人", "每班三人"))
    changed = {chunk.id for chunk in before} ^ {chunk.id for chunk in after}
    assert len(changed) == 2
    assert before[0].id == after[0].id


def test_equal_passages_get_different_ids(chunks_of: ChunksOf) -> None:
    row = "问:几点关门?\n答:十点。\n"
    _, chunks = chunks_of("a.txt", row * 3)
    assert len({chunk.id for chunk in chunks}) == 3


@pytest.mark.parametrize("extra", ["", "关于本文的第二段。\n"])
def test_the_title_is_no_part_of_the_section_path(extra: str, chunks_of: ChunksOf) -> None:
    document, chunks = chunks_of("a.md", f"# 门岗\n\n{extra}## 夜间\n\n每小时巡查。\n")
    assert document.title == "门岗"
    assert chunks[-1].section == ("夜间",)


def test_the_file_name_is_the_title_of_a_text_without_any(chunks_of: ChunksOf) -> None:
    document, _ = chunks_of("x/夜间巡查.txt", "每小时巡查一次。\n发现异常马上报告。\n")
    assert document.title == "夜间巡查"


def test_a_clock_time_in_a_clause_is_no_end_of_a_title(chunks_of: ChunksOf) -> None:
    text = "第一条 总则。\n\n第二条 健身广场06:00至22:00开放。\n\n第三条 特急：三分钟到场。"
    _, chunks = chunks_of("rules.md", text.encode())
    sections = [chunk.section for chunk in chunks]
    assert sections == [("第一条",), ("第二条",), ("第三条 特急",)]

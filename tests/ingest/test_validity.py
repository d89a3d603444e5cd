"""Versions and dates out of names, titles and texts."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.validity import named_version, without_region
from kb.types import Chunk, Document
from tests.ingest import writers

ChunksOf = Callable[[str, bytes | str], tuple[Document, list[Chunk]]]


@pytest.mark.parametrize(
    ("name", "title", "version", "day"),
    [
        ("某市物业管理条例(2021-08-09)", "某市物业管理条例", "2021-08-09", date(2021, 8, 9)),
        ("收费办法（2021年8月9日修正）", "收费办法", "2021-08-09", date(2021, 8, 9)),
        ("收费办法（二〇二一年八月九日）", "收费办法", "2021-08-09", date(2021, 8, 9)),
        ("收费办法(2018年3月19日公司令第6号修订)", "收费办法", "2018-03-19", date(2018, 3, 19)),
        ("停车管理规定（2025版）", "停车管理规定", "2025", date(2025, 1, 1)),
        ("停车管理规定2025年修订版", "停车管理规定", "2025", date(2025, 1, 1)),
        ("停车管理规定（2025年3月）", "停车管理规定", "2025-03", date(2025, 3, 1)),
        ("停车管理规定V2.1", "停车管理规定", "2.1", None),
        ("停车管理规定_v2.1_20250301", "停车管理规定", "2.1", date(2025, 3, 1)),
        ("员工手册第三版", "员工手册", "第三版", None),
        ("门禁规定 2025-03-01", "门禁规定", "2025-03-01", date(2025, 3, 1)),
        ("收费标准（试行）", "收费标准（试行）", None, None),
        ("2026年工作计划", "2026年工作计划", None, None),
        ("2026年", "2026年", None, None),
        ("第三季度总结", "第三季度总结", None, None),
        ("监控CCTV2", "监控CCTV2", None, None),
        ("楼栋表（3栋）", "楼栋表（3栋）", None, None),
        ("通知（2021-13-45）", "通知（2021-13-45）", None, None),
    ],
)
def test_a_name_is_taken_apart_into_title_version_and_day(
    name: str, title: str, version: str | None, day: date | None
) -> None:
    found = named_version(name)
    assert (found.title, found.version, found.day) == (title, version, day)


def test_the_province_that_collections_put_first_is_no_part_of_the_name() -> None:
    assert without_region("浙江_某市物业管理条例") == "某市物业管理条例"
    assert without_region("浙江大厦_收费表") == "浙江大厦_收费表"


LAW = "第一条 本市物业管理适用本条例。\n第二条 {}\n"


@pytest.mark.parametrize(
    ("name", "last", "expected"),
    [
        # what the document states of itself goes before the day it was adopted
        ("条例(2020-08-10).txt", "本条例自2020年10月1日起施行。", date(2020, 10, 1)),
        ("条例.txt", "本条例自二〇二〇年十月一日起施行。", date(2020, 10, 1)),
        (
            "条例(2020-08-10).txt",
            "本条例自 2020 年 10 月 1 日起施行。原条例废止。",
            date(2020, 10, 1),
        ),
        # an amended version still ends in the sentence of the first one
        ("条例(2020-08-10).txt", "本条例自2004年10月1日起施行。", date(2020, 8, 10)),
        ("条例(2020-08-10).txt", "本条例自公布之日起施行。", date(2020, 8, 10)),
        # statements about other documents, or about a part
        ("条例.txt", "自2019年5月1日起施行的旧办法同时废止。", None),
        ("条例.txt", "《消防条例》自2019年5月1日起施行。", None),
        ("条例.txt", "本条例第一条自2019年5月1日起施行。", None),
        ("条例.txt", "违反2019年5月1日起施行的规定的，予以警告。", None),
        # a date that only ends the file's name gives way to what is stated
        ("条例_20260310.txt", "本条例自2026年1月1日起施行。", date(2026, 1, 1)),
        ("条例_20260310.txt", "其他事项另行规定。", date(2026, 3, 10)),
        ("条例（2025版）.txt", "本条例自2025年3月1日起执行。", date(2025, 3, 1)),
    ],
)
def test_the_day_from_which_a_document_holds(
    name: str, last: str, expected: date | None, chunks_of: ChunksOf
) -> None:
    document, _ = chunks_of(name, f"某市物业管理条例\n{LAW.format(last)}")
    assert document.effective_from == expected
    assert document.title == "某市物业管理条例"


def test_lines_between_title_and_first_clause_say_when_it_was_amended(
    chunks_of: ChunksOf,
) -> None:
    head = "某市物业管理条例\n（2004年8月19日 市人民代表大会常务委员会通过\n"
    head += "2018年11月22日 市人民代表大会常务委员会修正）\n"
    document, _ = chunks_of("条例.txt", head + LAW.format("本条例自2005年1月1日起施行。"))
    assert document.effective_from == date(2018, 11, 22)


def test_a_table_that_names_the_day_of_effect_is_read(chunks_of: ChunksOf) -> None:
    text = "# 停车管理规定\n\n| 编号 | 生效日期 |\n| --- | --- |\n| A-1 | 见下 |\n\n"
    text += "生效日期：2026年2月1日\n\n第一条 停车收费。\n\n第二条 月租。\n"
    assert chunks_of("停车.md", text)[0].effective_from == date(2026, 2, 1)


def test_front_matter_goes_before_name_and_text(chunks_of: ChunksOf) -> None:
    text = "---\ntitle: 停车规定（2025版）\nversion: '7'\neffective_from: 2026-05-01\n---\n"
    text += LAW.format("本规定自2025年3月1日起施行。")
    document, _ = chunks_of("停车规定（2024版）.md", text)
    assert (document.title, document.version) == ("停车规定（2025版）", "7")
    assert document.effective_from == date(2026, 5, 1)


def test_an_answer_that_speaks_of_a_date_does_not_come_into_force_then(
    chunks_of: ChunksOf,
) -> None:
    text = "问：新标准何时执行？\n答：本小区新标准自2027年1月1日起执行。\n"
    assert chunks_of("问答.txt", text)[0].effective_from is None


def test_two_files_of_one_rule_are_two_documents_with_one_title(tmp_path: Any, store: Any) -> None:
    folder = tmp_path / "制度"
    folder.mkdir()
    for year in (2024, 2025):
        text = f"停车管理规定（{year}版）\n第一条 月租{year}元。\n第二条 本规定由公司解释。\n"
        (folder / f"停车管理规定（{year}版）.txt").write_text(text, encoding="utf-8")
    ingest([folder], store)
    documents: Sequence[Document] = sorted(store.documents(), key=lambda item: item.version)
    assert [(item.title, item.version, item.effective_from) for item in documents] == [
        ("停车管理规定", "2024", date(2024, 1, 1)),
        ("停车管理规定", "2025", date(2025, 1, 1)),
    ]
    assert documents[0].id != documents[1].id
    for _, chunks in store.stored.values():
        assert chunks[0].section == ("第一条",)


def test_a_word_file_named_by_its_version_has_the_title_of_the_rule(
    tmp_path: Any, store: Any
) -> None:
    (tmp_path / "访客规定V2.1.docx").write_bytes(writers.docx())
    ingest([tmp_path / "访客规定V2.1.docx"], store)
    (document,) = store.documents()
    assert (document.title, document.version) == (writers.TITLE, "2.1")

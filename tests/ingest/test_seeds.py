"""The five real, noisy documents come in clean; facts are checked, sentences are not kept here."""

import re
from collections.abc import Callable

import pytest

from ingest.cleaning.furniture import fold
from kb.types import Chunk

SeedChunks = Callable[[int], list[Chunk]]

FACTS = [
    (0, ["一级(咨询/简单诉求)", "CSR", "解答或处理"]),
    (1, ["清晰", "承諾回復時限"]),
    (2, ["月、季、年度檢查"]),
    (3, ["15分钟内电话联系"]),
    (3, ["31-60天", "上门拜访"]),
    (3, ["24小时内进行电话回访"]),
    (4, ["三分钟内到达现场"]),
    (4, ["每季度", "不低于入住业户数20%"]),
    (4, ["1200多户业主"]),
    (4, ["原则一", "原则六", "岗位培训教材"]),
]


@pytest.mark.parametrize(("number", "fact"), FACTS)
def test_a_fact_survives_within_one_chunk(
    number: int, fact: list[str], seed_chunks: SeedChunks
) -> None:
    texts = [chunk.text for chunk in seed_chunks(number)]
    assert any(all(part in text for part in fact) for text in texts)


def test_a_fact_stands_in_one_sentence(seed_chunks: SeedChunks) -> None:
    sentence = next(
        line
        for chunk in seed_chunks(4)
        for line in re.split(r"(?<=[。;\n])", chunk.text)
        if "20%" in line
    )
    assert sentence.count("业户满意度测评表") == 1
    assert sentence.endswith("。")


FURNITURE = (
    "VIP|版权申诉|下载本文档|本站|网友上传|上传人|文档编号|备案号|图片来源|侵删|第\\d+张图片|小编"
    "|您可能关注|评论|投注|人人文库|装配图|WinRAR|收藏|阅读\\(|当前位置|标签:|\\.docx|\\.pdf|/moban/"
    "|99ANY|第\\d+页|展开阅读"
)


@pytest.mark.parametrize("number", range(5))
def test_page_furniture_is_gone(number: int, seed_chunks: SeedChunks) -> None:
    for chunk in seed_chunks(number):
        assert not re.search(FURNITURE, fold(chunk.text)), chunk.text


@pytest.mark.parametrize("number", range(5))
def test_no_text_is_doubled_or_broken(number: int, seed_chunks: SeedChunks) -> None:
    for chunk in seed_chunks(number):
        assert not re.search(r"([^\n。|]{5,})\1", chunk.text), chunk.text
        assert not re.search(
            r"[`\ue000-\uf8ff\ufffd]|\?\?|uu|一一\)|[(][a-z]*[āáǎàēéěèīíǐìōóǒòūúǔù]", chunk.text
        )


@pytest.mark.parametrize("number", range(5))
def test_chunks_have_a_good_length(number: int, seed_chunks: SeedChunks) -> None:
    sizes = sorted(len(chunk.text) for chunk in seed_chunks(number))
    assert sizes[-1] <= 500
    assert sizes[len(sizes) // 2] >= 120


def test_titles_are_the_documents_own(seed_chunks: SeedChunks) -> None:
    titles = [fold(seed_chunks(number)[0].title) for number in range(5)]
    assert [title[:4] for title in titles] == [
        "物业管理",
        "物业维修",
        "物业管理",
        "物业管理",
        "第十二章",
    ]


def test_sections_follow_the_documents_own_headings(seed_chunks: SeedChunks) -> None:
    fees = next(chunk for chunk in seed_chunks(3) if "31-60天" in chunk.text)
    assert [part[:3] for part in fees.section] == ["主要工", "(一)", "3. "]
    survey = next(chunk for chunk in seed_chunks(4) if "20%" in chunk.text)
    assert [part[:2] for part in survey.section] == ["三、", "(二"]


def test_shifted_characters_are_readable_again(seed_chunks: SeedChunks) -> None:
    text = "".join(chunk.text for chunk in seed_chunks(1))
    for word in ("可利用物業管理系統", "專業術語", "確保客戶服務標準", "可通過設立"):
        assert word in text

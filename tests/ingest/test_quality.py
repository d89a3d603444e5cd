"""The quality of a document: each fault costs points, clean documents have none to lose."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.cleaning import clean, dropped
from ingest.cleaning.dropped import SAMPLE_CHARACTERS, SAMPLES
from ingest.parsers import parse
from ingest.pipeline import ingest
from ingest.quality import LABELS, assess, score
from kb.types import Document, DocumentType, Quality

ROOT = Path(__file__).resolve().parents[2]
CLEAN = "第一条 业主报修后，客服应当在十五分钟内电话联系，核对房号和报修内容。\n" * 3
QualityOf = Callable[[str], Quality]


@pytest.fixture
def quality_of(tmp_path: Path, store: Any) -> QualityOf:
    def run(words: str) -> Quality:
        path = tmp_path / "件.md"
        path.write_text(words, encoding="utf-8")
        report = ingest([path], store)
        assert not report.failures
        (document,) = store.documents()
        found: Quality = document.quality
        return found

    return run


def test_a_clean_document_has_all_points(quality_of: QualityOf) -> None:
    found = quality_of(f"# 报修规定\n\n{CLEAN}")
    assert found.score == 100
    assert set(found.parts) == set(LABELS)
    assert set(found.parts.values()) == {0.0}
    assert found.dropped == ()
    assert found.encoding == "utf-8"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("broken", CLEAN + "锟斤拷锟斤拷业主å®¢æœä¸­心报修\n"),
        ("doubled", CLEAN + "登记表登记表复印件，核对房号报修内容核对房号报修内容后派单。\n"),
        ("furniture", CLEAN + "\n\n上一篇\n\n下一篇\n\n扫码关注我们\n\n返回首页\n"),
        ("symbols", CLEAN + "★★★★■■■■→→→→◆◆◆◆●●●●○○○○□□□□\n"),
        ("short", "# 甲\n\n## 一、目的\n\n略。\n\n## 二、范围\n\n略。\n"),
    ],
)
def test_each_fault_is_measured_and_costs_points(
    part: str, words: str, quality_of: QualityOf
) -> None:
    found = quality_of(words)
    assert found.parts[part] > 0
    assert found.score <= 97
    assert max(found.parts, key=lambda name: found.parts[name]) == part


def test_what_cleaning_dropped_is_kept_with_reason_size_and_samples(quality_of: QualityOf) -> None:
    notice = "本站所有文档均由网友上传，如侵犯版权请点击版权申诉，付费下载后不支持退款。"
    found = quality_of(f"# 报修规定\n\n{CLEAN}\n\n{notice}\n\n阅读(3021)\n")
    by_reason = {item.reason: item for item in found.dropped}
    assert by_reason["notice"].samples == (notice,)
    assert by_reason["notice"].characters == len(notice)
    assert by_reason["counter"].samples == ("阅读(3021)",)
    assert found.parts["dropped"] > 0.1
    assert found.score < 97


def test_samples_are_few_and_short(quality_of: QualityOf) -> None:
    notices = [
        f"第{n}号：本站所有文档均由网友上传，如侵犯版权请点击版权申诉，" + "付费下载后不退款，" * 6
        for n in range(9)
    ]
    (item,) = quality_of("\n\n".join([CLEAN, *notices])).dropped
    assert len(item.samples) == SAMPLES
    assert all(len(sample) <= SAMPLE_CHARACTERS for sample in item.samples)


def test_every_reason_that_cleaning_gives_has_a_chinese_name() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "ingest" / "cleaning").glob("*.py")
        if path.name != "dropped.py"
    )
    given = (
        r'dropped\.(?:piece|change)\(\s*"(\w+)"',
        r'_counted\(dropped, "(\w+)"',
        r'reasons\[[^\]]+\] = (?:reasons\[\w+\] or )?"(\w+)"',
        r'\(\s*"(\w+)",\s*rf?"',
        r'return "(\w+)"',
    )
    reasons = {name for pattern in given for name in re.findall(pattern, source)}
    reasons.add("notice")
    reasons.discard("preview_title")
    assert len(reasons) >= 25
    assert reasons == set(dropped.LABELS)


def test_the_formula_is_what_its_description_says() -> None:
    nothing = dict.fromkeys(LABELS, 0.0)
    assert score(nothing) == 100
    assert score(nothing | {"dropped": 0.3}) == 85
    assert score(nothing | {"broken": 0.02}) == 40
    assert score(nothing | {"broken": 0.5, "furniture": 0.2}) == 24
    assert 0 < score(dict.fromkeys(LABELS, 1.0)) < 10


def test_the_sample_content_is_clean(store: Any) -> None:
    ingest([ROOT / "kb" / "content"], store)
    assert min(document.quality.score for document in store.documents()) >= 97


def test_a_table_is_not_made_of_symbols() -> None:
    table = "# 价目\n\n| 项目 | 价格 |\n|---|---|\n| 换锁 | 80 元 |\n| 通下水 | 120 元 |\n"
    blocks, report = clean(parse("价目.md", table.encode()).blocks)
    from ingest.splitting import split

    chunks = split(Document("d", DocumentType.POLICY, "价目", "价目.md", ""), blocks)
    assert assess(report, chunks, 500).parts["symbols"] == 0.0

"""Real pairs of old and new versions, with the real encoder: today the new one answers."""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import answer
from ingest.pipeline import ingest
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase

TODAY = date(2026, 6, 1)
PAIRS = [
    ("上海_上海市住宅物业管理规定", "2010-12-23", "2020-12-30"),
    ("北京_北京市机动车停车条例", "2021-09-24", "2024-03-29"),
    ("保安服务管理条例", "2020-11-29", "2022-03-29"),
]
QUESTIONS = [
    ("业主大会由谁组成？", 0),
    ("专项维修资金怎么使用？", 0),
    ("停车设施经营单位应当怎样收费？", 1),
    ("居住停车认证怎么办？", 1),
    ("保安员应当具备什么条件？", 2),
    ("保安服务公司需要多少注册资本？", 2),
]


@pytest.fixture(scope="module")
def laws(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    data = os.environ.get("GUANJIA_EVAL_DATA")
    if not data:
        pytest.skip("未设置 GUANJIA_EVAL_DATA,不在真实的法规上测试")
    folder = tmp_path_factory.mktemp("laws")
    for name, *days in PAIRS:
        for day in days:
            source = Path(data) / "laws" / "txt" / f"{name}({day}).md"
            text = source.read_text(encoding="utf-8")
            # The day on which the first text came into force, which the amended one repeats.
            began = re.findall(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起施行", text)[-1]
            header = (
                f"---\nid: law-{PAIRS.index((name, *days))}-{day[:4]}\ntype: policy\n"
                f'version: "{day}"\neffective_from: {date(*map(int, began))}\n---\n\n'
            )
            (folder / source.name).write_text(header + text, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    with KnowledgeBase(home, encoder, today=lambda: TODAY) as base:
        report = ingest([folder], base)
        assert report.failures == []
        yield base


def test_each_pair_is_a_family_with_the_newer_one_in_force(laws: KnowledgeBase) -> None:
    for number, (_, old, new) in enumerate(PAIRS):
        versions = laws.versions_of(f"law-{number}-{new[:4]}")
        assert [(v.document.version, v.state) for v in versions] == [
            (old, "已被取代"),
            (new, "现行"),
        ]


@pytest.mark.parametrize(("question", "number"), QUESTIONS)
def test_today_only_the_new_version_answers_and_then_only_the_old(
    question: str, number: int, laws: KnowledgeBase, encoder: Encoder
) -> None:
    _, old, new = PAIRS[number]
    before = date(int(new[:4]), 1, 1)
    for day, version, state in ((None, new, "现行"), (before, old, "已被取代")):
        hits = laws.search(question, 20, as_of=day)
        inside = [hit for hit in hits if hit.document.id.startswith(f"law-{number}-")]
        assert inside
        assert {hit.document.version for hit in inside} == {version}
        assert {hit.state for hit in inside} == {state}
        citations = answer(question, laws, encoder, as_of=day).citations
        told = [c for c in citations if c.document_id.startswith(f"law-{number}-")]
        assert told
        assert {(c.version, c.state) for c in told} == {(version, state)}

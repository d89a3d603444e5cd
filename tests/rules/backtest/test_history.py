"""The file of past requests: what is read, and what is said of a line that cannot be used."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rules.backtest import generate, read_history, write_history
from rules.decide import default_rulebook
from rules.errors import HistoryMissing, OutputRefused
from rules.types import Facts, Kind, Milestone, Tier
from tests.rules.backtest.books import at, changed

BOOK = default_rulebook()
WHOLE: dict[str, Any] = {
    "id": "R1",
    "received_at": "2025-03-03T10:00:00+08:00",
    "kind": "complaint",
    "category": "charges",
    "department": "finance",
    "channel": "app",
    "signals": ["anger", "threat_media"],
    "repeat_count": 2,
    "unattended_days": 5,
    "incident_reports": 3,
    "suspected_danger": 40,
    "wished_at": "2025-03-04T01:00:00+00:00",
    "raised_tier": "urgent",
    "estate": "north",
    "met": {"acknowledge": "2025-03-03T10:05:00+08:00"},
    "pauses": [{"since": "2025-03-03T11:00:00+08:00", "until": "2025-03-04T11:00:00+08:00"}],
}
LEAST = {"id": "R2", "received_at": "2025-03-03T10:00:00+08:00", "kind": "repair"}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "history.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n")
    return path


def test_every_field_of_a_line_is_read(tmp_path: Path) -> None:
    (past, least), problems = read_history(written(tmp_path, WHOLE, b"", LEAST))
    assert problems == []
    assert past.facts == Facts(
        Kind.COMPLAINT, at("03 10:00"), frozenset({"anger", "threat_media"}), "charges",
        2, 5, 3, 40, at("04 09:00"), Tier.URGENT, "finance", "app", "north",
    )  # fmt: skip
    assert past.met == {Milestone.ACKNOWLEDGE: at("03 10:05")}
    assert past.pauses == ((at("03 11:00"), at("04 11:00")),)
    assert (least.facts, least.met, least.pauses) == (Facts(Kind.REPAIR, at("03 10:00")), {}, ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"signals": ["lift_falt"]}, '未知信号 "lift_falt"'),
        ({"signals": "lift_fault"}, "signals 不是文字的列表"),
        ({"kind": "repairs"}, '诉求类型 "repairs" 不存在'),
        ({"kind": None}, "诉求类型 null 不存在"),
        ({"received_at": "2025-03-03T10:00:00"}, "没有时区"),
        ({"received_at": "2025-13-03T10:00:00+08:00"}, "看不懂"),
        ({"received_at": 1740967200}, "received_at 的时间 1740967200 看不懂"),
        ({"received_at": "9999-12-31T23:00:00-12:00"}, "年份 9999 不合理"),
        ({"wished_at": "tomorrow"}, 'wished_at 的时间 "tomorrow" 看不懂'),
        ({"raised_tier": "high"}, '紧急程度 "high" 不存在'),
        ({"department": "kitchen"}, 'department 的取值 "kitchen" 不在词汇表里'),
        ({"channel": ["app"]}, "channel 的取值"),
        ({"repeat_count": -1}, "repeat_count 的取值 -1 不是次数或天数"),
        ({"repeat_count": True}, "repeat_count 的取值 true 不是次数或天数"),
        ({"unattended_days": "3"}, "unattended_days 的取值"),
        ({"estate": 7}, "estate 的取值 7 不是文字"),
        ({"met": ["acknowledge"]}, "met 不是节点到时间的对应"),
        ({"met": {"ack": "2025-03-03T10:05:00+08:00"}}, 'met 里的节点 "ack" 不存在'),
        ({"met": {"reply": "2025-03-03T09:59:59+08:00"}}, "met.reply 早于 received_at"),
        ({"met": {"reply": "2025-03-03T10:05:00"}}, "met.reply 的时间"),
        ({"met": {"reply": "9999-01-01T00:00:00+08:00"}}, "met.reply 的年份 9999 不合理"),
        ({"met": {"reply": None}}, "met.reply 的时间 null 看不懂"),
        ({"pauses": [{"since": "2025-03-03T11:00:00+08:00"}]}, "要有 since 和 until"),
        (
            {"pauses": [{"since": "2025-03-05T11:00:00+08:00", "until": "2025-03-04T11:00:00Z"}]},
            "起止颠倒或互相重叠",
        ),
        ({"id": ""}, "缺少 id"),
        ({"id": "a\ud800"}, "id 不能用"),
        ({"id": 1.5}, "id 不能用"),
        ({"signal": []}, '不认识的字段 "signal"'),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_rest_goes_through(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    history, problems = read_history(written(tmp_path, LEAST, WHOLE | change, WHOLE))
    assert [one.id for one in history] == ["R2", "R1"]
    (problem,) = problems
    assert problem.text.startswith("第 2 行：")
    assert told in problem.text
    assert "；" in problem.text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"id": "R9", "received_at"', "不是完整的 JSON"),
        (b"[" * 100_000, "不是完整的 JSON"),
        (b'["R9"]', "不是 JSON 对象"),
        (b"null", "不是 JSON 对象"),
        ('{"id": "电梯"}'.encode("gb18030"), "不是 UTF-8 文字"),
        (b'{"id": "R9", "kind": "repair"}', "缺少 received_at"),
    ],
)
def test_a_broken_line_costs_only_itself(tmp_path: Path, line: bytes, told: str) -> None:
    history, problems = read_history(written(tmp_path, WHOLE, line, LEAST))
    assert len(history) == 2
    assert [(one.line, told in one.text) for one in problems] == [(2, True)]


def test_an_id_given_twice_counts_once(tmp_path: Path) -> None:
    history, problems = read_history(written(tmp_path, LEAST, LEAST, LEAST | {"kind": "other"}))
    assert [one.facts.kind for one in history] == [Kind.REPAIR]
    assert [one.line for one in problems] == [2, 3]
    assert "与前面的重复" in problems[0].text


def test_an_id_of_an_unusable_line_is_still_free(tmp_path: Path) -> None:
    history, problems = read_history(written(tmp_path, LEAST | {"kind": "x"}, LEAST))
    assert (len(history), len(problems)) == (1, 1)


def test_a_signal_that_one_of_the_books_knows_is_read(tmp_path: Path) -> None:
    newer = changed(
        ("vocabulary.yaml", "  theft: {", "  drone: {label: 无人机, family: security}\n  theft: {")
    )
    path = written(tmp_path, LEAST | {"signals": ["drone"]})
    assert len(read_history(path, BOOK, newer)[0]) == 1
    assert len(read_history(path, BOOK)[1]) == 1


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.gz"])
def test_what_was_written_is_read_back_the_same(tmp_path: Path, name: str) -> None:
    made = list(generate(300, 2, BOOK))
    path = tmp_path / name
    assert write_history(made, path) == 300
    assert read_history(path, BOOK) == (made, [])
    first = path.read_bytes()
    write_history(made, path)
    assert path.read_bytes() == first
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_byte_order_mark_at_the_beginning_does_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_history(path)[0]) == 1


def test_a_truncated_archive_gives_what_is_in_it_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl.gz"
    write_history(generate(2000, 2, BOOK), path)
    path.write_bytes(path.read_bytes()[:-4000])
    history, problems = read_history(path)
    assert 0 < len(history) < 2000
    assert "压缩文件从这里起不完整" in problems[-1].text


def test_a_file_that_is_no_archive_despite_its_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl.gz"
    path.write_bytes(gzip.compress(b"")[:2] + b"nothing")
    history, problems = read_history(path)
    assert history == []
    assert [one.line for one in problems] == [1]


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(HistoryMissing, match="读不了历史文件"):
        read_history(tmp_path / "none.jsonl")
    with pytest.raises(OutputRefused, match="写不了文件"):
        write_history([], tmp_path / "none" / "out.jsonl")

"""Sent drafts are measured as they are, kept masked, and reported by kind, back end and role."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.edits.measuring import answer_in, distance, role_edits
from assistant.edits.report import report
from assistant.edits.store import SentLog
from assistant.edits.types import RoleEdit, Sent
from assistant.gaps.types import Settled
from assistant.types import Segment
from kb.errors import InputError
from rules.types import Kind

NOW = datetime.fromisoformat("2026-11-20T09:00+08:00")
SEGMENTS = (
    Segment("您好，这里是安和物业。", (), "greeting"),
    Segment("押金在验收合格后退还。", (0,), "fact"),
    Segment("感谢您的来信。", (), "closing"),
)
DRAFT = "您好，这里是安和物业。\n押金在验收合格后退还。\n感谢您的来信。"
SENT = Sent(DRAFT, DRAFT, Kind.INQUIRY, "composed", NOW, SEGMENTS, "押金什么时候退？")
words = st.text("甲乙丙丁戊", min_size=1, max_size=12)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SentLog]:
    opened = SentLog(tmp_path / "questions.db", 180)
    yield opened
    opened.close()


def rewritten(text: str, **changes: object) -> Sent:
    return replace(SENT, sent=text, **changes)


def test_an_edit_counts_for_the_role_of_the_segment_it_stands_in() -> None:
    sent = DRAFT.replace("验收合格后", "验收合格满三个月后")
    edits = role_edits(DRAFT, sent, SEGMENTS)
    assert edits["fact"] == RoleEdit(4, len(SEGMENTS[1].text) + 4)
    assert edits["greeting"].edits == edits["closing"].edits == 0


def test_a_sentence_put_in_between_counts_for_the_segment_before_it() -> None:
    sent = DRAFT.replace("退还。\n", "退还。请带收据。\n")
    assert role_edits(DRAFT, sent, SEGMENTS)["fact"].edits == len("请带收据。")


def test_segments_that_are_not_in_the_draft_are_named() -> None:
    with pytest.raises(InputError, match="感谢您的来信"):
        role_edits("您好", "您好", (Segment("感谢您的来信。", (), "closing"),))


@given(st.lists(words, min_size=1, max_size=5), st.text("甲乙丙丁戊己\n", max_size=60))
def test_the_edits_of_the_roles_are_all_the_edits(parts: list[str], sent: str) -> None:
    draft = "\n".join(parts)
    segments = [Segment(part, (), f"role{i}") for i, part in enumerate(parts)]
    edits = role_edits(draft, sent, segments)
    total = sum(edit.edits for edit in edits.values())
    assert total == round(_distance_raw(draft, sent))
    assert all(0 <= edit.distance <= 1 for edit in edits.values())


def _distance_raw(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


@given(words, words)
def test_the_distance_is_none_for_the_same_text_and_the_same_both_ways(a: str, b: str) -> None:
    assert distance(a, f" {a}\n") == 0
    assert distance(a, b) == distance(b, a) <= 1


def test_the_answer_is_what_was_sent_without_the_frame_of_the_draft() -> None:
    assert answer_in(DRAFT.replace("退还", "无息退还"), SEGMENTS) == "押金在验收合格后无息退还。"


def test_what_is_kept_is_masked(log: SentLog, tmp_path: Path) -> None:
    personal = "，王女士13812345678，住3栋1单元502。"
    log.add(
        Sent(
            DRAFT + personal, DRAFT + personal, Kind.INQUIRY, "composed", NOW, (), "我姓王" + DRAFT
        )
    )
    (kept,) = log.since(NOW)
    assert "〔电话〕" in kept.sent
    log.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"13812345678" not in stored
    assert b"502" not in stored


def test_the_last_text_sent_for_a_request_is_the_one_that_counts(log: SentLog) -> None:
    log.add(rewritten("第一稿", request_id="m-1"))
    log.add(rewritten("第二稿", request_id="m-1"))
    log.add(rewritten("别的来件", request_id="m-2"))
    log.add(rewritten("没有编号"))
    log.add(rewritten("没有编号"))
    assert [one.sent for one in log.since(NOW)] == ["第二稿", "别的来件", "没有编号", "没有编号"]


def test_old_drafts_are_forgotten(log: SentLog) -> None:
    log.add(replace(SENT, at=NOW - timedelta(days=200)))
    log.add(SENT)
    assert len(log.since(NOW - timedelta(days=400))) == 1


def test_the_report_gives_count_median_and_share_unchanged_of_each_group(log: SentLog) -> None:
    log.add(SENT)
    log.add(rewritten("完全另写一遍给住户的答复"))
    log.add(replace(SENT, kind=Kind.REPAIR, backend="qwen"))
    made = report(log.since(NOW))
    assert (made.total.count, made.kinds["repair"].unchanged) == (3, 1.0)
    assert made.kinds["inquiry"].unchanged == 0.5
    assert list(made.kinds) == ["inquiry", "repair"]
    assert made.backends["qwen"].median == 0
    assert made.roles["fact"].count == 3
    assert made.roles["fact"].touched == pytest.approx(1 / 3)


def test_an_inquiry_answered_otherwise_is_a_candidate_until_it_is_settled(log: SentLog) -> None:
    log.add(SENT)
    log.add(rewritten(DRAFT.replace("押金", "押金和保证金")))
    assert report(log.since(NOW)).candidates == ()
    answer = "押金在验收合格满三个月后，凭收据到前台无息退还，周末也可以办理。"
    kept = log.add(rewritten(answer))
    log.add(rewritten(answer, kind=Kind.COMPLAINT, question=""))
    assert report(log.since(NOW)).candidates == (kept,)
    # asked again in the same words: the newer answer speaks
    newer = log.add(rewritten(answer + "请带身份证。"))
    assert report(log.since(NOW)).candidates == (newer,)
    log.settle([kept.number, newer.number], Settled.RESOLVED, NOW)
    assert report(log.since(NOW)).candidates == ()


def test_a_little_added_where_the_draft_had_no_fact_is_a_candidate(log: SentLog) -> None:
    unknown = (SEGMENTS[0], replace(SEGMENTS[1], citations=()), SEGMENTS[2])
    log.add(replace(SENT, segments=unknown))
    assert report(log.since(NOW)).candidates == ()
    log.add(rewritten(DRAFT.replace("退还", "退"), segments=unknown))
    (candidate,) = report(log.since(NOW)).candidates
    assert candidate.answer == "押金在验收合格后退。"
    assert candidate.distance < 0.3

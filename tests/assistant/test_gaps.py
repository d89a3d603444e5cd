"""Recorded questions: masked, kept for a time, rated, settled, ranked."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import QuestionsUnusable
from assistant.gaps.ranking import find_gaps
from assistant.gaps.store import QuestionLog
from assistant.gaps.types import Asked, Channel, Gap, Outcome, Settled
from kb.encoder import Encoder

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ABSTAINED, ANSWERED, POOR = Outcome.ABSTAINED, Outcome.ANSWERED, Outcome.POOR


@pytest.fixture
def log(tmp_path: Path) -> QuestionLog:
    return QuestionLog(tmp_path / "questions.db", retention_days=180)


def ask(
    log: QuestionLog, question: str, days_ago: float = 0, outcome: Outcome = ABSTAINED, **more: str
) -> int:
    at = NOW - timedelta(days=days_ago)
    return log.add(Asked(question, at, Channel.PAGE, outcome, nearest=("停车规定",), **more))


def gaps(log: QuestionLog, encoder: Encoder, days: int = 90) -> list[Gap]:
    return find_gaps(log, encoder, NOW - timedelta(days=days), NOW + timedelta(hours=1))


def test_nothing_unmasked_reaches_the_file(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.db", retention_days=180)
    number = ask(log, "我姓王，住3栋1单元502，电话13800000000，泳池几点开？")
    assert log.rate(number, False, "打13800000000告诉我，车牌京A12345")
    ask(log, "泳池几点开", reason="找陈先生，邮箱someone@example.com")
    log.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in ("13800000000", "502", "京A12345", "someone@", "陈先生", "姓王"):
        assert secret.encode() not in stored
    assert "〔房号〕".encode() in stored


def test_paraphrases_are_one_gap_with_its_wordings(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "小区泳池几点开放？", 3)
    ask(log, "請問泳池幾點開放", 2)
    ask(log, "小区泳池几点开放？", 1)
    ask(log, "养狗要办证吗", 1)
    first, second = gaps(log, encoder)
    assert first.question == "小区泳池几点开放？"
    assert first.wordings == ("請問泳池幾點開放",)
    assert (first.count, first.abstained, first.poor) == (3, 3, 0)
    assert (first.id, first.nearest) == (1, ("停车规定",))
    assert first.last_asked == NOW - timedelta(days=1)
    assert second.question == "养狗要办证吗"


def test_recent_and_badly_answered_questions_come_first(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "养狗要办证吗", 80)
    ask(log, "养狗要办证吗", 79)
    ask(log, "泳池几点开", 2)
    ask(log, "电动车在哪充电", 2, POOR)
    assert [gap.question for gap in gaps(log, encoder)] == [
        "电动车在哪充电", "泳池几点开", "养狗要办证吗",
    ]  # fmt: skip


def test_the_score_halves_every_thirty_days(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "泳池几点开", 30)
    ask(log, "泳池几点开", 60, POOR)
    (gap,) = find_gaps(log, encoder, NOW - timedelta(days=90), NOW)
    assert gap.score == pytest.approx(0.5 + 1.5 * 0.25)


def test_answered_questions_are_no_gaps(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "泳池几点开", outcome=ANSWERED)
    assert gaps(log, encoder) == []


def test_a_question_that_is_answered_later_is_no_gap_any_more(
    log: QuestionLog, encoder: Encoder
) -> None:
    ask(log, "泳池几点开", 2)
    ask(log, "泳池几点开", 1, ANSWERED)
    assert gaps(log, encoder) == []


def test_an_answer_called_no_use_stays_a_gap_though_it_is_given_again(
    log: QuestionLog, encoder: Encoder
) -> None:
    number = ask(log, "泳池几点开", 2, ANSWERED)
    assert log.rate(number, False, "说的是健身房")
    ask(log, "泳池几点开", 1, ANSWERED)
    (gap,) = gaps(log, encoder)
    assert (gap.poor, gap.reasons) == (1, ("说的是健身房",))
    assert log.rate(number, True)
    assert gaps(log, encoder) == []


def test_an_unknown_answer_cannot_be_rated(log: QuestionLog) -> None:
    assert not log.rate(99, True)


def test_a_settled_gap_goes_and_comes_back_when_it_is_asked_again(
    log: QuestionLog, encoder: Encoder
) -> None:
    ask(log, "泳池几点开", 3)
    (gap,) = gaps(log, encoder)
    assert log.settle(gap.numbers, Settled.RESOLVED, NOW - timedelta(days=2)) == 1
    assert gaps(log, encoder) == []
    ask(log, "请问泳池几点开放", 1, ANSWERED)
    assert gaps(log, encoder) == []
    ask(log, "請問泳池幾點開放", 1)
    (again,) = gaps(log, encoder)
    assert (again.count, again.returned, again.id) == (1, True, gap.id)
    assert set(again.wordings) | {again.question} == {"泳池几点开", "請問泳池幾點開放"}


def test_what_is_nothing_but_personal_data_asks_nothing(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "13800000000")
    assert gaps(log, encoder) == []


def test_only_the_days_asked_for_are_looked_at(log: QuestionLog, encoder: Encoder) -> None:
    ask(log, "泳池几点开", 10)
    assert gaps(log, encoder, days=7) == []
    assert len(gaps(log, encoder, days=30)) == 1


def test_questions_are_forgotten_after_their_time(tmp_path: Path) -> None:
    path = tmp_path / "questions.db"
    log = QuestionLog(path, retention_days=30)
    ask(log, "泳池几点开", 40)
    ask(log, "养狗要办证吗", 20)
    log.close()
    later = QuestionLog(path, retention_days=30)
    ask(later, "电动车在哪充电")
    assert later.count() == 2


def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.db", retention_days=1)
    first = ask(log, "泳池几点开", 9)
    log.add(Asked("养狗要办证吗", NOW + timedelta(days=2), Channel.CLI, ABSTAINED))
    assert log.count() == 1
    assert ask(log, "电动车在哪充电") > first + 1


def test_each_text_is_encoded_once(log: QuestionLog, encoder: Encoder) -> None:
    class Counting:
        name, dimension = encoder.name, encoder.dimension
        encoded = 0

        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            self.encoded += len(texts)
            return encoder.encode_queries(texts)

    counting = Counting()
    for question in ("泳池几点开", "泳池几点开", "养狗要办证吗"):
        ask(log, question)
    first = find_gaps(log, counting, NOW - timedelta(days=9), NOW)  # type: ignore[arg-type]
    assert counting.encoded == 2
    assert find_gaps(log, counting, NOW - timedelta(days=9), NOW) == first  # type: ignore[arg-type]
    assert counting.encoded == 2


def test_a_damaged_file_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.db"
    path.write_bytes(b"no database " * 100)
    with pytest.raises(QuestionsUnusable, match=r"questions\.db") as error:
        QuestionLog(path, retention_days=30)
    assert "\n" not in str(error.value)


def test_an_answer_does_not_wait_long_for_a_store_that_is_held(tmp_path: Path) -> None:
    import time

    path = tmp_path / "questions.db"
    log = QuestionLog(path, retention_days=30)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.perf_counter()
    with pytest.raises(QuestionsUnusable):
        ask(log, "泳池几点开")
    assert time.perf_counter() - started < 2
    holder.close()

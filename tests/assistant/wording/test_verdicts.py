"""Who words the draft that is shown first."""

from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.wording.verdicts import SHIPPED, Verdict, keep_verdict, read_verdicts, verdict_of
from kb.models import registry


@pytest.mark.parametrize(
    ("preferred", "composed", "earned"),
    [(40, 20, True), (20, 40, False), (31, 29, False), (0, 0, False), (5, 0, True), (4, 0, False)],
)
def test_a_model_earns_its_place_only_by_more_than_chance(
    preferred: int, composed: int, earned: bool
) -> None:
    assert Verdict("m", preferred, composed, 7, "2026-11-27").earned is earned


def test_shipped_verdicts_are_of_models_that_exist() -> None:
    shipped = read_verdicts(SHIPPED)
    assert {verdict.model for verdict in shipped} <= registry().keys()
    assert all(verdict.drafts >= 60 for verdict in shipped)


def test_an_installations_own_verdict_counts_before_the_shipped_one(tmp_path: Path) -> None:
    (shipped, *_) = read_verdicts(SHIPPED)
    assert verdict_of(shipped.model, tmp_path) == shipped
    own = Verdict(shipped.model, 50, 5, 5, "2026-12-01")
    keep_verdict(tmp_path, Verdict("其他", 1, 2, 3, "2026-12-01"))
    keep_verdict(tmp_path, Verdict(shipped.model, 1, 2, 3, "2026-12-01"))
    keep_verdict(tmp_path, own)
    assert verdict_of(shipped.model, tmp_path) == own
    assert verdict_of("其他", tmp_path) is not None
    assert verdict_of("没有评过", tmp_path) is None


@pytest.mark.parametrize("text", ["- a", "- {model: m}", "[", "- {model: m, preferred: 1, x: 2}"])
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "wording.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wording\.yaml"):
        verdict_of("m", tmp_path)

"""Every example of docs/rules.md can be read."""

import re
from pathlib import Path

import pytest

from rules.cells import Cells
from rules.inputs import REQUEST
from rules.loading import default_rulebook
from rules.tables import Field

INPUTS = dict(REQUEST) | dict(default_rulebook().tables["urgency"].inputs)
CELLS = Cells(default_rulebook().tables["urgency"].inputs, default_rulebook().vocabulary)
DOCUMENTED = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")


def examples(label: str) -> list[str]:
    """The examples that docs/rules.md gives in the line of a table."""
    line = next(line for line in DOCUMENTED.splitlines() if line.startswith(f"| {label} |"))
    return re.findall(r"`([^`]+)`", line.split("|")[2])


DOCUMENTED_CONDITIONS = {
    "a choice": "category",
    "a number": "repeat_count",
    "a date": "received_on",
    "yes or no": "wished",
    "signals": "signals",
}


@pytest.mark.parametrize(("label", "name"), DOCUMENTED_CONDITIONS.items())
def test_every_documented_condition_can_be_read(label: str, name: str) -> None:
    for cell in examples(label):
        field = INPUTS["kind" if "报修" in cell or cell == "repair" else name]
        assert CELLS.condition_value(field, cell) not in (None, {}, [])


LIMIT_PARTS = {
    "limit": "limit",
    "on the service clock": "clock",
    "from completion": "counts_from",
    "the wished time first": "wished_time",
    "stops while waiting": "pauses",
    "the latest": "fallback",
    "note": "note",
    "source of the value": "origin",
}


@pytest.mark.parametrize(("label", "key"), LIMIT_PARTS.items())
def test_every_documented_part_of_a_limit_can_be_read(label: str, key: str) -> None:
    for part in examples(label):
        first = key in ("limit", "clock", "counts_from", "wished_time")
        field = Field("resolve", "limit")
        clock = "" if first else "2个服务日；"
        assert key in CELLS.output_value(field, clock + part)

"""Files cut short or with wrong bytes: never more than one line, and the rest goes through."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ingest.pipeline import ingest
from tests.ingest import writers

GOOD = "# 门岗\n\n门岗全天值守，夜间每小时巡查一次。\n"
WRITTEN: dict[str, Callable[[], bytes]] = {
    "a.docx": writers.docx,
    "a.pdf": writers.pdf,
    "a.pptx": writers.pptx,
    "a.xlsx": lambda: writers.xlsx(("表", writers.TABLE)),
    "a.csv": lambda: writers.csv_file(writers.TABLE),
    "a.html": lambda: writers.page().encode(),
    "a.eml": lambda: writers.eml(("收费.csv", writers.csv_file(writers.TABLE))),
    "a.zip": lambda: writers.archive(("规定.docx", writers.docx())),
}


def damaged(data: bytes, random: Random) -> bytes:
    if random.random() < 0.5:
        return data[: random.randrange(1, len(data))]
    changed = bytearray(data)
    for _ in range(random.choice((1, 5, 40))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_damaged_file_of_any_format_stops_nothing(name: str, tmp_path: Path, store: Any) -> None:
    data, random = WRITTEN[name](), Random(20261125)
    root = tmp_path / "资料"
    root.mkdir()
    for number in range(12):
        (root / f"{number}{name}").write_bytes(damaged(data, random))
    (root / "好.md").write_text(GOOD, encoding="utf-8")
    report = ingest([root], store)
    assert "资料/好.md" in [item.source for item in report.ingested]
    for failure in report.failures:
        assert failure.message.startswith("「资料/")
        assert "\n" not in failure.message

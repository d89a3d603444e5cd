"""Past requests: their values and their file, one JSON object a line.

`{id, received_at, kind, category?, department?, channel?, signals?: [code], repeat_count?,
unattended_days?, incident_reports?, suspected_danger?, wished_at?, raised_tier?, estate?, met?:
{milestone: time}, pauses?: [{since, until}]}`. Times are ISO 8601 with an offset. `met` says when
each milestone was reached, `pauses` when the request waited for the resident.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import IO, Any

from rules.backtest.files import replaced
from rules.backtest.history_lines import LineReader, Past, UnusableLine
from rules.errors import HistoryMissing
from rules.loading import default_rulebook
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a history that could not be used; `line` is 1-based."""

    line: int
    problem: str
    remedy: str

    @property
    def text(self) -> str:
        """One clear line."""
        return f"第 {self.line} 行：{self.problem}；{self.remedy}"


def read_history(path: Path, *books: Rulebook) -> tuple[list[Past], list[Problem]]:
    """All usable requests of a `.jsonl` or `.jsonl.gz` file, and the lines that are not usable.

    A code counts as known when the vocabulary of any of `books` (default: the shipped one) has it.
    Raises `HistoryMissing` when the file cannot be read.
    """
    problems: list[Problem] = []
    return list(stream_history(path, problems, *books)), problems


def stream_history(path: Path, problems: list[Problem], *books: Rulebook) -> Iterator[Past]:
    """The requests of a file one by one; lines that cannot be used are added to `problems`."""
    reader = LineReader(books or (default_rulebook(),))
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    past = reader.past(line)
                except UnusableLine as error:
                    problems.append(Problem(number, error.problem, error.remedy))
                else:
                    if past is not None:
                        yield past
    except (EOFError, gzip.BadGzipFile, zlib.error):
        problems.append(Problem(number + 1, "压缩文件从这里起不完整", "请重新导出这份历史"))
    except OSError as error:
        reason = f"读不了历史文件 {path}（{error.strerror or error}）"
        raise HistoryMissing(f"{reason}；请检查文件名和权限") from None


def past_json(past: Past) -> dict[str, Any]:
    """The line of one request as plain values; what is empty is left out."""
    facts = past.facts
    values = {
        "id": past.id,
        "received_at": facts.received_at.isoformat(),
        "kind": facts.kind.value,
        "category": facts.category,
        "department": facts.department,
        "channel": facts.channel,
        "signals": sorted(facts.signals),
        "repeat_count": facts.repeat_count,
        "unattended_days": facts.unattended_days,
        "incident_reports": facts.incident_reports,
        "suspected_danger": facts.suspected_danger,
        "wished_at": facts.wished_at and facts.wished_at.isoformat(),
        "raised_tier": facts.raised_tier and facts.raised_tier.value,
        "estate": facts.estate,
        "met": {one.value: at.isoformat() for one, at in past.met.items()},
        "pauses": [
            {"since": since.isoformat(), "until": until.isoformat()} for since, until in past.pauses
        ],
    }
    return {name: value for name, value in values.items() if value}


def write_history(history: Iterable[Past], path: Path) -> int:
    """Write requests as lines, compressed where the name ends in `.gz`; returns how many.

    Nothing half-written is left under `path`.
    """
    count = 0
    with replaced(path) as part, _written(part, path.suffix == ".gz") as file:
        for past in history:
            file.write(json.dumps(past_json(past), ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


@contextmanager
def _written(path: Path, compressed: bool) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        if not compressed:
            yield file
            return
        # no time and no name in the header, so that the same requests make the same bytes
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed, BufferedWriter(packed) as buffer:
            yield buffer

"""The hand-written drafts for the guard: cases, clean drafts, and drafts with one fault each.

`guard_cases.jsonl`: `{id, message, received_at, sources}`; a source is `pol-x 第N条` or
`faq-x: question`. `guard_clean.jsonl` and `guard_faults.jsonl`: `{case, segments, …}` with
`segments: [{role, text, cites?}]`, and of a fault `fault`, `where` (a segment or null), `span`.
`…_fresh.jsonl`, `…_third.jsonl` and `…_fourth.jsonl` hold drafts for the same cases by other hands;
what the guard misjudges of the fourth has never been read.
Placeholders in texts ({resolve}, {acknowledge_limit}) are filled from the real decision.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.rendering import say_moment
from assistant.script import in_script
from assistant.types import Citation, Message, Segment, Triage
from eval.guard_faults import CLEAN, Trial
from eval.readers import EvalInputError

_START = datetime.fromisoformat("2026-11-23T00:20:00+08:00")  # a Monday
HANDWRITTEN = {
    "手写的草稿": ("guard_clean", "guard_faults"),
    "手写的草稿，另一人": ("guard_clean_fresh", "guard_faults_fresh"),
    "手写的草稿，第三组": ("guard_clean_third", "guard_faults_third"),
    "手写的草稿，第四组（未看过）": ("guard_clean_fourth", "guard_faults_fourth"),
}  # the sets that ship, by the name they are reported under
_PLACEHOLDER = re.compile(r"\{([a-z_]+?)(_limit)?\}")


@dataclass(frozen=True, slots=True)
class Case:
    """A message and the passages that a reply to it may cite."""

    id: str
    message: Message
    sources: tuple[str, ...]


def read_cases(path: Path) -> dict[str, Case]:
    """The cases by id. Raises EvalInputError with file and line."""
    found = {}
    for number, row in _rows(path):
        try:
            at = datetime.fromisoformat(row["received_at"])
            case = Case(row["id"], Message(row["message"], at, id=row["id"]), tuple(row["sources"]))
        except (KeyError, TypeError, ValueError) as error:
            raise EvalInputError(f"{path} 第 {number} 行缺字段或写错：{error}；请改正") from error
        found[case.id] = case
    return found


def shipped(name: str) -> Path:
    """One of the files that ship: `guard_cases`, or one of those of `HANDWRITTEN`."""
    return Path(__file__).parent / "sets" / f"{name}.jsonl"


def messages() -> list[Message]:
    """What drafts are composed for: the held-out messages and questions, at all hours of a week."""
    examples = Path(str(files("assistant").joinpath("examples")))
    texts = [
        row["text"] for path in sorted(examples.glob("heldout*.jsonl")) for _, row in _rows(path)
    ]
    texts += [row["question"] for _, row in _rows(shipped("wordings"))]
    return [
        Message(text, _START + timedelta(hours=5 * i % 168, minutes=7 * i % 60), id=f"m{i:04}")
        for i, text in enumerate(texts)
    ]


def read_trials(
    path: Path,
    cases: Mapping[str, Case],
    triages: Mapping[str, Triage],
    passage: Callable[[str], Citation | None],
) -> tuple[list[Trial], int]:
    """The drafts of a file, and how many segments could not be filled and were left out.

    A draft whose faulty segment cannot be filled is left out whole. Raises EvalInputError for a
    case or source that does not exist.
    """
    trials, unfilled = [], 0
    for number, row in _rows(path):
        case = cases.get(row.get("case", ""))
        if case is None:
            raise EvalInputError(f"{path} 第 {number} 行的 case 不在案例里；请改正")
        found = [passage(source) for source in case.sources]
        if None in found:
            missing = case.sources[found.index(None)]
            raise EvalInputError(f"案例 {case.id} 的出处“{missing}”在知识库里找不到；请改正")
        citations = tuple(one for one in found if one is not None)
        triage = triages[case.id]
        segments, places = _segments(row["segments"], triage)
        unfilled += len(row["segments"]) - len(segments)
        where = row.get("where")
        if where is not None and where not in places:
            continue
        trials.append(
            Trial(
                f"{path.stem}-{number}",
                row.get("fault", CLEAN),
                triage,
                segments,
                citations,
                None if where is None else places[where],
                row.get("span") or "",
            )
        )
    return trials, unfilled


def _segments(
    rows: Sequence[Mapping[str, Any]], triage: Triage
) -> tuple[tuple[Segment, ...], dict[int, int]]:
    """The segments that can be filled, and where each written one went."""
    segments: list[Segment] = []
    places: dict[int, int] = {}
    for i, row in enumerate(rows):
        text = _filled(row["text"], triage)
        if text is not None:
            places[i] = len(segments)
            segments.append(Segment(text, tuple(row.get("cites", ())), row["role"]))
    return tuple(segments), places


def _filled(text: str, triage: Triage) -> str | None:
    """The text with moments and limits of the decision; None where it has no such milestone."""
    limits = {str(limit.milestone): limit for limit in triage.decision.deadlines}
    now = triage.message.received_at
    if any(match[1] not in limits for match in _PLACEHOLDER.finditer(text)):
        return None

    def fill(match: re.Match[str]) -> str:
        limit = limits[match[1]]
        if match[2] or limit.due_at is None:
            return limit.limit
        return in_script(say_moment(limit.due_at, now), triage.script)

    return _PLACEHOLDER.sub(fill, text)


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [(i, json.loads(line)) for i, line in enumerate(lines, 1) if line.strip()]
    except OSError as error:
        raise EvalInputError(f"读不到 {path}（{error.strerror}）；请检查路径") from error
    except json.JSONDecodeError as error:
        raise EvalInputError(f"{path} 不是一行一个 JSON（{error}）；请改正") from error

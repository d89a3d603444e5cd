"""A blind comparison of the composed drafts and a model's: who reads does not know which is which.

Readers get a sheet of pairs and score each draft 1 to 5 on four points (facts kept, tone, length,
flow), and say which one they would send. The key stays apart until all is scored. Drafts in which
the model changed nothing are not on the sheet; the tally counts them as equal.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from assistant.types import Draft
from assistant.wording.verdicts import Verdict
from eval.readers import EvalInputError

POINTS = ("facts", "tone", "length", "flow")
CHOICES = ("a", "b", "equal")


@dataclass(frozen=True, slots=True)
class Pair:
    """One message with both drafts of it."""

    id: str
    message: str
    composed: str
    reworded: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What readers said: the verdict, and the mean score of each point for both."""

    verdict: Verdict
    composed: dict[str, float]
    reworded: dict[str, float]


def pairs_of(drafts: Iterable[tuple[Draft, Draft]]) -> list[Pair]:
    """Pairs of the composed and the reworded draft, where they differ."""
    return [
        Pair(before.triage.message.id, before.triage.message.text, before.text, after.text)
        for before, after in drafts
        if before.text != after.text
    ]


def write_sheet(
    folder: Path, model: str, pairs: Sequence[Pair], drafts: int, seed: int = 0
) -> None:
    """`sheet.jsonl` for the readers and `key.json` for the tally, in a new folder.

    `drafts` is how many were compared, those that are the same included.
    """
    random, key, lines = Random(seed), {}, []
    for pair in pairs:
        by_model = random.choice("ab")
        texts = {by_model: pair.reworded, "ba"[by_model == "b"]: pair.composed}
        key[pair.id] = by_model
        lines.append({"id": pair.id, "message": pair.message, "a": texts["a"], "b": texts["b"]})
    folder.mkdir(parents=True, exist_ok=True)
    sheet = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "sheet.jsonl").write_text(sheet, encoding="utf-8")
    same = drafts - len(pairs)
    told = json.dumps({"model": model, "same": same, "by_model": key}, ensure_ascii=False, indent=1)
    (folder / "key.json").write_text(told, encoding="utf-8")


def tally(folder: Path, sheets: Sequence[Path], judged: date) -> Tally:
    """The outcome of filled-in sheets: lines `{id, prefer, a: {facts…}, b: {facts…}}`.

    With several readers a draft wins where more of them prefer it. Raises EvalInputError for a line
    that lacks a score, names no pair of the key, or stands twice in one sheet.
    """
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    votes: dict[str, int] = dict.fromkeys(key["by_model"], 0)
    scores: dict[str, list[dict[str, Any]]] = {"model": [], "composed": []}
    for sheet in sheets:
        for row in _rows(sheet, key["by_model"]):
            model = key["by_model"][row["id"]]
            other = "ba"[model == "b"]
            votes[row["id"]] += (row["prefer"] == model) - (row["prefer"] == other)
            scores["model"].append(row[model])
            scores["composed"].append(row[other])
    counts = [(vote > 0) - (vote < 0) for vote in votes.values()]
    verdict = Verdict(
        model=key["model"],
        preferred=counts.count(1),
        composed=counts.count(-1),
        equal=counts.count(0) + key["same"],
        judged=judged.isoformat(),
    )
    return Tally(verdict, _means(scores["composed"]), _means(scores["model"]))


def _means(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {point: round(sum(row[point] for row in rows) / len(rows), 2) for point in POINTS}


def _rows(sheet: Path, known: dict[str, str]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise EvalInputError(f"{sheet} 第{number}行不是合法的 JSON。") from error
        fault = _fault(row, known, rows)
        if fault:
            raise EvalInputError(f"{sheet} 第{number}行：{fault}")
        rows[row["id"]] = row
    if missing := [name for name in known if name not in rows]:
        raise EvalInputError(f"{sheet} 缺 {len(missing)} 条评分，例如 {missing[0]}；请补齐。")
    return list(rows.values())


def _fault(row: Any, known: dict[str, str], rows: dict[str, Any]) -> str:
    if not isinstance(row, dict) or row.get("id") not in known:
        return "id 不在评分表里"
    if row["id"] in rows:
        return f"{row['id']} 评了两次；请只留一次"
    if row.get("prefer") not in CHOICES:
        return "prefer 要写 a、b 或 equal"
    for side in ("a", "b"):
        given = row.get(side)
        if not isinstance(given, dict) or any(given.get(p) not in range(1, 6) for p in POINTS):
            return f"{side} 要有 {'、'.join(POINTS)} 四项，各 1 到 5 分"
    return ""

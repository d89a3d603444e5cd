"""Duplicates and incidents measured on little timelines, through the desk's real intake.

A timeline is a few messages of several residents, some of which report the same matter; `closed`
says when a matter was resolved. Every timeline runs on a desk of its own: a message is triaged and
kept, and what it is offered as related makes the predicted pairs.
"""

import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.types import Message, Triage
from desk.intake import Intake, Kept
from desk.store import Desk
from eval.metrics import Interval
from eval.readers import EvalInputError, json_lines

_RESAMPLES = 1000

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Messages in the order of time, the matter of each, and when matters were resolved."""

    id: str
    about: str
    messages: tuple[Message, ...]
    matters: Mapping[str, str]
    closed: tuple[tuple[datetime, str], ...] = ()

    def same(self) -> set[Pair]:
        """The pairs of messages that report one matter, the earlier first."""
        ids = [message.id for message in self.messages]
        return {
            (a, b)
            for place, a in enumerate(ids)
            for b in ids[place + 1 :]
            if self.matters[a] == self.matters[b]
        }


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one timeline: its pairs, and its incidents as (expected, found, false)."""

    timeline: Timeline
    predicted: frozenset[Pair]
    expected_incidents: int
    found_incidents: int
    mixed_incidents: int


@dataclass(frozen=True, slots=True)
class DuplicateScores:
    """Pairwise precision, recall and F1; incidents found by the third person's report.

    `mixed_incidents` joined reports of different matters. `by_kind` is (right, wrong, missed) pairs
    by what a timeline is about; `errors` are the wrong and missed pairs as (timeline, what, texts).
    """

    timelines: int
    messages: int
    precision: Interval
    recall: Interval
    f1: Interval
    incidents: int
    incidents_found: int
    mixed_incidents: int
    by_kind: Mapping[str, tuple[int, int, int]]
    errors: tuple[tuple[str, str, str, str], ...] = field(default=())


def read_timelines(path: Path) -> list[Timeline]:
    """Timelines of lines `{id, about, messages, closed?}`.

    A message is `{text, received_at, sender, channel, matter}`, a closing `{matter, at}`.

    Raises EvalInputError.
    """
    return [_timeline(value, path) for value in json_lines(path, ("id", "messages"))]


def _timeline(value: Mapping[str, Any], path: Path) -> Timeline:
    where = f"{path} 的时间线 {value['id']}"
    messages, matters = [], {}
    for number, line in enumerate(value["messages"]):
        try:
            identity = f"{value['id']}-{number + 1}"
            at = datetime.fromisoformat(line["received_at"])
            sender, channel = str(line.get("sender") or ""), line.get("channel") or "other"
            messages.append(Message(line["text"], at, identity, channel, sender))
            matters[identity] = str(line["matter"])
        except (KeyError, TypeError, ValueError) as error:
            raise EvalInputError(
                f"{where} 第{number + 1}条缺少 text、received_at 或 matter，"
                "或时间写法不对；请改正。"
            ) from error
    closed = tuple(
        (datetime.fromisoformat(one["at"]), str(one["matter"])) for one in value.get("closed", ())
    )
    ordered = sorted(messages, key=lambda message: message.received_at)
    about = str(value.get("about", ""))
    return Timeline(str(value["id"]), about, tuple(ordered), matters, closed)


def run_all(
    timelines: Sequence[Timeline],
    triages: Mapping[str, Triage],
    folder: Path,
    open_intake: Callable[[Desk], Intake],
) -> list[Run]:
    """Every timeline on a fresh desk in `folder`."""
    template = folder / "empty.db"
    Desk(f"sqlite:///{template}").close()
    return [_run(timeline, triages, template, open_intake) for timeline in timelines]


def _run(
    timeline: Timeline,
    triages: Mapping[str, Triage],
    template: Path,
    open_intake: Callable[[Desk], Intake],
) -> Run:
    with _fresh_desk(template) as desk:
        intake = open_intake(desk)
        members: dict[str, list[str]] = defaultdict(list)
        kept: dict[str, Kept] = {}
        predicted: set[Pair] = set()
        closings = sorted(timeline.closed)
        for message in timeline.messages:
            while closings and closings[0][0] <= message.received_at:
                at, matter = closings.pop(0)
                _close(desk, timeline, kept, matter, at)
            now = intake.keep(triages[message.id], actor="评测")
            kept[message.id] = now
            related = [now.request.id, *(one.request_id for one in now.related)]
            predicted |= {(earlier, message.id) for one in related for earlier in members[one]}
            members[now.request.id].append(message.id)
        expected, found = _incidents(timeline, kept)
        mixed = _mixed(timeline, members, {k.incident.id: k.incident.requests
                                           for k in kept.values() if k.incident})  # fmt: skip
    return Run(timeline, frozenset(predicted), expected, found, mixed)


@contextmanager
def _fresh_desk(template: Path) -> Iterator[Desk]:
    path = template.with_name("timeline.db")
    shutil.copyfile(template, path)
    desk = Desk(f"sqlite:///{path}")
    try:
        yield desk
    finally:
        desk.close()
        path.unlink()


def _close(
    desk: Desk, timeline: Timeline, kept: Mapping[str, Kept], matter: str, at: datetime
) -> None:
    requests = {k.request.id for m, k in kept.items() if timeline.matters[m] == matter}
    for request_id in sorted(requests):
        desk.reach(request_id, "resolve", at=at, actor="评测")


def _incidents(timeline: Timeline, kept: Mapping[str, Kept]) -> tuple[int, int]:
    """How many incidents there are, and how many count three people at the third's report.

    An incident is a matter that three people report within a day as something to act on.
    """
    reports: dict[str, list[Message]] = defaultdict(list)
    for message in timeline.messages:
        reports[timeline.matters[message.id]].append(message)
    expected = found = 0
    for messages in reports.values():
        people: dict[str, Message] = {}
        for message in messages:
            people.setdefault(message.sender or message.id, message)
        third = list(people.values())[2:3]
        if not third or third[0].received_at - messages[0].received_at > timedelta(hours=24):
            continue
        expected += 1
        incident = kept[third[0].id].incident
        found += incident is not None and incident.people >= 3
    return expected, found


def _mixed(
    timeline: Timeline,
    members: Mapping[str, Sequence[str]],
    incidents: Mapping[int, Sequence[str]],
) -> int:
    matters = [
        {timeline.matters[m] for request in requests for m in members[request]}
        for requests in incidents.values()
    ]
    return sum(len(found) > 1 for found in matters)


def score(runs: Sequence[Run]) -> DuplicateScores:
    """Pairwise scores over all timelines; intervals by resampling timelines."""
    counts = [_counts(run) for run in runs]
    by_kind: dict[str, tuple[int, int, int]] = {}
    for run, (right, wrong, missed) in zip(runs, counts, strict=True):
        a, b, c = by_kind.get(run.timeline.about, (0, 0, 0))
        by_kind[run.timeline.about] = (a + right, b + wrong, c + missed)
    values = _interval(counts)
    return DuplicateScores(
        timelines=len(runs),
        messages=sum(len(run.timeline.messages) for run in runs),
        precision=values[0],
        recall=values[1],
        f1=values[2],
        incidents=sum(run.expected_incidents for run in runs),
        incidents_found=sum(run.found_incidents for run in runs),
        mixed_incidents=sum(run.mixed_incidents for run in runs),
        by_kind=by_kind,
        errors=tuple(error for run in runs for error in _errors(run)),
    )


def _counts(run: Run) -> tuple[int, int, int]:
    truth = run.timeline.same()
    return (
        len(truth & run.predicted),
        len(run.predicted - truth),
        len(truth - run.predicted),
    )


def _errors(run: Run) -> Iterator[tuple[str, str, str, str]]:
    truth = run.timeline.same()
    texts = {message.id: message.text for message in run.timeline.messages}
    for what, pairs in (("误并", run.predicted - truth), ("漏并", truth - run.predicted)):
        for a, b in sorted(pairs):
            yield run.timeline.id, what, texts[a], texts[b]


def _interval(counts: Sequence[tuple[int, int, int]]) -> tuple[Interval, Interval, Interval]:
    chance = random.Random(0)
    drawn = [
        _ratios(chance.choices(counts, k=len(counts))) for _ in range(_RESAMPLES if counts else 0)
    ]
    middle = _ratios(counts)
    bounds = [sorted(column) for column in zip(*drawn, strict=True)] or [[0.0]] * 3
    low, high = int(0.025 * len(bounds[0])), min(len(bounds[0]) - 1, int(0.975 * len(bounds[0])))
    made = [
        Interval(value, column[low], column[high])
        for value, column in zip(middle, bounds, strict=True)
    ]
    return made[0], made[1], made[2]


def _ratios(counts: Sequence[tuple[int, int, int]]) -> tuple[float, float, float]:
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True))
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0

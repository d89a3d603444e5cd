"""What the command line and HTTP both do with versions of the rulebook."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.errors import BookMissing, RulesError

if TYPE_CHECKING:
    from api.wiring import House
    from rules.archive import InForce, Version
    from rules.backtest import Past
    from rules.difference import Change
    from rules.records import Record
    from rules.replay import Replay
    from rules.rulebook import Rulebook
    from rules.version_store import Activation

CURRENT, SHIPPED = "current", "shipped"


def named_book(house: "House", name: str) -> "Rulebook":
    """The rulebook in force (`current`), the one that ships (`shipped`), or a version.

    Raises VersionMissing, VersionDamaged.
    """
    from rules.loading import default_rulebook

    if name == CURRENT:
        return house.rulebook
    if name == SHIPPED:
        return default_rulebook()
    return house.archive.book_of(house.archive.version(name))


def book_at(house: "House", version: str | None, as_of: datetime | None) -> "Rulebook":
    """The named version, else the one in force at a moment, else the one in force."""
    if version is not None:
        return named_book(house, version)
    return house.rulebook if as_of is None else house.book_as_of(as_of)


def book_at_path(house: "House", path: Path) -> "Rulebook":
    """A folder's files over those that ship, or one file over those in force."""
    from rules.loading import load_rulebook, rulebook_of

    if path.is_dir():
        return load_rulebook(path)
    return rulebook_of(house.archive.over_current(read_files([path])))


def read_files(paths: list[Path]) -> dict[str, str]:
    """Files of a rulebook, name to text. Raises BookMissing, MalformedBook."""
    from rules.reading import read_book_file

    for path in paths:
        if not path.is_file():
            raise BookMissing(f"没有文件 {path}；请核对文件名")
    return {path.name: read_book_file(path).text for path in paths}


def replay_each(house: "House", records: Iterator["Record"]) -> Iterator["Replay | str"]:
    """Each request decided again, or in one line why it could not be."""
    from rules.replay import replay

    for record in records:
        try:
            yield replay(record, house.archive)
        except RulesError as error:
            yield f"来件 {record.id} 不能重判：{error}"


def backtest(house: "House", texts: Mapping[str, str], limit: int) -> dict[str, Any]:
    """What these files would have done with the newest `limit` requests of the desk.

    Raises MalformedBook, BookMissing.
    """
    from rules.backtest import outcome_json, run, summary
    from rules.difference import difference
    from rules.loading import rulebook_of

    before, after = house.rulebook, rulebook_of(texts)
    outcome = run(before, after, desk_history(house, limit), house.now())
    return {
        **outcome_json(outcome),
        "summary": list(summary(outcome)),
        "changes": [change_json(change) for change in difference(before, after)],
    }


def desk_history(house: "House", limit: int) -> Iterator["Past"]:
    """The newest requests of the desk as a history, so far as their facts were recorded."""
    from rules.backtest import Past
    from rules.records import facts_from_json
    from rules.types import Milestone

    met = house.desk.milestones_met()
    for record in house.desk.records(limit):
        reached = {Milestone(name): at for name, at in met.get(record.id, {}).items()}
        yield Past(record.id, facts_from_json(record.facts), reached)


# -- as JSON


def in_force_json(found: "InForce") -> dict[str, Any]:
    """The rulebook in force, when and by whom it was activated, and what is to be known of it."""
    last = found.version.activations[-1] if found.version else None
    return {
        "rulebook": found.book.identity,
        "digest": found.book.digest,
        "activation": activation_json(last) if last else None,
        "notice": found.notice,
    }


def version_json(version: "Version", current: str) -> dict[str, Any]:
    """A version with its activations; `current` is the digest in force."""
    return {
        "version": version.digest[:12],
        "rulebook": version.identity,
        "digest": version.digest,
        "in_force": version.digest == current,
        "activations": [activation_json(one) for one in version.activations],
    }


def activation_json(activation: "Activation") -> dict[str, Any]:
    return {
        "at": activation.at.isoformat(),
        "by": activation.by,
        "why": activation.why,
        "previous": activation.previous and activation.previous[:12],
    }


def change_json(change: "Change") -> dict[str, Any]:
    return {
        "file": change.file,
        "row": change.row,
        "kind": change.kind,
        "words": change.words,
    }


def replay_json(replay: "Replay") -> dict[str, Any]:
    """Both decisions as their bytes read, and how they differ in words."""
    return {
        "id": replay.id,
        "rulebook": replay.rulebook,
        "same": replay.same,
        "stored": replay.stored.decode(),
        "computed": replay.computed.decode(),
        "differences": list(replay.differences),
    }

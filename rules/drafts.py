"""Drafts: copies of a rulebook that people change, kept until they are activated or discarded.

    <folder>/<name>/*.yaml       all files of the draft; together they always load
    <folder>/<name>/draft.json   who began it, when, on which version, and what is unfinished

What does not load yet is kept as it was typed, beside the files, and tried again with every
change: nothing that was typed is lost, and no mistake gets in the way of the rest.
"""

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.cells import Cells
from rules.editing import apply_cells
from rules.errors import DraftMissing, DraftRefused, MalformedGrid, RulesError
from rules.grids import Grid, GridProblem, columns_of, table_cells
from rules.loading import rulebook_of
from rules.rulebook import Rulebook

_NAME = re.compile(r"\w[\w .-]{0,39}")
_HEAD = "draft.json"

Typed = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""A table as it was typed: the keys of its columns, and its lines."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. `base` is the identity of the version it began from, `book` what it says so far.

    `tables` are those whose cells as typed do not make a table yet, `files` texts that do not
    load. `problems` says by table which cells, `complaints` by table or file what else stands
    against them. The texts of `book` hold everything else.
    """

    name: str
    by: str
    since: datetime
    base: str
    book: Rulebook
    tables: Mapping[str, Typed] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, tuple[GridProblem, ...]] = field(default_factory=dict)
    complaints: Mapping[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether everything that was typed is part of the book."""
        return not self.tables and not self.files

    def grid(self, table_id: str) -> Grid:
        """A table as it was typed. KeyError for an unknown table."""
        typed = self.tables.get(table_id)
        return table_cells(self.book, table_id) if typed is None else _grid(self, table_id, typed)

    def text(self, file: str) -> str:
        """A file as it was typed. KeyError for an unknown file."""
        return self.files.get(file, self.book.texts[file])

    def unfinished(self) -> Iterator[str]:
        """What stands in the way, each in one line in Chinese."""
        for table_id, problems in self.problems.items():
            for problem in problems:
                yield f"「{self.book.tables[table_id].title}」{problem}"
        yield from self.complaints.values()


class Drafts:
    """The drafts of one folder; safe to share between threads. `clock` gives the present moment."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.RLock()

    def names(self) -> tuple[str, ...]:
        """The names of all drafts, sorted."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.parent.name for path in self._folder.glob(f"*/{_HEAD}")))

    def begin(self, name: str, book: Rulebook, by: str) -> Draft:
        """A new draft that says what `book` says. Raises `DraftRefused`."""
        name, by = name.strip(), by.strip()
        if not _NAME.fullmatch(name) or name.endswith("."):
            raise DraftRefused(f"副本名「{name}」不能用；请用 40 字以内的文字、数字、- 和空格")
        if not by:
            raise DraftRefused("没有建立副本：要写明谁在改；请填写姓名")
        with self._lock:
            if (self._folder / name).exists():
                raise DraftRefused(f"已有名为「{name}」的副本；请换一个名字，或打开那一份")
            (self._folder / name).mkdir(parents=True)
            return self._keep(Draft(name, by, self._clock(), book.identity, book), {})

    def open(self, name: str) -> Draft:
        """A draft with everything typed so far. Raises `DraftMissing`."""
        if name not in self.names():
            raise DraftMissing(f"没有名为「{name}」的副本；它可能已经启用或放弃")
        with self._lock:
            try:
                return _settled(_read(self._folder / name))
            except (OSError, ValueError, KeyError, TypeError, RulesError) as error:
                problem = f"副本「{name}」的文件已损坏（{type(error).__name__}）"
                raise DraftMissing(f"{problem}；请从备份恢复，或放弃它") from error

    def keep_grid(self, name: str, grid: Grid) -> Draft:
        """Keep a table as it was typed; it is part of the book as soon as it makes a table."""
        typed = (tuple(column.key for column in grid.columns), grid.lines)
        with self._lock:
            draft = self.open(name)
            changed = replace(draft, tables={**draft.tables, grid.table_id: typed})
            return self._keep(_settled(changed), draft.book.texts)

    def keep_text(self, name: str, file: str, text: str) -> Draft:
        """Keep a file as it was typed; it is part of the book as soon as the book loads."""
        with self._lock:
            draft = self.open(name)
            draft.text(file)  # a file that the book does not have is a mistake of the caller
            changed = replace(draft, files={**draft.files, file: text})
            return self._keep(_settled(changed), draft.book.texts)

    def keep_texts(self, name: str, texts: Mapping[str, str]) -> Draft:
        """Replace the files (all of them). Raises `MalformedBook`.

        What was typed and is unfinished stays where its file stays the same.
        """
        with self._lock:
            draft = self.open(name)
            before, book = draft.book.texts, rulebook_of(texts)
            same = {file for file in before if before[file] == book.texts.get(file)}
            files = {file: text for file, text in draft.files.items() if file in same}
            tables = {
                table_id: typed
                for table_id, typed in draft.tables.items()
                if draft.book.tables[table_id].file in same
            }
            changed = replace(draft, book=book, tables=tables, files=files)
            return self._keep(_settled(changed), before)

    def discard(self, name: str) -> None:
        """Delete a draft. Raises `DraftMissing`."""
        with self._lock:
            if name not in self.names():
                raise DraftMissing(f"没有名为「{name}」的副本；它可能已经启用或放弃")
            shutil.rmtree(self._folder / name)

    def _keep(self, draft: Draft, before: Mapping[str, str]) -> Draft:
        """Write what changed; files first, so that a crash only leaves something to try again."""
        place = self._folder / draft.name
        for file, text in draft.book.texts.items():
            if before.get(file) != text:
                _write(place / file, text)
        for file in before.keys() - draft.book.texts.keys():
            (place / file).unlink()
        _write(place / _HEAD, json.dumps(_head(draft), ensure_ascii=False, indent=1))
        return draft


def _read(place: Path) -> Draft:
    """A draft's files as they are."""
    head = json.loads((place / _HEAD).read_text(encoding="utf-8"))
    texts = {path.name: path.read_bytes().decode() for path in sorted(place.glob("*.yaml"))}
    since = datetime.fromisoformat(head["since"])
    tables = {
        table_id: (tuple(typed["columns"]), tuple(map(tuple, typed["lines"])))
        for table_id, typed in head["tables"].items()
    }
    book = rulebook_of(texts)
    return Draft(place.name, head["by"], since, head["base"], book, tables, head["files"])


def _settled(draft: Draft) -> Draft:
    """The draft with everything typed that loads taken into its book, the rest told."""
    draft = replace(draft, problems={}, complaints={})
    for file, text in draft.files.items():
        try:
            book = rulebook_of({**draft.book.texts, file: text})
        except RulesError as error:
            draft = replace(draft, complaints={**draft.complaints, file: str(error)})
        else:
            left = {name: typed for name, typed in draft.files.items() if name != file}
            draft = replace(draft, book=book, files=left)
    for table_id in tuple(draft.tables):
        draft = _with_table(draft, table_id)
    return draft


def _with_table(draft: Draft, table_id: str) -> Draft:
    """The draft with a typed table taken in, or with what stands against it."""
    left = {name: typed for name, typed in draft.tables.items() if name != table_id}
    if table_id not in draft.book.tables:
        return replace(draft, tables=left)
    grid, book = draft.grid(table_id), draft.book
    file = book.tables[table_id].file
    try:
        text = apply_cells(book.texts[file], book, table_id, grid)
        return replace(draft, tables=left, book=rulebook_of({**book.texts, file: text}))
    except MalformedGrid as error:
        return replace(draft, problems={**draft.problems, table_id: error.problems})
    except RulesError as error:
        return replace(draft, complaints={**draft.complaints, table_id: str(error)})


def _grid(draft: Draft, table_id: str, typed: Typed) -> Grid:
    """The typed lines under the table's columns as they are now."""
    keys, lines = typed
    table = draft.book.tables[table_id]
    columns = columns_of(table, Cells(table.inputs, draft.book.vocabulary))
    places = [keys.index(one.key) if one.key in keys else -1 for one in columns]
    arranged = (tuple(cells[at] if at >= 0 else "" for at in places) for cells in lines)
    return Grid(table_id, columns, tuple(arranged))


def _head(draft: Draft) -> dict[str, Any]:
    return {
        "by": draft.by,
        "since": draft.since.isoformat(),
        "base": draft.base,
        "tables": {
            table_id: {"columns": keys, "lines": lines}
            for table_id, (keys, lines) in draft.tables.items()
        },
        "files": dict(draft.files),
    }


def _write(path: Path, text: str) -> None:
    """Replace a file; it holds the old content or all of the new."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text.encode())
    os.replace(part, path)

"""The rows of a book's YAML text as slices: what is before them, each row, what is after."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from rules.reading import nodes_of
from rules.yaml_writing import key_lines, row_text


@dataclass(frozen=True)
class RowText:
    """The text of one row.

    `above` is what stands above its comment and is not its own (blank lines, comments set off by
    one), `comment` the lines directly above it. `body` is the rest, each `keys` at its first line
    (0-based within it); none where the row is not written in lines of its own.
    """

    above: str
    comment: str
    body: str
    keys: tuple[tuple[str, int], ...]
    indent: int

    def changed(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> "RowText":
        """The row with the values of `new`; keys that stay the same keep their text."""
        names = [name for name, _ in self.keys]
        if not names or len(set(names) & set(old)) != len(old) or names[0] not in new:
            return RowText(self.above, self.comment, row_text(new, self.indent), (), self.indent)
        lines = self.body.splitlines(keepends=True)
        ends = [begin for _, begin in self.keys[1:]] + [len(lines)]
        kept = {
            name: "".join(lines[begin:end])
            for (name, begin), end in zip(self.keys, ends, strict=True)
        }
        parts = []
        for name, value in new.items():
            # 1 and 1.0 are equal, but not written alike
            if name in old and repr(old[name]) == repr(value):
                parts.append(kept[name])
            else:
                parts.append("\n".join(key_lines(name, value, self.indent + 2)) + "\n")
        body = "".join(part if part.endswith("\n") else part + "\n" for part in parts)
        dash = " " * self.indent + "- "
        if not body.startswith(dash):
            body = dash + body[len(dash) :]
        return RowText(self.above, self.comment, body, (), self.indent)


@dataclass(frozen=True)
class BookText:
    """A book's text: `head` up to the rows, the `rows`, and the `tail` after them."""

    head: str
    rows: tuple[RowText, ...]
    tail: str
    indent: int

    def with_rows(self, rows: Sequence[tuple[RowText | None, RowText]]) -> str:
        """The text with these rows: each as it stood in it before (None: new) and as it is now."""
        above, rest = self._handed_on({id(before) for before, _ in rows if before})
        written = []
        for before, row in rows:
            body = row.body if row.body.endswith("\n") else row.body + "\n"
            written.append(above.get(id(before), row.above) + row.comment + body)
        return self.head + "".join(written) + rest + self.tail

    def new_row(self, row: Mapping[str, Any]) -> RowText:
        """A row that was not there before, set off from the others as they are."""
        airy = len(self.rows) > 1 and all(one.above.startswith("\n") for one in self.rows[1:])
        return RowText("\n" if airy else "", "", row_text(row, self.indent), (), self.indent)

    def _handed_on(self, staying: Collection[int]) -> tuple[dict[int, str], str]:
        """What stood above a deleted row goes to the next one that stays, or to the end."""
        result: dict[int, str] = {}
        waiting = ""
        for row in self.rows:
            if id(row) not in staying:
                if row.above.strip() or not waiting:
                    waiting += row.above
                continue
            if waiting.strip() or not row.above.startswith("\n"):
                result[id(row)] = waiting + row.above
            waiting = ""
        return result, waiting if waiting.strip() else ""


def book_text(text: str) -> BookText:
    """Cut a readable book with rows into slices."""
    lines = text.splitlines(keepends=True)
    root = nodes_of(text)
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("no rows")
    place = next(index for index, (key, _) in enumerate(root.value) if key.value == "rows")
    key, listed = root.value[place]
    following = root.value[place + 1 :]
    end = following[0][0].start_mark.line if following else len(lines)
    if listed.flow_style or root.flow_style:
        return _flowing(lines, key, end)
    indent = listed.start_mark.column
    begins = [_dash_line(lines, item, indent) for item in listed.value]
    ends = [*begins[1:], end]
    first = key.start_mark.line + 1
    rows = []
    for begin, end_line, item in zip(begins, ends, listed.value, strict=True):
        last = _last_content(lines, begin, end_line)
        above, comment = _lead(lines[first:begin])
        body = "".join(lines[begin:last])
        rows.append(RowText(above, comment, body, _keys(item, begin, indent), indent))
        first = last
    head = "".join(lines[: key.start_mark.line + 1])
    return BookText(head, tuple(rows), "".join(lines[first:]), indent)


def _flowing(lines: list[str], key: yaml.Node, end: int) -> BookText:
    """A book whose rows stand in brackets: none of them has a text of its own."""
    last = _last_content(lines, key.start_mark.line, end)
    head = "".join(lines[: key.start_mark.line]) + "rows:\n"
    return BookText(head, (), "".join(lines[last:]), 2)


def _dash_line(lines: Sequence[str], item: yaml.Node, column: int) -> int:
    line = item.start_mark.line
    while line > 0 and lines[line][column : column + 1] != "-":
        line -= 1
    return line


def _last_content(lines: Sequence[str], begin: int, end: int) -> int:
    """One past the last line before `end` that is neither blank nor a comment."""
    while end > begin + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return end


def _lead(lines: Sequence[str]) -> tuple[str, str]:
    """The lines between two rows: what is free, and the comment right above the second."""
    own = len(lines)
    while own > 0 and lines[own - 1].strip():
        own -= 1
    return "".join(lines[:own]), "".join(lines[own:])


def _keys(item: yaml.Node, begin: int, indent: int) -> tuple[tuple[str, int], ...]:
    if not isinstance(item, yaml.MappingNode) or item.flow_style:
        return ()
    places = [(key.value, key.start_mark.line - begin) for key, _ in item.value]
    usual = places[0][1] == 0 and item.start_mark.column == indent + 2
    return tuple(places) if usual else ()

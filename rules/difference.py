"""What differs between two rulebooks, in words: row by row, condition by condition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.file_difference import file_changes
from rules.reading import parse_book_text
from rules.row_difference import output_words, row_changes
from rules.rulebook import Rulebook
from rules.tables import Field, Hit, Row, Table

_ORDERED = "questions"
"""A table of another policy in which the order of rows counts all the same."""

_POLICIES = {
    Hit.FIRST: "取第一个命中的行（first）",
    Hit.UNIQUE: "只能有一行命中（unique）",
    Hit.PRIORITY: "取最高的一档（priority）",
    Hit.COLLECT: "命中的行都算（collect）",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `file` is the file's name without its ending, `row` the row's id (empty: not of one row),
    `kind` added, removed or changed; `words` is the whole of it in Chinese.
    """

    file: str
    row: str
    kind: str
    words: str


def difference(before: Rulebook, after: Rulebook) -> tuple[Change, ...]:
    """Everything that differs, tables first in the order of the book; empty for equal files.

    A file that differs in comments, layout or an order without effect is said to do just that.
    """
    names = list(dict.fromkeys([*before.tables, *after.tables]))
    changes = [change for name in names for change in _table(name, before, after)]
    files = list(dict.fromkeys([*before.texts, *after.texts]))
    for file in files:
        name, old, new = file.removesuffix(".yaml"), before.texts.get(file), after.texts.get(file)
        if old == new:
            continue
        if name not in names:
            changes += _file(file, old, new)
        if not any(change.file == name for change in changes):
            changes.append(Change(name, "", "changed", f"{name}：只有注释、排版或先后不同"))
    return tuple(changes)


def _file(file: str, before: str | None, after: str | None) -> Iterator[Change]:
    """What differs in a file that holds no table."""
    name = file.removesuffix(".yaml")
    old, new = (
        None if text is None else parse_book_text(file, text).data for text in (before, after)
    )
    for kind, words in file_changes(old, new):
        yield Change(name, "", kind, f"{name}：{words}")


def _table(name: str, before: Rulebook, after: Rulebook) -> Iterator[Change]:
    old, new = before.tables.get(name), after.tables.get(name)
    if old is None and new is not None:
        rows = "、".join(row.id for row in new.rows)
        yield Change(name, "", "added", f"新增表 {name}（{new.title}），有行 {rows}")
    elif new is None:
        yield Change(name, "", "removed", f"删去表 {name}")
    elif old is not None:
        for words in _head(old, new):
            yield Change(name, "", "changed", f"{name}：{words}")
        yield from _rows(old, new, before, after)


def _head(old: Table, new: Table) -> Iterator[str]:
    for title, one, other in (
        ("名称", old.title, new.title),
        ("版本", old.version, new.version),
        ("生效日期", _day(old.effective_from), _day(new.effective_from)),
        ("失效日期", _day(old.effective_to), _day(new.effective_to)),
        ("取舍规则", _POLICIES[old.hit], _POLICIES[new.hit]),
        ("高低次序", _listed(old.priority), _listed(new.priority)),
    ):
        if one != other:
            yield f"{title} 由 {one} 改为 {other}"
    yield from _columns("输入", old.inputs, new.inputs)
    yield from _columns("输出", old.outputs, new.outputs)


def _columns(title: str, old: Mapping[str, Field], new: Mapping[str, Field]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield f"新增{title} {name}"
        elif name not in new:
            yield f"删去{title} {name}"
        elif old[name] != new[name]:
            yield f"{title} {name} 的声明（类型、名称或单位）有改动"


def _rows(old: Table, new: Table, before: Rulebook, after: Rulebook) -> Iterator[Change]:
    name = new.id
    was, now = ({row.id: row for row in table.rows} for table in (old, new))
    for row in old.rows:
        if row.id not in now:
            words = f"{name} 删去行 {row.id}：{_whole(before, old, row)}"
            yield Change(name, row.id, "removed", words)
    for row in new.rows:
        if row.id not in was:
            words = f"{name} 新增行 {row.id}：{_whole(after, new, row)}"
            yield Change(name, row.id, "added", words)
            continue
        said = list(row_changes(before, old, was[row.id], after, new, row))
        if said:
            words = f"{name} 行 {row.id}：{'；'.join(said)}"
            yield Change(name, row.id, "changed", words)
    if new.hit is Hit.FIRST or name == _ORDERED:
        yield from _order(
            name, [one for one in was if one in now], [one for one in now if one in was]
        )


def _order(name: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
    """The rows of both that stand before others than they did; the order decides here."""
    if was == now:
        return
    for row in _moved(was, now):
        place = now.index(row)
        where = f"排到行 {now[place - 1]} 之后" if place else "排到最前"
        yield Change(name, row, "changed", f"{name} 行 {row}：{where}（这张表的先后影响结果）")


def _moved(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """The fewest rows that must move to turn one order into the other."""
    place = {row: index for index, row in enumerate(was)}
    # longest[i]: the longest run of rows in their old order that ends with row i of the new one
    longest: list[tuple[int, tuple[str, ...]]] = []
    for index, row in enumerate(now):
        before = [longest[other] for other in range(index) if place[now[other]] < place[row]]
        length, rows = max(before, default=(0, ()))
        longest.append((length + 1, (*rows, row)))
    staying = max(longest)[1]
    return [row for row in now if row not in staying]


def _whole(book: Rulebook, table: Table, row: Row) -> str:
    results = "，".join(output_words(book, table, name, row) for name in row.then)
    dates = "" if row.effective_from is None else f"，自 {row.effective_from} 起"
    dates += "" if row.effective_to is None else f"，到 {row.effective_to} 止"
    return f"{row.words} → {results}{dates}（依据 {row.source}）"


def _day(day: date | None) -> str:
    return "无" if day is None else day.isoformat()


def _listed(values: Sequence[object]) -> str:
    return "、".join(map(str, values)) or "无"

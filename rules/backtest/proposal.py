"""The rulebook that is to be tried: the one in force with some of its files replaced."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rules.difference import difference
from rules.errors import MalformedBook
from rules.loading import rulebook_of
from rules.reading import read_book_file
from rules.rulebook import Rulebook


def book_of_files(paths: Sequence[Path], before: Rulebook) -> Rulebook:
    """`before` with each of these tables in place of its own of the same `id`.

    A file may have any name. Raises `MalformedBook` and `BookMissing`.
    """
    texts = dict(before.texts)
    given: dict[str, str] = {}
    for path in paths:
        file = read_book_file(path)
        name = f"{file.data.get('id')}.yaml"
        if file.data.get("id") is None:
            # without an id only its name can say what it replaces
            name = path.name
        if name in given:
            raise MalformedBook(
                path.name, f"与 {given[name]} 是同一张表（id: {name[:-5]}）", "请只给一个"
            )
        given[name], texts[name] = path.name, file.text
    try:
        return rulebook_of(texts)
    except MalformedBook as error:
        raise _named_as_given(error, given) from None


def _named_as_given(error: MalformedBook, given: Mapping[str, str]) -> MalformedBook:
    """The same error, naming the file that the person handed in."""
    name = given.get(error.file, error.file)
    error.args = (str(error).replace(error.file, name, 1),)
    error.file = name
    return error


def book_of_sheet(path: Path, before: Rulebook) -> Rulebook:
    """`before` with its tables as edited in a workbook. Raises `MalformedSheet` and others."""
    from rules.sheets import import_xlsx

    return rulebook_of(import_xlsx(path, before.texts))


def changes(before: Rulebook, after: Rulebook) -> list[str]:
    """What differs between two books, in words."""
    return [change.words for change in difference(before, after)]

"""225 real laws as a user ingests them: the folder, clause by clause, version by version."""

import csv
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.structure import clause_number
from kb.types import Chunk, Document, DocumentType
from tests.ingest.conftest import MemoryStore

# The index counts a clause that its text glues to the one before (第四十一条 …。第四十二条…) with
# that one; the text has it, so the count here is right and the index is one short.
GLUED_IN_THE_SOURCE = {"周口市文明行为促进条例": 1}
_DATED = re.compile(r"\((\d{4}-\d\d-\d\d)\)\.md$")


@pytest.fixture(scope="module")
def folder() -> Path:
    data = os.environ.get("GUANJIA_EVAL_DATA")
    place = Path(data, "laws") if data else None
    if place is None or not (place / "txt").is_dir():
        pytest.skip("set GUANJIA_EVAL_DATA to a data folder that has laws/txt")
    return place


@pytest.fixture(scope="module")
def laws(folder: Path) -> list[tuple[Document, list[Chunk]]]:
    store = MemoryStore()
    report = ingest([folder / "txt"], store)
    assert not report.failures
    return list(store.stored.values())


def clauses(chunks: list[Chunk]) -> list[int]:
    """The numbers of a law's clauses in order; the parts of a long one count once."""
    numbers: list[int] = []
    for chunk in chunks:
        number = clause_number(chunk.section[-1]) if chunk.section else None
        if number is not None and number != (numbers[-1] if numbers else None):
            numbers.append(number)
    return numbers


def counted(folder: Path) -> Iterator[tuple[str, str, int]]:
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["title"], row["version"], int(row["articles"])


def name_date(document: Document) -> str:
    match = _DATED.search(document.source)
    return match[1] if match else ""


def test_no_clause_is_lost_or_merged(folder: Path, laws: Any) -> None:
    expected: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for title, version, articles in counted(folder):
        expected[(title, version)][articles + GLUED_IN_THE_SOURCE.get(title, 0)] += 1
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for document, chunks in laws:
        # The volumes of the civil code are files of their own with one title in the index.
        title = document.title.split(" ")[0]
        found[(title, name_date(document))][len(clauses(chunks))] += 1
    assert found == expected


def test_clauses_stand_in_the_order_of_their_numbers_without_a_gap(laws: Any) -> None:
    for document, chunks in laws:
        numbers = clauses(chunks)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), document.title


def test_titles_are_the_names_of_the_laws_and_nothing_is_skipped(folder: Path, laws: Any) -> None:
    assert len(laws) == len(list((folder / "txt").iterdir()))
    titles = {title for title, _, _ in counted(folder)}
    for document, _ in laws:
        assert document.title.split(" ")[0] in titles
        assert document.type is DocumentType.POLICY


def test_every_clause_stands_below_the_part_and_chapter_that_the_text_puts_it_in(
    folder: Path, laws: Any
) -> None:
    for document, chunks in laws:
        text = (folder / "txt" / Path(document.source).name).read_text(encoding="utf-8")
        for number, chapter, section in written_places(text):
            paths = [
                chunk.section
                for chunk in chunks
                if chunk.section and clause_number(chunk.section[-1]) == number
            ]
            assert paths, (document.title, number)
            for path in paths:
                above = "".join("".join(path[:-1]).split())
                assert "".join(chapter.split()) in above, (document.title, path)
                assert "".join(section.split()) in above, (document.title, path)


def written_places(text: str) -> Iterator[tuple[int, str, str]]:
    """Each clause with the last 章 and 节 written above it."""
    chapter = section = ""
    for line in text.splitlines():
        words = line.lstrip("# ")
        if re.match(r"#+ *第\S{1,4}?[章]", line):
            chapter, section = words, ""
        elif re.match(r"#+ *第\S{1,4}?节", line):
            section = words
        elif re.match(r"#+ *第\S{1,4}?分编", line):
            chapter = section = ""
        elif (number := clause_number(line)) is not None:
            yield number, chapter, section


def test_every_line_of_every_law_is_in_a_passage_as_it_was_written(folder: Path, laws: Any) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\s\u200b]", "", text)

    for document, chunks in laws:
        text = (folder / "txt" / Path(document.source).name).read_text(encoding="utf-8")
        kept = bare("".join((*(chunk.text for chunk in chunks), *chunks[0].section)))
        kept += bare("".join(part for chunk in chunks for part in chunk.section))
        for line in text.splitlines():
            if not line.startswith(("#", "<!--")):
                assert bare(line) in kept, (document.title, line)


def test_two_versions_of_a_law_are_two_documents_of_one_family(laws: Any) -> None:
    families: dict[str, list[Document]] = defaultdict(list)
    for document, _ in laws:
        families[document.title].append(document)
    pairs = [family for family in families.values() if len(family) > 1]
    assert len(pairs) >= 3
    for family in pairs:
        assert len({document.id for document in family}) == len(family)
        in_order = sorted(family, key=name_date)
        assert [document.version for document in in_order] == [name_date(d) for d in in_order]
        days = [document.effective_from for document in in_order]
        assert None not in days
        assert days == sorted(set(days)), family[0].title


def test_a_dated_law_is_in_force_on_its_date_or_the_day_it_states_afterwards(laws: Any) -> None:
    for document, _ in laws:
        if dated := name_date(document):
            assert document.version == dated
            assert document.effective_from is not None
            assert document.effective_from >= date.fromisoformat(dated)

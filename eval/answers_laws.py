"""Property questions over the laws: the second set that answers are measured on, never tuned on.

The questions of `law_qa` that their own set marks as being about housing (`property: true`), over
its whole corpus; every one is answered by the articles it names.
"""

from pathlib import Path

from eval.answers import AskedLine
from eval.readers import CorpusLine, json_lines
from kb.types import Chunk, Document, DocumentType


def law_questions(folder: Path) -> list[AskedLine]:
    """The housing questions of a `law_qa` folder; any one of the articles named is enough."""
    return [
        AskedLine(
            id=str(value["id"]),
            question=str(value["question"]),
            style="",
            relevant=(tuple(map(str, value["relevant"])),),
        )
        for value in json_lines(folder / "queries.jsonl", ("id", "question", "relevant"))
        if value.get("property") is True
    ]


def as_document(line: CorpusLine) -> tuple[Document, list[Chunk]]:
    """An article as a policy of one passage, whose document's id is the article's."""
    document = Document(line.id, DocumentType.POLICY, line.title, line.id, line.id)
    return document, [Chunk(f"{line.id}:0", line.id, document.type, line.title, (), 0, line.text)]

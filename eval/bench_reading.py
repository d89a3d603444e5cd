"""Whether answers over documents of other houses know what a passage leaves open.

    python -m eval.bench_reading --models folder

`eval/sets/reading.jsonl` has passages of invented rulebooks and FAQs, each with three questions
that it answers and four about the same thing that it does not. All passages go into one knowledge
base and every question is asked. Another house's passage may rightly answer a question that its
own leaves open, so only answers that rest on the question's own passage are counted.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answering import answer
from assistant.types import Answer
from eval.metrics import wilson
from eval.readers import json_lines
from kb.encoder import load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType

SET = Path(__file__).parent / "sets" / "reading.jsonl"


@dataclass(frozen=True, slots=True)
class Read:
    """A passage with the questions that it answers and those that it leaves open."""

    document: Document
    chunk: Chunk
    answered: tuple[str, ...]
    unanswered: tuple[str, ...]


def read_passages(path: Path = SET) -> Iterator[Read]:
    """The passages: `办法 · 第N条 …` is a clause, a question as title an FAQ.

    Raises EvalInputError with file, line and remedy.
    """
    fields = ("title", "passage", "answered", "unanswered")
    for number, line in enumerate(json_lines(path, fields)):
        name, _, heading = line["title"].partition(" · ")
        kind = DocumentType.POLICY if heading else DocumentType.FAQ
        identity = f"reading-{number}"
        title = name if heading else "常见问题"
        section, questions = ((heading,), ()) if heading else ((), (name,))
        yield Read(
            Document(identity, kind, title, identity, identity),
            Chunk(f"{identity}:0", identity, kind, title, section, 0, line["passage"], questions),
            tuple(question for question, _ in line["answered"]),
            tuple(line["unanswered"]),
        )


def _rests_on(found: Answer, chunk: Chunk) -> bool:
    return any(citation.chunk_id == chunk.id for citation in found.citations)


def _area(answered: Sequence[float], unanswered: Sequence[float]) -> float:
    """The area under the ROC curve: how often an answered question has the greater confidence."""
    high, low = np.array(answered)[:, None], np.array(unanswered)
    return float((high > low).mean() + (high == low).mean() / 2)


def main() -> None:
    """Print three lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    encoder = load_encoder(KbSettings().encoder, parser.parse_args().models)
    passages = list(read_passages())
    with tempfile.TemporaryDirectory() as home, KnowledgeBase(Path(home), encoder) as base:
        base.put([(one.document, [one.chunk]) for one in passages])
        told = [(answer(q, base, encoder), one.chunk) for one in passages for q in one.answered]
        open_ = [(answer(q, base, encoder), one.chunk) for one in passages for q in one.unanswered]
    for name, asked in (("answered by its passage", told), ("left open by its passage", open_)):
        share = wilson(sum(_rests_on(found, chunk) for found, chunk in asked), len(asked))
        print(
            f"{len(asked)} questions {name}: answered from it "
            f"{share.value:.3f} ({share.low:.3f}–{share.high:.3f})"
        )
    area = _area([a.confidence for a, _ in told], [a.confidence for a, _ in open_])
    print(f"area under the curve of the confidence: {area:.3f}")


if __name__ == "__main__":
    main()

"""How fast documents go in, against the encoder alone on the same texts.

    python -m eval.bench_ingest --models MODELS_DIR [--documents FOLDER] [--limit 40] [--rounds 4]

Each round takes its share of the documents into an empty knowledge base, then encodes the texts
that this encoded, and nothing else; rounds alternate the two because a shared machine's speed
drifts. The documents are the sample knowledge base, and the text files of `--documents`, or of
`laws/txt` in GUANJIA_EVAL_DATA where that is set. Prints one JSON object.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import kb
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from kb.encoder import Count, Encoder, Vectors, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings

Clock = Callable[[], float]
_ENDINGS = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class Round:
    """One share of the documents: texts encoded, seconds of the ingestion and of the encoder.

    The processor's seconds, over all cores, say what the work costs when others work as well.
    """

    documents: int
    texts: int
    ingestion: float
    encoder: float
    ingestion_processor: float
    encoder_processor: float


class Recorder:
    """An encoder that remembers what it was given, call by call."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.calls = encoder, list[tuple[str, list[str]]]()
        self.name, self.dimension = encoder.name, encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(("query", list(texts)))
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        self.calls.append(("passage", list(texts)))
        return self._encoder.encode_passages(texts, progress)

    def again(self) -> None:
        """Encode the same texts in the same calls."""
        for role, texts in self.calls:
            if role == "query":
                self._encoder.encode_queries(texts)
            else:
                self._encoder.encode_passages(texts)


def measure(files: Sequence[Path], encoder: Encoder, clocks: Sequence[Clock]) -> Round:
    """Take `files` into an empty knowledge base, then encode the same texts alone."""
    recorder = Recorder(encoder)
    with tempfile.TemporaryDirectory() as home, KnowledgeBase(Path(home), recorder) as base:
        started = [clock() for clock in clocks]
        report = ingest(files, base, IngestSettings(), progress=lambda *_: None)
        ingested = [clock() for clock in clocks]
        recorder.again()
        done = [clock() for clock in clocks]
    texts = sum(len(texts) for _, texts in recorder.calls)
    ingestion = [after - before for before, after in zip(started, ingested, strict=True)]
    alone = [after - before for before, after in zip(ingested, done, strict=True)]
    wall, processor = zip(ingestion, alone, strict=True)
    return Round(len(report.ingested), texts, *wall, *processor)


def documents(folder: Path | None, limit: int) -> list[Path]:
    """The sample knowledge base, and the first `limit` text files below `folder`."""
    content = Path(kb.__file__).parent / "content"
    found = sorted(content.rglob("*.md"))
    if folder is not None:
        found += sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS)[:limit]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    folder, data = arguments.documents, os.environ.get("GUANJIA_EVAL_DATA")
    if folder is None and data:
        folder = Path(data) / "laws" / "txt"
    encoder = load_encoder(KbSettings().encoder, arguments.models)
    files = documents(folder, arguments.limit)
    measure(files[:2], encoder, (time.perf_counter,) * 2)  # what the first use imports and loads
    rounds = [
        measure(files[start :: arguments.rounds], encoder, (time.perf_counter, time.process_time))
        for start in range(arguments.rounds)
    ]
    texts = sum(item.texts for item in rounds)
    ingestion, alone = sum(r.ingestion for r in rounds), sum(r.encoder for r in rounds)
    report = {
        "documents": sum(item.documents for item in rounds),
        "texts": texts,
        "ingest_texts_per_s": texts / ingestion,
        "encoder_texts_per_s": texts / alone,
        "share": alone / ingestion,
        "share_of_processor": sum(r.encoder_processor for r in rounds)
        / sum(r.ingestion_processor for r in rounds),
        "share_by_round": [round(item.encoder / item.ingestion, 3) for item in rounds],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()

"""Search over the sample knowledge base, asked in wordings it does not use.

    python -m eval.bench_wordings --models folder

Prints nDCG@10 of the wordings of `eval/sets` by style, and how many near misses put the wrong FAQ
first, for the shipped settings and with one part left out at a time.
"""

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import kb
from eval.metrics import ndcg
from eval.wordings import lines, name_of
from ingest.pipeline import ingest
from kb.encoder import load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import DocumentType

_CHANGES: dict[str, dict[str, float]] = {
    "shipped": {},
    "no other names": {"synonym_weight": 0},
    "no sounds": {"sound_weight": 0},
    "no push by near-misses": {"repulsion": 0},
}
_TYPES = (DocumentType.POLICY, DocumentType.FAQ)


def measure(base: KnowledgeBase) -> tuple[dict[str, float], int]:
    """nDCG@10 by style (and `all`), and the near misses that put the wrong FAQ first."""

    def first(question: str, k: int) -> list[str]:
        return [name_of(hit.chunk) for hit in base.search(question, k, _TYPES)]

    scores = defaultdict(list)
    for line in lines("wordings.jsonl"):
        score = ndcg(first(line["question"], 10), line["relevant"])
        scores[line["style"]].append(score)
        scores["all"].append(score)
    wrong = [
        line for line in lines("near_misses.jsonl") if first(line["question"], 1) == [line["not"]]
    ]
    return {style: fmean(values) for style, values in scores.items()}, len(wrong)


def main() -> None:
    """Print one line per change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    encoder = load_encoder(KbSettings().encoder, parser.parse_args().models)
    with tempfile.TemporaryDirectory() as home:
        for name, change in _CHANGES.items():
            settings = KbSettings.model_validate(change)
            with KnowledgeBase(Path(home), encoder, settings) as base:
                if not change:
                    ingest([Path(kb.__file__).parent / "content"], base)
                scores, wrong = measure(base)
            cells = ", ".join(f"{style} {score:.3f}" for style, score in scores.items())
            print(f"{name}: {cells}; near misses with the wrong FAQ first {wrong}")


if __name__ == "__main__":
    main()

"""Follow-up questions measured: is the passage found that the question means when asked whole?

    python -m eval.followups [HOME]

Of the dialogues in `eval/sets/followups.jsonl`: the share with a right passage among the first
three of the search for the rewritten question, for the one a person wrote out, and for the last
turn alone; and how often a turn that stands alone is told from one that leans. HOME is a data
folder with the encoder in `models/` (default: GUANJIA_HOME); the knowledge base is built anew from
the sample content.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kb
from assistant.followups import rewrite
from eval.metrics import wilson
from eval.wordings import lines, name_of
from ingest.pipeline import ingest
from kb.encoder import load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import DocumentType

TOP = 3
_TYPES = (DocumentType.POLICY, DocumentType.FAQ)


@dataclass(frozen=True, slots=True)
class FollowupScores:
    """Counts over `dialogues`, of which `leaning` need the former turns.

    `found` maps rewritten, standalone and bare to how many dialogues have a right passage among
    the first three, `found_leaning` the same of those that lean. `told_apart` is how many are
    rewritten if they lean and left if they do not. `lost` are the dialogues whose passage is found
    for the written-out question and not for the rewritten one: id and what was asked.
    """

    dialogues: int
    leaning: int
    found: dict[str, int]
    found_leaning: dict[str, int]
    told_apart: int
    lost: tuple[tuple[str, str], ...]


def evaluate(
    dialogues: Sequence[dict[str, Any]], search: Callable[[str], Sequence[str]]
) -> FollowupScores:
    """Scores of `{id, turns, standalone, relevant, resets}`; `search` gives names, best first.

    `relevant` holds groups of names; each name is right.
    """
    ways = ("rewritten", "standalone", "bare")
    found, found_leaning = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0)
    told_apart, lost = 0, []
    for line in dialogues:
        rewritten = rewrite(line["turns"])
        told_apart += bool(rewritten.from_turns) is not line["resets"]
        asked = dict(
            zip(ways, (rewritten.question, line["standalone"], line["turns"][-1]), strict=True)
        )
        right = {name for group in line["relevant"] for name in group}
        hit = {way: bool(right & {*search(asked[way])[:TOP]}) for way in ways}
        for way in ways:
            found[way] += hit[way]
            found_leaning[way] += hit[way] and not line["resets"]
        if hit["standalone"] and not hit["rewritten"]:
            lost.append((line["id"], rewritten.question))
    leaning = sum(not line["resets"] for line in dialogues)
    return FollowupScores(len(dialogues), leaning, found, found_leaning, told_apart, tuple(lost))


def main() -> None:
    """Print the shares with 95 % Wilson intervals, and what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, nargs="?", default=os.environ.get("GUANJIA_HOME"))
    home: Path = parser.parse_args().home
    encoder = load_encoder(KbSettings().encoder, Path(home) / "models")
    with tempfile.TemporaryDirectory() as folder, KnowledgeBase(Path(folder), encoder) as base:
        ingest([Path(kb.__file__).parent / "content"], base)
        scores = evaluate(
            lines("followups.jsonl"),
            lambda question: [name_of(hit.chunk) for hit in base.search(question, TOP, _TYPES)],
        )
    for name, found, total in (
        ("all", scores.found, scores.dialogues),
        ("leaning", scores.found_leaning, scores.leaning),
    ):
        print(
            f"{name} ({total}): " + ", ".join(f"{w} {_share(n, total)}" for w, n in found.items())
        )
    print(f"leaning told from standing alone: {_share(scores.told_apart, scores.dialogues)}")
    for identity, question in scores.lost:
        print(f"lost {identity}: {question}")


def _share(count: int, total: int) -> str:
    interval = wilson(count, total)
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


if __name__ == "__main__":
    main()

"""What the format of a model's answer costs, by hand on a quiet machine:

`python -m eval.bench_wording --model NAME --models DIR [--drafts 6] [--threads 0]`

The same drafts of held-out messages are reworded as numbered lines under the grammar, as numbered
lines without one, and as a JSON array under a grammar, in turn, so that other work on the machine
falls on all alike. Prints one JSON object: seconds to the first token, tokens a second and whole
seconds of a draft as medians, the share of lines that came whole, and the speed relative to that of
the lines under the grammar. Only the first format reads a new prompt: the second has the same and
the third nearly the same, so first tokens and whole seconds do not compare.
"""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from assistant.classifier import ensure_classifier
from assistant.drafting import Drafter, Letterhead
from assistant.language.build import language_model
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import Measured, Prompt
from assistant.phrasebook import phrasebook
from assistant.triage import Triager
from assistant.types import Answer, Draft, Message
from assistant.wording.lines import read_lines
from assistant.wording.plan import lines_of
from assistant.wording.prompt import instructions
from eval.bench_triage import NOW
from eval.triage_sets import shipped_set
from kb.encoder import load_encoder
from rules.labels import label

_JSON_ASKED = "\n改写（只写一个 JSON 数组，按编号顺序，每个元素是一句字符串）："


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--drafts", type=int, default=6)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--models", type=Path, required=True, help="the folder models/ of a home")
    options = parser.parse_args()
    measured: list[Measured] = []
    settings = LanguageModelSettings(
        backend="gguf", model=options.model, threads=options.threads,
        first_token_seconds=600, total_seconds=1200,
    )  # fmt: skip
    model = language_model(settings, options.models, measured.append)
    assert model is not None
    model.start()
    health = model.wait_until_ready(300)
    if not health.ok:
        raise SystemExit(health.reason)
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in _FORMATS}
    for number, draft in enumerate(_drafts(options.models, options.drafts)):
        for name, (ask, read) in _FORMATS.items():
            prompt, count = ask(draft), len(lines_of(draft))
            whole = read("".join(model.stream(prompt)), count)
            # the first draft only fills the prompt cache
            if number:
                rows[name].append(_row(measured[-1], whole / count))
    model.close()
    print(json.dumps(_summary(rows), ensure_ascii=False, indent=1))


def _drafts(models: Path, count: int) -> Iterable[Draft]:
    """Composed drafts of held-out messages, without facts; the first is one more."""
    encoder = load_encoder("multilingual-e5-small", models)
    triager = Triager(ensure_classifier(models, encoder), encoder)
    silent = Answer("", "", True, (), ())
    drafter = Drafter(
        Letterhead("安和物业", "澜庭雅苑"),
        ask=lambda _question: silent,
        clause=lambda _source: None,
        tellable=lambda _citation: True,
        label=label,
    )
    given = shipped_set()
    chosen = sorted(one.id for one in given.labels)[:: max(1, len(given.labels) // (3 * count))]
    triages = triager.triage([Message(given.texts[name], NOW, id=name) for name in chosen])
    drafts = [drafter.draft(triage) for triage in triages]
    return [draft for draft in drafts if lines_of(draft)][: count + 1]


def _lines(draft: Draft) -> Prompt:
    style = phrasebook().style_card(draft.triage.kind, 0)
    told = instructions(draft.triage.message.text, lines_of(draft), style)
    return Prompt(told.system, told.user, told.grammar, told.max_tokens)


def _as_json(draft: Draft) -> Prompt:
    prompt, count = _lines(draft), len(lines_of(draft))
    items = ' "," ws '.join(["text"] * count)
    grammar = f'root ::= "[" ws {items} ws "]"\nws ::= [ \\n]*\ntext ::= "\\"" [^"\\\\\\n]+ "\\""\n'
    user = prompt.user.removesuffix("\n改写：") + _JSON_ASKED
    return replace(prompt, user=user, grammar=grammar)


def _count_lines(text: str, count: int) -> int:
    return sum(piece.done for piece in read_lines([text], count))


def _count_json(text: str, count: int) -> int:
    try:
        said = json.loads(text)
    except json.JSONDecodeError:
        return 0
    return min(count, len(said))


_FORMATS: dict[str, tuple[Callable[[Draft], Prompt], Callable[[str, int], int]]] = {
    "lines_grammar": (_lines, _count_lines),
    "lines_free": (lambda draft: replace(_lines(draft), grammar=None), _count_lines),
    "json_grammar": (_as_json, _count_json),
}


def _row(measured: Measured, whole: float) -> dict[str, float]:
    return {
        "first_token_seconds": measured.first_token_seconds or 0.0,
        "tokens_per_second": measured.tokens_per_second or 0.0,
        "tokens": measured.tokens,
        "seconds": measured.seconds,
        "whole": whole,
    }


def _summary(rows: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    medians = {
        name: {key: round(median(row[key] for row in of), 3) for key in of[0]}
        for name, of in rows.items()
    }
    base = medians["lines_grammar"]["tokens_per_second"]
    return {
        name: {**found, "speed_relative": round(found["tokens_per_second"] / base, 2)}
        for name, found in medians.items()
    }


if __name__ == "__main__":
    main()

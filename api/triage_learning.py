"""From the desk's corrections to the classifier: what the command line and HTTP both do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.wiring import House
from assistant.learned import LABELS, Corrected, Gathered, gather
from assistant.masking import mask
from desk.revision import SIGNAL, current_value, in_force, judged_danger
from desk.types import Correction, Request
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from assistant.classifier import Manifest
    from assistant.comparison import Figure
    from assistant.retraining import Retrained


@dataclass(frozen=True, slots=True)
class Learning:
    """What was gathered; `retrained` is None where the classifier had learned just this before."""

    gathered: Gathered
    retrained: "Retrained | None"


def corrected_messages(house: House) -> list[Corrected]:
    """Every message of which some correction stands, with the labels that hold now."""
    return [
        _corrected(request, in_force(rows), rows, house.rulebook)
        for request, rows in house.corrections.corrected()
        if in_force(rows)
    ]


def _corrected(
    request: Request, standing: dict[str, Correction], rows: list[Correction], book: Rulebook
) -> Corrected:
    said = {
        name.removeprefix(SIGNAL): one.after
        for name, one in standing.items()
        if name.startswith(SIGNAL)
    }
    return Corrected(
        text=request.text,
        at=max(one.at for one in standing.values()),
        labels={name: current_value(request, name, rows) for name in LABELS},
        set_by_person=frozenset(standing),
        present=tuple(sorted(code for code, there in said.items() if there)),
        absent=tuple(sorted(code for code, there in said.items() if not there)),
        danger=judged_danger(request, rows, book),
        reasons=tuple(one.reason for one in standing.values() if one.reason),
    )


def corrected_json(one: Corrected) -> dict[str, Any]:
    """A corrected message as it may leave the desk: masked, without whom or where."""
    return {
        "text": mask(one.text),
        "at": one.at.isoformat(),
        **one.labels,
        "corrected": sorted(one.set_by_person),
        "present": list(one.present),
        "absent": list(one.absent),
        "reasons": [mask(reason) for reason in one.reasons],
    }


def retrain(
    house: House, *, dry_run: bool, tell: Callable[[str], None] = lambda _line: None
) -> Learning:
    """Train with the desk's corrections, replacing the classifier where the new one is no worse.

    The house goes on with the classifier it has loaded; the next start takes the new one.
    """
    from assistant.retraining import retrain as train_and_compare
    from assistant.training_set import training_digest

    gathered = gather(corrected_messages(house))
    old = house.classifier
    if old.manifest.examples == training_digest(gathered.examples):
        return Learning(gathered, None)
    retrained = train_and_compare(
        house.settings.models_dir,
        old,
        gathered.examples,
        house.encoder,
        house.triager_with,
        most_lost=house.settings.assistant.retraining.most_lost,
        dry_run=dry_run,
        tell=tell,
    )
    return Learning(gathered, retrained)


def roll_back(house: House) -> "Manifest":
    """Go back to the classifier before the last retraining; counts from the next start on."""
    from assistant.retraining import roll_back as put_back

    return put_back(house.settings.models_dir)


def learning_json(learning: Learning) -> dict[str, Any]:
    """`{corrections, left_out, replaced, refused_by, figures}`."""
    retrained = learning.retrained
    comparison = retrained.comparison if retrained else None
    return {
        "corrections": len(learning.gathered.examples),
        "left_out": [{"text": text, "why": why} for text, why in learning.gathered.left_out],
        "replaced": bool(retrained and retrained.replaced),
        "refused_by": [one.code for one in comparison.refusals] if comparison else [],
        "figures": [_figure_json(one) for one in comparison.figures] if comparison else [],
    }


def _figure_json(one: "Figure") -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "old": round(one.old, 2),
        "new": round(one.new, 2),
        "total": one.total,
        "unit": one.unit,
        "most_lost": one.most_lost,
    }


def learning_lines(learning: Learning) -> Sequence[str]:
    """The same for people: a table of old and new."""
    gathered, retrained = learning.gathered, learning.retrained
    lines = [f"可用的更正 {len(gathered.examples)} 条，没有采用 {len(gathered.left_out)} 条"]
    lines += [f"  没有采用“{_short(text)}”：{why}" for text, why in gathered.left_out]
    if retrained is None:
        return [*lines, "现在的模型已经学过这些更正，不用重新训练。"]
    lines.append(_row("", "旧", "新", ""))
    for one in retrained.comparison.figures:
        form = "{:.1f}" if one.unit == "F1" else "{:.0f}"
        about = f"{one.total} 条" + ("，宏平均 F1" if one.unit == "F1" else "")
        note = "变差，不能替换" if one.refuses else "" if one.most_lost is not None else "只供参考"
        about += f"（{note}）" if note else ""
        lines.append(_row(one.name, form.format(one.old), form.format(one.new), about))
    if retrained.replaced:
        lines.append("已换上新模型；正在运行的服务重启后启用。退回用 guanjia triage rollback。")
    return lines


def _row(name: str, old: str, new: str, about: str) -> str:
    """A line of the table; a Chinese character is two columns wide."""
    width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in name)
    return f"{name}{' ' * (34 - width)}{old:>7}{new:>7}  {about}".rstrip()


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"

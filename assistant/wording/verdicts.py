"""Whether a model's wording is shown first: only where blind readers preferred it.

A verdict is the outcome of a comparison in which readers saw two drafts of one message, the
composed one and the model's, and did not know which was which (docs/evaluation.md). Shipped
verdicts lie in `verdicts.yaml`; an installation's own (`wording.yaml` in the data folder) count
before them.
"""

from dataclasses import asdict, dataclass
from math import comb
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import InputError

SHIPPED = Path(__file__).parent / "verdicts.yaml"
OWN = "wording.yaml"
# A model must have won by more than chance explains.
_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often readers preferred the model's draft, the composed one, or neither.

    `judged` is an ISO date.
    """

    model: str
    preferred: int
    composed: int
    equal: int
    judged: str

    @property
    def drafts(self) -> int:
        return self.preferred + self.composed + self.equal

    @property
    def earned(self) -> bool:
        """Whether the model won: one-sided sign test over the drafts that were not equal."""
        decided = self.preferred + self.composed
        by_chance = sum(comb(decided, k) for k in range(self.preferred, decided + 1))
        return decided > 0 and by_chance / 2**decided < _CHANCE


def verdict_of(model: str, folder: Path) -> Verdict | None:
    """What readers said of a model, or None where it was never compared.

    Raises InputError with one line where the installation's file cannot be read.
    """
    for path in (folder / OWN, SHIPPED):
        for verdict in read_verdicts(path):
            if verdict.model == model:
                return verdict
    return None


def read_verdicts(path: Path) -> list[Verdict]:
    """The verdicts of a file; none where it does not exist."""
    if not path.is_file():
        return []
    try:
        rows: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return [Verdict(**{**row, "judged": str(row["judged"])}) for row in rows]
    except (yaml.YAMLError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} 读不出盲评结果（{type(error).__name__}）；请重新运行 guanjia eval wording。"
        ) from error


def keep_verdict(folder: Path, verdict: Verdict) -> None:
    """Keep an installation's verdict in place of an earlier one of the same model."""
    path = folder / OWN
    kept = [one for one in read_verdicts(path) if one.model != verdict.model]
    rows = [asdict(one) for one in (*kept, verdict)]
    path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")

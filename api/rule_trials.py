"""What a draft of the rules is tried on before it is put in force: the desk's own requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.rulebooks import desk_history
from api.wiring import House
from rules.backtest import Outcome, Past, generate, report_html, run
from rules.difference import difference
from rules.drafts import Draft
from rules.errors import NotActivated
from rules.rulebook import Rulebook
from rules.sheets import import_xlsx

SAMPLE, _SEED = 2_000, 1
MOST = 50_000
"""So many of the newest requests are tried; more would keep a person waiting."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A backtest and its report; `sample`: on made-up requests, for want of real ones."""

    outcome: Outcome
    report: str
    sample: bool


def stored_requests(house: House) -> list[Past]:
    """The desk's newest requests with the times at which milestones were reached, oldest first."""
    return list(desk_history(house, MOST))[::-1]


def try_out(house: House, book: Rulebook, *, sample: bool = False) -> Trial | None:
    """A draft's book against the one in force; None where no request is stored.

    `sample`: on requests made up for the purpose.
    """
    before = house.rulebook
    history: Iterable[Past] = generate(SAMPLE, _SEED, before) if sample else stored_requests(house)
    if not history:
        return None
    outcome = run(before, book, history, None if sample else house.now())
    changes = [change.words for change in difference(before, book)]
    return Trial(outcome, report_html(outcome, changes), sample)


def activate_draft(house: House, name: str, by: str, why: str) -> None:
    """Put a draft in force, and put the draft away. Raises `NotActivated`."""
    draft = house.drafts.open(name)
    refuse_unfinished(draft)
    house.archive.activate(draft.book.texts, by, why)
    house.drafts.discard(name)


def refuse_unfinished(draft: Draft) -> None:
    """Raises `NotActivated` where something that was typed is not part of the book yet."""
    left = list(draft.unfinished())
    if left:
        more = f"（另有 {len(left) - 1} 处）" if len(left) > 1 else ""
        raise NotActivated(f"没有启用：还有格子没填对：{left[0]}{more}")


def import_sheet(house: House, name: str, content: bytes) -> Draft:
    """Take a spreadsheet into a draft. Raises `MalformedSheet` with every mistake."""
    draft = house.drafts.open(name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rules.xlsx"
        path.write_bytes(content)
        texts = import_xlsx(path, draft.book.texts)
    return house.drafts.keep_texts(name, texts)

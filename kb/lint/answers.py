"""FAQ answers against the policies: figures that contradict, and answers that nothing backs."""

from collections.abc import Iterator, Sequence

from kb.lint.claims import Contradiction, Ruled, contradictions
from kb.lint.figures import Figure, figures
from kb.lint.references import parse
from kb.lint.settings import LintSettings
from kb.lint.shelf import Shelf
from kb.lint.types import Finding, Severity
from kb.types import Chunk, Document, DocumentType

# How many of the passages most like an answer are looked at, and the least likeness.
_NEAREST = 5
_LEAST_NEAR = 0.15


def check(shelf: Shelf, settings: LintSettings) -> Iterator[Finding]:
    """Every answer of the FAQs in force."""
    for document, chunk in shelf.current(DocumentType.FAQ):
        yield from _contradictions(shelf, document, chunk)
        if not chunk.references:
            yield from _unbacked(shelf, document, chunk, settings)


def _contradictions(shelf: Shelf, document: Document, chunk: Chunk) -> Iterator[Finding]:
    claims = figures(chunk.text, _question(chunk))
    if not claims:
        return
    cited = [ruled for passage in _cited(shelf, chunk) for ruled in shelf.figures(passage)]
    near = shelf.policies.nearest(f"{_question(chunk)} {chunk.text}", _NEAREST)
    others = [r for passage, s in near if s >= _LEAST_NEAR for r in shelf.figures(passage)]
    told: set[tuple[str, str]] = set()
    for found in contradictions(claims, cited, others):
        if (found.claim.text, found.rule.figure.text) not in told:
            told.add((found.claim.text, found.rule.figure.text))
            yield _contradiction(document, chunk, found, cited)


def _cited(shelf: Shelf, chunk: Chunk) -> list[Chunk]:
    """The passages an answer names; of a superseded policy the same clause of the newer one."""
    passages: list[Chunk] = []
    for text in chunk.references:
        reference = parse(text)
        target = shelf.target(reference)
        if target.document is None:
            continue
        successor = shelf.successor(target.document)
        if successor is not None:
            target = shelf.library.target(reference, successor)
        passages += [passage for passage in target.passages if passage not in passages]
    return passages


def _contradiction(
    document: Document, chunk: Chunk, found: Contradiction, cited: Sequence[Ruled]
) -> Finding:
    claim, rule = found.claim, found.rule.figure
    passage = found.rule.chunk
    where = f"《{passage.title}》{passage.section[-1] if passage.section else ''}"
    is_certain = found.rule in cited and not _only_days_differ(claim, rule)
    return Finding(
        "contradiction",
        Severity.ERROR if is_certain else Severity.WARNING,
        f"“{_question(chunk)}”的回答写的是“{claim.text}”（{_excerpt(claim)}），"
        f"{where}规定的是“{rule.text}”（{_excerpt(rule)}）。",
        "核对后让回答与制度一致；制度已经改了的，先收录新版制度。",
        document.id,
        chunk.id,
        chunk.section,
    )


def _only_days_differ(claim: Figure, rule: Figure) -> bool:
    """3天 for 3个服务日: loosely said, but nobody is promised a later day."""
    return claim.days == "" and rule.days != "" and claim.high <= rule.high


def _excerpt(figure: Figure, width: int = 14) -> str:
    """The words next to a figure."""
    place = figure.sentence.find(figure.text)
    start, end = max(0, place - width), place + len(figure.text) + width
    before, after = "…" if start else "", "…" if end < len(figure.sentence) else ""
    return f"{before}{figure.sentence[start:end].strip()}{after}"


def _unbacked(
    shelf: Shelf, document: Document, chunk: Chunk, settings: LintSettings
) -> Iterator[Finding]:
    if shelf.policies.coverage(chunk.text) >= settings.least_backing:
        return
    yield Finding(
        "unbacked",
        Severity.WARNING,
        f"“{_question(chunk)}”的回答没有写依据，制度里也找不到这些内容。",
        "补上依据（如 依据:pol-fees 第四条）；制度没有规定的，请主管确认后写进制度。",
        document.id,
        chunk.id,
        chunk.section,
    )


def _question(chunk: Chunk) -> str:
    return chunk.questions[0] if chunk.questions else " ".join(chunk.section)

"""References that lead nowhere, or to what no longer holds: of FAQs, cases, rules, and in texts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from kb.lint.references import in_text, parse
from kb.lint.shelf import Shelf, references_of
from kb.lint.types import Finding, RuleSource, Severity
from kb.types import Chunk, Document, DocumentType
from kb.versions import State

_BOOK = "《"


def check(shelf: Shelf) -> Iterator[Finding]:
    """The references of documents in force, of their texts, and of the rules."""
    for document in shelf.stock.documents:
        if shelf.state(document) not in (State.CURRENT, State.ANNOUNCED):
            continue
        chunks = shelf.stock.chunks.get(document.id, ())
        for chunk, text in references_of(document, chunks):
            yield from _located(_reference(shelf, text, document), document, chunk)
        for chunk in chunks:
            yield from _located(_mentions(shelf, document, chunk), document, chunk)
    yield from _rules(shelf)


def _located(
    findings: Iterator[Finding], document: Document, chunk: Chunk | None
) -> Iterator[Finding]:
    for finding in findings:
        yield replace(
            finding,
            document_id=document.id,
            chunk_id=chunk.id if chunk else None,
            section=chunk.section if chunk else (),
        )


def _reference(shelf: Shelf, text: str, document: Document) -> Iterator[Finding]:
    """One reference that an FAQ or a case declares."""
    is_case = document.type is DocumentType.CASE
    missing = _missing(shelf, text)
    if missing is not None:
        # A law that is not in the knowledge base may well be named.
        is_outside = text.startswith(_BOOK) and not shelf.library.named(parse(text).name)
        code = "outside-reference" if is_outside else "dead-reference"
        severity = Severity.HINT if is_outside else Severity.ERROR
        yield Finding(code, severity, f"依据“{text}”{missing}。", _MEND)
        return
    # A case tells what was right at its time.
    weak, strong = (Severity.HINT, Severity.HINT) if is_case else (Severity.WARNING, Severity.ERROR)
    yield from _outdated(shelf, text, f"依据“{text}”", weak, strong)


_MEND = "改成现有资料的编号和条款号，如 pol-fees 第四条；资料还没有收录的，先收录。"


def _rules(shelf: Shelf) -> Iterator[Finding]:
    """The rows of the rules by what they stand on; a document that is missing is named once."""
    absent: defaultdict[str, list[RuleSource]] = defaultdict(list)
    for rule in shelf.stock.rules:
        name = parse(rule.source).name
        if shelf.library.named(name):
            yield from _rule(shelf, rule)
        else:
            absent[name].append(rule)
    for name, rules in absent.items():
        others = f"等 {len(rules)} 行" if len(rules) > 1 else ""
        yield Finding(
            "dead-reference",
            Severity.ERROR,
            f"规则 {rules[0].rule} {others}的依据所指的资料“{name}”不存在。",
            _MEND_RULE,
        )


_MEND_RULE = "改正规则表里的 source，或者收录它所指的制度。"


def _rule(shelf: Shelf, rule: RuleSource) -> Iterator[Finding]:
    what = f"规则 {rule.rule} 的依据“{rule.source}”"
    missing = _missing(shelf, rule.source)
    if missing is not None:
        yield Finding("dead-reference", Severity.ERROR, f"{what}{missing}。", _MEND_RULE)
    else:
        yield from _outdated(shelf, rule.source, what, Severity.ERROR, Severity.ERROR)


def _missing(shelf: Shelf, text: str) -> str | None:
    """What of a reference is not there, or None when all is."""
    reference = parse(text)
    target = shelf.target(reference)
    if target.document is None:
        return f"所指的资料“{reference.name}”不存在"
    if not target.passages:
        return f"所指的“{reference.clause}”不在《{target.document.title}》中"
    return None


def _outdated(
    shelf: Shelf, text: str, what: str, weak: Severity, strong: Severity
) -> Iterator[Finding]:
    """A reference to a document that does not hold today; `weak` where a newer one takes over."""
    reference = parse(text)
    document = shelf.target(reference).document
    if document is None or (state := shelf.state(document)) is State.CURRENT:
        return
    successor = shelf.successor(document)
    if successor is not None:
        kept = shelf.library.target(reference, successor).passages
        clause = "相应条款" if kept or not reference.clause else "条款号已经不同的相应内容"
        yield Finding(
            "superseded-reference",
            weak,
            f"{what}所在的《{document.title}》已被 {successor.id} 取代。",
            f"对照 {successor.id} 的{clause}核对内容，再把依据改为新版。",
        )
    else:
        yield Finding(
            "invalid-reference",
            strong,
            f"{what}所在的《{document.title}》{state}，现在不能作为依据。",
            "改用现行的依据；没有的，修改或停用这条内容。",
        )


def _mentions(shelf: Shelf, document: Document, chunk: Chunk) -> Iterator[Finding]:
    """Clauses that a text names of a document that is here but has no such clause."""
    for reference in dict.fromkeys(in_text(chunk.text, document.id)):
        target = shelf.target(reference)
        if target.document is not None and not target.passages:
            yield Finding(
                "dead-mention",
                Severity.WARNING,
                f"文中写到{reference.text}，但《{target.document.title}》没有这一条。",
                "核对条款号；条款有增减的，按现行文本改正。",
            )

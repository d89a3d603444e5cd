"""References by name (`pol-fees 第四条`, `《停车管理规定》第五条`) and what they lead to."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.normalization import chinese_number, normalize
from kb.titles import level
from kb.types import Chunk, Document

_CLAUSE = r"第[〇零一二两三四五六七八九十百千\d]+[条條](?:之[一二三四五六七八九十\d]+)?"
_IN_TEXT = re.compile(
    rf"(?:《(?P<title>[^《》]+)》|本(?:规定|制度|办法|条例|细则|预案|规则|规约))"
    rf"(?P<clauses>{_CLAUSE}(?:(?:、|和|及|与|至|到){_CLAUSE})*)"
)
_STARTS = re.compile(rf"\s*({_CLAUSE})")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as written: the document's id or title, and the clause (levelled) if any."""

    text: str
    name: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to: the document, and the passages of the clause it names.

    `document` is None when nothing bears that id or title; `passages` are all of the document
    when no clause is named, and empty when it has no such clause.
    """

    document: Document | None
    passages: tuple[Chunk, ...] = ()


def clause_key(text: str) -> str:
    """`第十二条之一` in one form (第12条之1): 第12条, 第 十二 條 are the same clause."""
    plain = re.sub(r"\s", "", normalize(text))
    return re.sub("(?<=之)[一二三四五六七八九十]+", lambda m: str(chinese_number(m[0])), plain)


def parse(text: str) -> Reference:
    """A reference as an FAQ, a case or a rule row writes it."""
    written = text.strip()
    found = re.search(_CLAUSE, written)
    if found is not None and (name := written[: found.start()].strip(" 《》")):
        return Reference(text, name, clause_key(found[0]))
    if written.startswith("《"):
        name, _, rest = written[1:].partition("》")
    else:
        name, _, rest = written.partition(" ")
    return Reference(text, name.strip(), rest.strip() or None)


def in_text(text: str, own_id: str) -> Iterator[Reference]:
    """The clauses that a passage names: of a titled document, or of its own (本规定第五条)."""
    for match in _IN_TEXT.finditer(text):
        for clause in re.findall(_CLAUSE, match["clauses"]):
            name = match["title"] or own_id
            written = f"《{match['title']}》{clause}" if match["title"] else f"本文件{clause}"
            yield Reference(written, name, clause_key(clause))


class Library:
    """Finds documents by id or levelled title, and passages by clause."""

    def __init__(
        self, documents: Sequence[Document], chunks: Mapping[str, Sequence[Chunk]]
    ) -> None:
        self._by_id = {document.id: document for document in documents}
        self._by_title: defaultdict[str, list[Document]] = defaultdict(list)
        for document in documents:
            self._by_title[level(document.title).name].append(document)
        self._chunks = chunks
        self._clauses: dict[str, dict[str, list[Chunk]]] = {}

    def named(self, name: str) -> list[Document]:
        """The documents of this id or title: several when a title has versions."""
        if name in self._by_id:
            return [self._by_id[name]]
        return self._by_title.get(level(name).name, [])

    def target(self, reference: Reference, document: Document | None = None) -> Target:
        """What a reference leads to, in `document` when it is given."""
        if document is None:
            document = next(iter(self.named(reference.name)), None)
        if document is None:
            return Target(None)
        passages = self._chunks.get(document.id, ())
        if reference.clause is None:
            return Target(document, tuple(passages))
        found = self.clauses(document.id).get(reference.clause)
        if found is None:
            found = [c for c in passages if _bears(c, reference.clause)]
        return Target(document, tuple(found))

    def clauses(self, document_id: str) -> Mapping[str, list[Chunk]]:
        """Clause (第5条) → its passages: a long clause has several."""
        if document_id not in self._clauses:
            table: defaultdict[str, list[Chunk]] = defaultdict(list)
            for chunk in self._chunks.get(document_id, ()):
                for part in dict.fromkeys((*chunk.section, *chunk.text.splitlines())):
                    if match := _STARTS.match(part):
                        key = clause_key(match[1])
                        if chunk not in table[key]:
                            table[key].append(chunk)
            self._clauses[document_id] = dict(table)
        return self._clauses[document_id]


def _bears(chunk: Chunk, heading: str) -> bool:
    """Whether a passage stands under a heading that begins with these words (3.2, 收费标准)."""
    wanted = normalize(heading)
    return any(normalize(part).startswith(wanted) for part in (*chunk.section, chunk.text))

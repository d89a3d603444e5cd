"""Answers from the knowledge base: the sentences that answer, each with its source, or none.

Nothing is written here that does not stand in a document. When the documents do not hold what
the question is about, the answer says so and names the nearest titles.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.asks import asking_parts
from assistant.conflicts import disagreements
from assistant.coverage import Piece, pieces
from assistant.direct import answers_another, direct_answer
from assistant.evidence import Candidate, candidates
from assistant.house_words import in_house_words
from assistant.judgement import default_judgement
from assistant.merging import backing, same
from assistant.question import Question, understand
from assistant.scoring import is_plain, ranked, weigh
from assistant.selection import select
from assistant.settings import AnswerSettings
from assistant.types import Answer, Citation, Conflict, Possible, Segment
from kb.knowledge_base import KnowledgeBase, check_query
from kb.thesaurus import Thesaurus
from kb.types import Chunk, Document, DocumentType, Hit

if TYPE_CHECKING:
    from kb.encoder import Encoder

# Cases tell what happened once; an answer rests on what holds in general.
_SOURCES = (DocumentType.POLICY, DocumentType.FAQ)


@dataclass(frozen=True, slots=True)
class Looked:
    """A question in the house's words, its content in pieces, and what was found for it."""

    asked: Question
    content: tuple[Piece, ...]
    hits: tuple[Hit, ...]

    def evidence(self) -> tuple[Question, tuple[Piece, ...], tuple[Hit, ...], list[Candidate]]:
        """Question, content, hits, and the sentences of those that do not answer another one."""
        fitting = [hit for hit in self.hits if not answers_another(self.asked, hit)]
        return self.asked, self.content, self.hits, candidates(fitting)


def look_up(
    text: str, kb: KnowledgeBase, settings: AnswerSettings, as_of: date | None = None
) -> Looked:
    """Search for a question and put it into the words of what was found."""
    asked = understand(text)
    hits = kb.search(asked.text, settings.passages, _SOURCES, as_of)
    asked = understand(in_house_words(asked.text, hits, kb.frequency, Thesaurus.shipped()))
    content = pieces(asked, kb.frequency, max(kb.passage_count(), 1))
    return Looked(asked, content, tuple(hits))


def answer(
    question: str,
    kb: KnowledgeBase,
    encoder: "Encoder",
    settings: AnswerSettings | None = None,
    clock: Callable[[], float] = time.perf_counter,
    as_of: date | None = None,
) -> Answer:
    """An answer of whole sentences, each cited, or an abstention with the nearest titles.

    A question that asks several things is also answered part by part. `clock` gives seconds and
    only measures `took_ms`. Raises InputError for an empty question or one over 2,000 characters.
    """
    started = clock()
    settings = settings or AnswerSettings()
    text = check_query(question)
    looked = look_up(text, kb, settings, as_of)
    chosen, best = _chosen(looked, encoder, settings)
    confidence = best[0].score if best else 0.0
    hits = list(looked.hits)
    parts = asking_parts(looked.asked.text)
    for part in parts if len(parts) > 1 else ():
        aside = look_up(part, kb, settings, as_of)
        more, others = _chosen(aside, encoder, settings)
        hits += [hit for hit in aside.hits if hit.chunk.id not in {h.chunk.id for h in hits}]
        chosen += [c for c in more if not any(same(c, other) for other in chosen)]
        confidence = max(confidence, others[0].score if others else 0.0)
    segments, citations, conflicts = _cited(chosen[: settings.sentences], hits)
    return Answer(
        question=text,
        answer=_joined(segments) or _abstention(hits, settings),
        abstained=not segments,
        segments=segments,
        citations=citations,
        nearest=() if segments else _nearest(hits, settings.nearest),
        took_ms=(clock() - started) * 1000,
        confidence=round(confidence, 3),
        conflicts=conflicts,
        possible=() if segments else _possible(best, settings),
    )


def best_sentences(
    question: str,
    hits: Sequence[Hit],
    kb: KnowledgeBase,
    encoder: "Encoder",
    most: int,
    settings: AnswerSettings | None = None,
) -> list[tuple[str, Citation]]:
    """The sentences of the hits that come nearest to answering, whether or not they do.

    A starting point for a person who writes the answer; never an answer by themselves.
    """
    settings = settings or AnswerSettings()
    asked = understand(check_query(question))
    content = pieces(asked, kb.frequency, max(kb.passage_count(), 1))
    weighed = weigh(asked, content, hits, candidates(hits), encoder, settings.compared)
    best = ranked(weighed, default_judgement())[:most]
    return [(c.raw.strip(), citation_of(c.hit.chunk, c.hit.document)) for c in best]


def _chosen(
    looked: Looked, encoder: "Encoder", settings: AnswerSettings
) -> tuple[list[Candidate], list[Candidate]]:
    """The sentences that answer, none where it is not likely enough, and all that were judged,
    best first, `score` their probability."""
    if direct := direct_answer(looked.asked, looked.hits):
        return direct[: settings.sentences], [replace(one, score=1.0) for one in direct]
    asked, content, hits, found = looked.evidence()
    best = ranked(
        weigh(asked, content, hits, found, encoder, settings.compared), default_judgement()
    )
    if not best or not content:
        return [], []
    likely = best[0].score >= settings.least_probability
    if not (likely or is_plain(asked, content, best[0])):
        return [], best
    return select(asked, content, best, found, settings.sentences), best


def _possible(best: Sequence[Candidate], settings: AnswerSettings) -> tuple[Possible, ...]:
    """The likeliest sentences of a question that is declined, each saying something else."""
    found: list[Candidate] = []
    for one in best:
        if one.score >= settings.possible_probability and not any(same(one, o) for o in found):
            found.append(one)
    return tuple(Possible(one.text, _citation(one.hit)) for one in found[: settings.possible])


def _cited(
    chosen: Sequence[Candidate], hits: Sequence[Hit]
) -> tuple[tuple[Segment, ...], tuple[Citation, ...], tuple[Conflict, ...]]:
    """The chosen sentences with every hit that says the same, and what other hits deny."""
    found = candidates(hits)
    citations: dict[str, Citation] = {}

    def numbered(cited: Iterable[Hit]) -> tuple[int, ...]:
        for hit in cited:
            citations.setdefault(hit.chunk.id, _citation(hit))
        places = list(citations)
        return tuple(places.index(hit.chunk.id) for hit in cited)

    segments = tuple(Segment(one.text, numbered([one.hit, *backing(one, found)])) for one in chosen)
    conflicts = tuple(
        Conflict(one.text, numbered([one.sentence.hit, one.other]), (chosen.index(one.sentence),))
        for one in disagreements(chosen, hits)
    )
    return segments, tuple(citations.values()), conflicts


def _joined(segments: Sequence[Segment]) -> str:
    """The segments as running text; list items have no full stop of their own."""
    return "".join(s.text if s.text[-1] in "。！？!?；;…" else f"{s.text}。" for s in segments)


def _citation(hit: Hit) -> Citation:
    return citation_of(hit.chunk, hit.document, hit.state)


def citation_of(chunk: Chunk, document: Document, state: str = "现行") -> Citation:
    """The citation of a passage; `state` is what its document is today."""
    return Citation(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        title=chunk.title,
        section=chunk.section,
        text=chunk.text,
        source=document.source,
        page=chunk.page,
        version=document.version,
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        state=state,
    )


def _nearest(hits: Sequence[Hit], count: int) -> tuple[str, ...]:
    titles = dict.fromkeys(_label(hit) for hit in hits)
    return tuple(titles)[:count]


def _label(hit: Hit) -> str:
    chunk = hit.chunk
    if chunk.type is DocumentType.FAQ and chunk.questions:
        return chunk.questions[0]
    return " · ".join((chunk.title, *chunk.section[-1:]))


def _abstention(hits: Sequence[Hit], settings: AnswerSettings) -> str:
    near = _nearest(hits, settings.nearest)
    if not near:
        return "知识库没有说明这个问题。"
    return f"知识库没有说明这个问题。最接近的内容：{'、'.join(f'《{title}》' for title in near)}。"

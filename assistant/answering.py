"""Answers from the knowledge base: the sentences that answer, each with its source, or none.

Nothing is written here that does not stand in a document. When the documents do not hold what
the question is about, the answer says so and names the nearest titles.
"""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.coverage import Piece, coverage, pieces, terms_of, unknown_share
from assistant.direct import answers_another, direct_answer
from assistant.evidence import (
    Candidate,
    answer_fit,
    answered_terms,
    candidates,
    lexical_score,
    with_score,
)
from assistant.house_words import in_house_words
from assistant.question import Question, understand
from assistant.selection import select
from assistant.settings import AnswerSettings
from assistant.types import Answer, Citation, Segment
from kb.knowledge_base import KnowledgeBase, check_query
from kb.normalization import simplify
from kb.thesaurus import Thesaurus
from kb.types import Chunk, Document, DocumentType, Hit

if TYPE_CHECKING:
    from kb.encoder import Encoder

# A level of similarity at which a sentence says the same in words the question does not use.
_SAME_MEANING = 0.8
# Cases tell what happened once; an answer rests on what holds in general.
_SOURCES = (DocumentType.POLICY, DocumentType.FAQ)


def answer(
    question: str,
    kb: KnowledgeBase,
    encoder: "Encoder",
    settings: AnswerSettings | None = None,
    clock: Callable[[], float] = time.perf_counter,
    as_of: date | None = None,
) -> Answer:
    """An answer of whole sentences, each cited, or an abstention with the nearest titles.

    `clock` gives seconds and only measures `took_ms`. Raises InputError for an empty question
    or one over 2,000 characters.
    """
    started = clock()
    settings = settings or AnswerSettings()
    text = check_query(question)
    asked = understand(text)
    hits = kb.search(asked.text, settings.passages, _SOURCES, as_of)
    asked = understand(in_house_words(asked.text, hits, kb.frequency, Thesaurus.shipped()))
    content = pieces(asked, kb.frequency, max(kb.passage_count(), 1))
    chosen = direct_answer(asked, content, hits, settings)
    confidence = 1.0 if chosen else 0.0
    if not chosen:
        found = candidates([hit for hit in hits if not answers_another(asked, hit)])
        ranked = _scored(asked, content, found, encoder, settings)
        if ranked:
            covered, meaning = _support(asked, content, ranked[0], settings)
            confidence = (covered + meaning) / 2
            if _is_supported(content, covered, meaning, settings):
                chosen = select(asked, content, ranked, found, settings.sentences)
    segments, citations = _cited(chosen[: settings.sentences])
    return Answer(
        question=text,
        answer=_joined(segments) or _abstention(hits, settings),
        abstained=not segments,
        segments=segments,
        citations=citations,
        nearest=() if segments else _nearest(hits, settings.nearest),
        took_ms=(clock() - started) * 1000,
        confidence=round(min(1.0, confidence), 3),
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
    ranked = _scored(asked, content, candidates(hits), encoder, settings)
    return [(c.raw.strip(), citation_of(c.hit.chunk, c.hit.document)) for c in ranked[:most]]


def _scored(
    asked: Question,
    content: tuple[Piece, ...],
    found: Sequence[Candidate],
    encoder: "Encoder",
    settings: AnswerSettings,
) -> list[Candidate]:
    """Candidates best first: all by their words, the best of these also by their meaning.

    Where a quantity is asked for, a sentence without one is no candidate.
    """
    fitting = [
        c for c in found if not c.is_lead_in and (not asked.strict or answer_fit(asked, c) > 0)
    ]
    by_words = sorted(
        (with_score(c, lexical_score(asked, content, c)) for c in fitting),
        key=lambda c: -(c.score + 0.2 * c.hit.score),
    )[: settings.compared]
    if not by_words:
        return []
    texts = [simplify(f"{c.context}\n{c.text}") for c in by_words]
    vectors = encoder.encode_passages(texts)
    similarities = vectors @ encoder.encode_queries([asked.text])[0]
    # How to do something is rarely said in the words of the question.
    weight = 0.7 if asked.explains else 0.5
    scored = [
        with_score(c, c.score + weight * _level(float(s), settings) + 0.2 * c.hit.score, float(s))
        for c, s in zip(by_words, similarities, strict=True)
    ]
    return sorted(scored, key=lambda c: -c.score)


def _level(similarity: float, settings: AnswerSettings) -> float:
    """A cosine on a scale from 0 (unrelated) to 1 (says the same)."""
    low, high = settings.similarity_floor, settings.similarity_ceiling
    return min(1.0, max(0.0, (similarity - low) / (high - low)))


def _support(
    asked: Question, content: tuple[Piece, ...], best: Candidate, settings: AnswerSettings
) -> tuple[float, float]:
    """How far the best sentence and its passage hold the question's rare terms, and its meaning."""
    passage = terms_of(best.hit.chunk.text) | best.context_terms | answered_terms(asked, best)
    return coverage(content, passage), _level(best.similarity, settings)


def _is_supported(
    content: tuple[Piece, ...], covered: float, meaning: float, settings: AnswerSettings
) -> bool:
    """Whether that is enough to answer."""
    if unknown_share(content) > settings.most_unknown and meaning < _SAME_MEANING:
        return False
    return (
        covered >= settings.least_coverage and (covered + meaning) / 2 >= settings.least_confidence
    )


def _cited(chosen: Sequence[Candidate]) -> tuple[tuple[Segment, ...], tuple[Citation, ...]]:
    citations: dict[str, Citation] = {}
    segments = []
    for candidate in chosen:
        chunk = candidate.hit.chunk
        citations.setdefault(chunk.id, _citation(candidate.hit))
        segments.append(Segment(candidate.text, (list(citations).index(chunk.id),)))
    return tuple(segments), tuple(citations.values())


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

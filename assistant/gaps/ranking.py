"""From recorded questions to gaps, worst first."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.gaps.clustering import Similarity, cluster, comparable, medoid
from assistant.gaps.store import QuestionLog
from assistant.gaps.types import Asked, Gap, Outcome
from assistant.masking import unmasked

if TYPE_CHECKING:
    from kb.encoder import Encoder, Vectors

HALF_LIFE = timedelta(days=30)
# An honest "not in the documents" costs a question; an answer that is no use costs trust as well.
BADNESS = {Outcome.ABSTAINED: 1.0, Outcome.POOR: 1.5}
MOST_QUESTIONS = 10_000
_MOST_WORDINGS, _MOST_TITLES, _MOST_REASONS = 20, 5, 5
_MOST_CENTRAL = 1000


def find_gaps(log: QuestionLog, encoder: "Encoder", since: datetime, now: datetime) -> list[Gap]:
    """The gaps since a moment, worst first.

    The score of a gap is the sum over its questions, since it was last settled, of how bad each
    was (abstained 1, called poor 1.5) times 0.5 ^ (age / 30 days): ten people asking last week
    go before ten people asking three months ago, and before five last week. Gaps all of whose
    questions are settled are left out; a settled one returns when it is asked again unanswered.
    """
    asked = log.unanswered(since, MOST_QUESTIONS)
    compared = {one.question: comparable(one.question) for one in asked}
    # what is nothing but placeholders asks nothing
    asked = [one for one in asked if compared[one.question]]
    texts = list(dict.fromkeys(compared[one.question] for one in asked))
    vectors = _vectors(log, encoder, texts, now)
    place = {text: i for i, text in enumerate(texts)}
    by_text: list[list[Asked]] = [[] for _ in texts]
    for one in asked:
        by_text[place[compared[one.question]]].append(one)
    gaps = []
    similar = Similarity(texts, vectors)
    for group in cluster(similar):
        members = sorted((one for i in group for one in by_text[i]), key=lambda one: one.number)
        if any(one.settled_at is None for one in members):
            # a wording in which nothing was masked speaks for the others, where there is one
            whole = [i for i in group if by_text[i][0].question == unmasked(by_text[i][0].question)]
            central = (whole or group)[:_MOST_CENTRAL]
            weights = [len(by_text[i]) for i in central]
            best = medoid(similar, central, weights)
            gaps.append(_gap(members, by_text[best], now))
    return sorted(gaps, key=lambda gap: (-gap.score, gap.id))


def _vectors(
    log: QuestionLog, encoder: "Encoder", texts: Sequence[str], now: datetime
) -> "Vectors":
    """Vectors (texts × dimension); each text is encoded once."""
    import numpy as np

    known = log.vectors(encoder.name, texts)
    missing = [text for text in texts if text not in known]
    if missing:
        new = encoder.encode_queries(missing)
        log.keep_vectors(encoder.name, missing, new, now)
        known |= {text: vector.tobytes() for text, vector in zip(missing, new, strict=True)}
    rows = [np.frombuffer(known[text], dtype=np.float32) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), encoder.dimension)


def _gap(members: Sequence[Asked], central: Sequence[Asked], now: datetime) -> Gap:
    """The gap of questions that ask the same; `central` are those with the central wording."""
    new = [one for one in members if one.settled_at is None]
    wordings = Counter(one.question for one in members)
    question = Counter(one.question for one in central).most_common(1)[0][0]
    others = [wording for wording, _ in wordings.most_common() if wording != question]
    titles = Counter(title for one in new for title in one.nearest)
    return Gap(
        id=members[0].number,
        question=question,
        wordings=tuple(others[:_MOST_WORDINGS]),
        count=len(new),
        abstained=sum(one.outcome is Outcome.ABSTAINED for one in new),
        poor=sum(one.outcome is Outcome.POOR for one in new),
        first_asked=min(one.at for one in new),
        last_asked=max(one.at for one in new),
        score=round(sum(_weight(one, now) for one in new), 3),
        nearest=tuple(title for title, _ in titles.most_common(_MOST_TITLES)),
        reasons=tuple(dict.fromkeys(one.reason for one in new if one.reason))[:_MOST_REASONS],
        channels=dict(sorted(Counter(one.channel.value for one in new).items())),
        returned=len(new) < len(members),
        numbers=tuple(one.number for one in members),
    )


def _weight(one: Asked, now: datetime) -> float:
    age = max(now - one.at, timedelta())
    return float(BADNESS[one.outcome] * 0.5 ** (age / HALF_LIFE))

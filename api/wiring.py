"""The only place that builds objects: one `House` per process, each part built when first used."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from api.settings import Settings
from assistant.gaps.types import Asked, Channel, Outcome
from assistant.types import Answer, Citation, Draft, Message, Triage

if TYPE_CHECKING:
    from api.asked import AskedQuestions
    from api.checkup import Checkup
    from api.language import LanguageFigures
    from api.replies import Replies
    from api.sent_drafts import SentDrafts
    from assistant.classifier import Classifier
    from assistant.drafting import Drafter
    from assistant.edits.store import SentLog
    from assistant.gaps.store import QuestionLog
    from assistant.guard import Guard
    from assistant.language.model import ServedModel
    from assistant.location import Places
    from assistant.phrasebook import Phrasebook
    from assistant.triage import Triager
    from desk.corrections import Corrections
    from desk.intake import Intake
    from desk.store import Desk
    from kb.encoder import Encoder
    from kb.knowledge_base import KnowledgeBase
    from kb.lint.types import Finding, Stock
    from kb.types import Document
    from rules.archive import Archive
    from rules.checking import Report
    from rules.decide import Rulebook
    from rules.drafts import Drafts
    from training.room import TrainingRoom

T = TypeVar("T")


class Part(Generic[T]):
    """A part of the house, built once, when first asked for, whichever thread asks."""

    def __init__(self, build: Callable[["House"], T]) -> None:
        self._build, self._name = build, build.__name__

    def __get__(self, house: "House", _owner: type) -> T:
        if self._name not in house.parts:
            with house.lock:
                if self._name not in house.parts:
                    house.parts[self._name] = self._build(house)
        built: T = house.parts[self._name]
        return built


class House:
    """Everything that serves one data folder.

    Parts are built once and shared by the threads on which requests arrive. `clock` gives the
    present moment with an offset; `tell` takes a line about work that makes people wait.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] | None = None,
        tell: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.settings, self._tell = settings, tell
        self.lock = threading.RLock()
        self.parts: dict[str, Any] = {}
        self._clock = clock

    def now(self) -> datetime:
        """The present moment in the estate's own zone, to the second."""
        moment = self._clock() if self._clock is not None else datetime.now(self.zone)
        return moment.replace(microsecond=0)

    @Part
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.assistant.time_zone)

    @Part
    def encoder(self) -> "Encoder":
        from kb.encoder import load_encoder
        from kb.remembering import RememberingEncoder

        settings = self.settings
        threads = settings.kb.threads or None
        return RememberingEncoder(
            load_encoder(settings.kb.encoder, settings.models_dir, threads=threads)
        )

    @Part
    def knowledge_base(self) -> "KnowledgeBase":
        from kb.knowledge_base import KnowledgeBase

        # the estate's own day decides what is in force, wherever the machine stands
        return KnowledgeBase(
            self.settings.home, self.encoder, self.settings.kb, lambda: self.now().date()
        )

    @Part
    def archive(self) -> "Archive":
        from rules.archive import Archive

        settings = self.settings
        return Archive(settings.archive_dir, self.now, settings.rules.folder, _proved)

    @Part
    def drafts(self) -> "Drafts":
        from rules.drafts import Drafts

        return Drafts(self.settings.archive_dir / "drafts", self.now)

    @property
    def rulebook(self) -> "Rulebook":
        """The rulebook in force at this moment: ask once for what belongs together."""
        return self.archive.book()

    def book_as_of(self, moment: datetime) -> "Rulebook":
        """The rulebook that was in force at a moment. Raises a RulesError where it is lost."""
        return self.archive.book_of(self.archive.at(moment))

    @Part
    def classifier(self) -> "Classifier":
        from assistant.classifier import ensure_classifier

        return ensure_classifier(
            self.settings.models_dir,
            self.encoder,
            lambda: self._tell("首次使用或样例有变，正在训练分类器，约需半分钟…"),
        )

    @Part
    def places(self) -> "Places":
        from assistant.gazetteer import default_places, places_of

        named = self.settings.assistant.places
        if not named.names:
            return default_places()
        return places_of(named.names, named.in_every_building)

    @Part
    def triager(self) -> "Triager":
        return self.triager_with(self.classifier)

    def triager_with(self, classifier: "Classifier") -> "Triager":
        """The house's triage around another classifier than the one in use."""
        from assistant.triage import Triager

        return Triager(
            classifier,
            self.encoder,
            lambda: self.rulebook,
            self.places,
            estate=self.settings.assistant.estate or None,
            zone=self.zone,
        )

    @Part
    def drafter(self) -> "Drafter":
        from assistant.drafting import Drafter, Letterhead

        settings = self.settings.assistant
        return Drafter(
            Letterhead(settings.company, settings.estate),
            self.answer,
            self.clause,
            self.tellable,
            self.label,
            self.phrases,
        )

    @Part
    def guard(self) -> "Guard":
        from api.replies import guard_of

        return guard_of(self)

    @Part
    def replies(self) -> "Replies":
        from api.replies import Replies

        return Replies(self)

    @Part
    def language_figures(self) -> "LanguageFigures":
        from api.language import LanguageFigures

        return LanguageFigures()

    @Part
    def language_model(self) -> "ServedModel | None":
        """The model that may word drafts, loading in the background; None where none is set."""
        settings = self.settings
        if settings.assistant.llm.backend == "none":
            return None
        from assistant.language.build import language_model

        model = language_model(
            settings.assistant.llm, settings.models_dir, self.language_figures.note
        )
        if model is not None:
            model.start()
        return model

    @Part
    def phrases(self) -> "Phrasebook":
        """What ships and the company's own, in force on the day of the start."""
        from assistant.phrasebook import load_phrasebook

        return load_phrasebook(self.settings.home / "phrases", self.now().date())

    @Part
    def desk(self) -> "Desk":
        from desk.store import Desk

        return Desk(self.settings.database_url)

    @Part
    def intake(self) -> "Intake":
        from api.intake import build_intake

        return build_intake(self, self.desk)

    @Part
    def corrections(self) -> "Corrections":
        from desk.corrections import Corrections

        return Corrections(self.desk)

    @Part
    def asked(self) -> "AskedQuestions":
        from api.asked import AskedQuestions

        return AskedQuestions(self)

    @Part
    def questions(self) -> "QuestionLog":
        from assistant.gaps.store import QuestionLog

        settings = self.settings.assistant.gaps
        return QuestionLog(self.settings.home / "questions.db", settings.retention_days)

    @Part
    def sent(self) -> "SentDrafts":
        from api.sent_drafts import SentDrafts

        return SentDrafts(self)

    @Part
    def sent_log(self) -> "SentLog":
        from assistant.edits.store import SentLog

        settings = self.settings.assistant.gaps
        return SentLog(self.settings.home / "questions.db", settings.retention_days)

    @Part
    def checkup(self) -> "Checkup":
        from api.checkup import Checkup

        return Checkup(
            self.stock,
            self.knowledge_base.documents,
            lambda: self.now().date(),
            self.settings.kb.lint,
        )

    @Part
    def drills(self) -> "TrainingRoom":
        from random import Random

        from rules.decide import decide
        from training.room import TrainingRoom

        return TrainingRoom(
            self.knowledge_base,
            lambda facts: decide(facts, self.rulebook),
            self.label,
            self.settings.home / "training.db",
            self.settings.training,
            Random(),
        )

    def label(self, code: str | int, group: str | None = None) -> str:
        """The Chinese label of a code, from the rulebook in force."""
        from rules.labels import label

        return label(code, group, self.rulebook)

    def document(self, document_id: str) -> "Document":
        """One document. Raises kb.errors.NotFound."""
        return self.knowledge_base.existing(document_id)

    def tellable(self, citation: Citation) -> bool:
        """Whether residents may be told what a passage says: not what staff go by internally."""
        document = self.knowledge_base.document(citation.document_id)
        return document is not None and document.metadata.get("audience") != "internal"

    def ask(
        self, question: str, channel: Channel = Channel.HTTP, as_of: date | None = None
    ) -> Answer:
        """An extractive answer from what was in force on `as_of` (today).

        The question is recorded, masked, unless it asks the past.
        """
        found = self.answer(question, as_of)
        if as_of is not None:
            return found
        nearest = found.nearest or tuple(dict.fromkeys(c.title for c in found.citations))
        outcome = Outcome.ABSTAINED if found.abstained else Outcome.ANSWERED
        asked = Asked(
            found.question, self.now(), channel, outcome, found.confidence, tuple(nearest)
        )
        return replace(found, id=self.asked.record(asked))

    def answer(self, question: str, as_of: date | None = None) -> Answer:
        """The same, unrecorded."""
        from assistant.answering import answer

        settings = self.settings.assistant.answer
        return answer(question, self.knowledge_base, self.encoder, settings, as_of=as_of)

    def lint(self, today: date | None = None) -> "list[Finding]":
        """What is wrong with the knowledge base and the references of the rules in force."""
        from kb.lint.check import lint

        return lint(self.stock(today), self.settings.kb.lint)

    def stock(self, today: date | None = None) -> "Stock":
        """All that a check-up looks at: documents, passages, the sources of the rules in force."""
        from kb.lint.types import RuleSource, Stock

        base, tables = self.knowledge_base, self.rulebook.tables.values()
        documents = base.documents()
        return Stock(
            documents,
            {document.id: base.chunks(document.id) for document in documents},
            [RuleSource(row.rule, row.source) for table in tables for row in table.rows],
            today or self.now().date(),
        )

    def triage(self, messages: Sequence[Message]) -> list[Triage]:
        return self.triager.triage(messages)

    def draft(self, triage: Triage) -> Draft:
        """A reply to send; what an inquiry asks is recorded as a question."""
        return self.replies.draft(triage)

    def clause(self, source: str) -> Citation | None:
        """The passage of a clause named as `document_id 第N条`, or None when it is not there.

        Of a document with versions the clause of the one in force.
        """
        from assistant.answering import citation_of
        from kb.versions import State

        document_id, _, clause = source.partition(" ")
        if self.knowledge_base.document(document_id) is None:
            return None
        versions = self.knowledge_base.versions_of(document_id)
        document = next((v.document for v in versions if v.state is State.CURRENT), None)
        if document is None:
            return None
        for chunk in self.knowledge_base.chunks(document.id):
            if chunk.text.startswith(clause) or clause in chunk.section:
                return citation_of(chunk, document)
        return None

    def close(self) -> None:
        """Give back the data folder. Parts that were never built stay unbuilt."""
        for name in ("language_model", "knowledge_base", "desk", "drills", "questions", "sent_log"):
            if (part := self.parts.pop(name, None)) is not None:
                part.close()


def _proved(texts: Mapping[str, str]) -> "Report":
    """Prove the files of a rulebook; what that takes is loaded only when something changed."""
    from rules.verify.check import check_texts

    return check_texts(texts)

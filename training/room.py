"""The training room: draws drills from the knowledge base's cases and keeps the answers."""

from datetime import datetime
from pathlib import Path
from random import Random

from kb.knowledge_base import KnowledgeBase
from kb.types import DocumentType
from training.drills import Decide, Drill, Grade, Label, choose, drill_from, grade
from training.errors import BadAnswer
from training.progress import Attempts, Progress
from training.settings import TrainingSettings


class TrainingRoom:
    """Drills for trainees. `decide` is the rules, `random` the source of chance."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        decide: Decide,
        label: Label,
        path: Path,
        settings: TrainingSettings,
        random: Random,
    ) -> None:
        self._knowledge_base, self._decide, self._label = knowledge_base, decide, label
        self._settings, self._random = settings, random
        self._attempts = Attempts(path)

    def close(self) -> None:
        self._attempts.close()

    def next(self, trainee: str) -> Drill:
        """A case that this trainee has not met lately. Raises NothingToTrain."""
        recent = self._attempts.recent(trainee, self._settings.recent)
        return choose(list(self._drills().values()), recent, self._random)

    def answer(
        self, trainee: str, case_id: str, kind: str, tier: str, level: int, now: datetime
    ) -> Grade:
        """Grade an answer and keep it. Raises BadAnswer for an unknown case or value."""
        drill = self._drills().get(case_id)
        if drill is None:
            raise BadAnswer(f"没有编号为 {case_id} 的练习；请先取下一题。")
        graded = grade(drill, kind, tier, level, self._label)
        self._attempts.add(trainee, case_id, now, (kind, tier, level), graded.correct)
        return graded

    def progress(self, trainee: str) -> Progress:
        return self._attempts.progress(trainee)

    def _drills(self) -> dict[str, Drill]:
        cases = [d for d in self._knowledge_base.documents() if d.type is DocumentType.CASE]
        found = (drill_from(case, self._decide) for case in cases)
        return {drill.case_id: drill for drill in found if drill is not None}

"""The one place that turns any package's errors into what a user sees.

UserMistake kinds map to exit code 1 and HTTP 4xx, a missing prerequisite to 503, a busy store
to 409. Anything else is a defect and keeps its traceback.
"""

from dataclasses import dataclass

from api.settings import SettingsError
from assistant.errors import AssistantError
from desk.errors import DeskError, NotFound, StageConflict
from ingest.errors import IngestError
from kb import errors as kb_errors
from rules.errors import RulesError
from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for people: an RFC 9457 problem without its instance."""

    status: int
    code: str
    title: str
    detail: str


# the first row whose class matches decides: narrower classes stand before their bases
_TABLE: tuple[tuple[type[Exception], int, str, str], ...] = (
    (kb_errors.InputError, 422, "input", "输入有误"),
    (kb_errors.StoreBusy, 409, "store-busy", "数据目录正被占用"),
    (kb_errors.ModelUnavailable, 503, "model-unavailable", "模型尚未就绪"),
    (kb_errors.DownloadFailed, 503, "download-failed", "下载失败"),
    (kb_errors.StoreDamaged, 503, "store-damaged", "索引需要修复"),
    (NotFound, 404, "not-found", "没有找到"),
    (StageConflict, 409, "stage-conflict", "当前状态不允许该操作"),
    (DeskError, 422, "desk", "工单操作有误"),
    (TrainingError, 422, "training", "练习操作有误"),
    (IngestError, 422, "ingest", "资料有误"),
    (RulesError, 422, "rules", "规则有误"),
    (AssistantError, 422, "input", "输入有误"),
    (SettingsError, 422, "settings", "设置有误"),
)


def classify(error: BaseException) -> Problem | None:
    """The problem an expected error stands for, or None for a defect."""
    for cls, status, code, title in _TABLE:
        if isinstance(error, cls):
            return Problem(status, code, title, str(error))
    return None


EXPECTED: tuple[type[Exception], ...] = tuple(row[0] for row in _TABLE)

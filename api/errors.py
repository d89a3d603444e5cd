"""The one place that turns any package's errors into what a user sees.

On the command line each is one line and exit code 1; over HTTP a mistake in the input is 4xx, a
busy store 409, a missing model 503. Anything else is a defect and keeps its traceback.
"""

from dataclasses import dataclass

from api.incoming import IncomingError
from api.settings import SettingsError
from assistant import errors as assistant_errors
from desk import errors as desk_errors
from desk.errors import DeskError, MergeConflict, NotFound, StageConflict
from eval.readers import EvalInputError
from ingest.errors import ChangedMeanwhile, IngestError
from kb import errors as kb_errors
from rules import errors as rules_errors
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
    (kb_errors.NotFound, 404, "not-found", "没有找到"),
    (kb_errors.StoreBusy, 409, "store-busy", "数据目录正被占用"),
    (kb_errors.ModelUnavailable, 503, "model-unavailable", "模型尚未就绪"),
    (kb_errors.DownloadFailed, 503, "download-failed", "下载失败"),
    (kb_errors.StoreDamaged, 503, "store-damaged", "索引需要修复"),
    (NotFound, 404, "not-found", "没有找到"),
    (StageConflict, 409, "stage-conflict", "当前状态不允许该操作"),
    (MergeConflict, 409, "merge-conflict", "这两条来件不能合并"),
    (desk_errors.ChangedMeanwhile, 409, "changed-meanwhile", "来件已被改动"),
    (desk_errors.CorrectionRefused, 422, "correction", "不能这样更正"),
    (DeskError, 422, "desk", "工单操作有误"),
    (TrainingError, 422, "training", "练习操作有误"),
    (ChangedMeanwhile, 409, "changed-meanwhile", "资料已被改动"),
    (IngestError, 422, "ingest", "资料有误"),
    (rules_errors.VersionMissing, 404, "not-found", "没有找到"),
    (rules_errors.RecordMissing, 404, "not-recorded", "没有留下记录"),
    (rules_errors.NotActivated, 409, "not-activated", "规则没有启用"),
    (rules_errors.ArchiveBusy, 409, "store-busy", "规则存档正被占用"),
    (rules_errors.VersionDamaged, 503, "version-damaged", "规则版本需要修复"),
    (rules_errors.InvalidFacts, 422, "input", "输入有误"),
    (rules_errors.RulesError, 422, "rules", "规则有误"),
    (assistant_errors.ModelUnavailable, 503, "model-unavailable", "模型尚未就绪"),
    (assistant_errors.LexiconDamaged, 503, "lexicon-damaged", "词表需要修复"),
    (assistant_errors.PhrasesDamaged, 503, "phrases-damaged", "话术需要修复"),
    (assistant_errors.QuestionsUnusable, 503, "questions-unusable", "问题记录需要修复"),
    (assistant_errors.RetrainingRefused, 409, "retraining-refused", "没有替换分类模型"),
    (assistant_errors.PromptTooLong, 422, "prompt-too-long", "内容太长"),
    (assistant_errors.QueueFull, 503, "queue-full", "语言模型正忙"),
    (assistant_errors.LanguageModelError, 503, "language-model", "语言模型不可用"),
    (assistant_errors.AssistantError, 422, "input", "输入有误"),
    (SettingsError, 422, "settings", "设置有误"),
    (IncomingError, 422, "input", "来件有误"),
    (EvalInputError, 422, "input", "评测文件有误"),
)


def classify(error: BaseException) -> Problem | None:
    """The problem an expected error stands for, or None for a defect."""
    for cls, status, code, title in _TABLE:
        if isinstance(error, cls):
            return Problem(status, code, title, str(error))
    return None


EXPECTED: tuple[type[Exception], ...] = tuple(row[0] for row in _TABLE)

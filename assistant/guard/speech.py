"""What the lists do not hold: sentences that sound like a threat, blame, or an empty promise.

A linear model for each fault, on runs of one to three characters, in which words of one part in
the affair (we, you, staff, neighbours, other bodies, dues, services) are one character each.
`speech.json` holds them as numbers (made by `assistant.guard.speech_training`); reading it needs
no library.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.guard.ground import Ground, Part, sentences_of
from assistant.guard.likeness import covered
from assistant.guard.moments import ECHO
from assistant.guard.types import Code
from assistant.phrase_types import PLACEHOLDER, Wording
from assistant.phrasebook import Phrasebook
from assistant.script import fold
from assistant.types import Violation

LONGEST = 3
# folded text has no capitals, so one cannot stand for anything else
_CLASSES = (
    ("A", "我们|咱们?|我司|我方|本公司|公司|物业(?!费)|项目部|本中心|管理处|我哋|阿拉|俺们?"),
    ("B", "您们?|你们?|侬|贵户"),
    ("C", "保安|门岗|师傅|前台|保洁员?|客服|管家|同事|夜班|班长|主管|维修班|工程部?|秩序部?|财务"
          "|绿化"),
    ("D", "住户|邻居|楼上|楼下|租客|租户|业主|对门|隔壁|家长|那户|那家|老太太|房东"),
    ("E", "开发商|派出所|居委会|街道|城管|厂家|运营商|自来水厂|供电|燃气公司|保险公司|法院|社区"
          "|业委会|热线"),
    ("F", "物业费|管理费|停车费|欠费|欠款|缴费|缴纳|缴清|缴|交费|交钱|账|补齐|结清|拖欠"),
    ("G", "门禁|电梯卡?|供水|供电|水电|供暖|道闸|门卡|水阀|水表|电表|燃气|乘梯|暖气"),
    ("H", "责任|过错|违约|违法|过失|失职"),
    ("I", "[0-9]+|[一二三四五六七八九十百千两]+"),
)  # fmt: skip
_CLASS = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _CLASSES))
_SOUNDS = {
    "blame": "责怪别人",
    "compensation": "许诺没有依据的赔偿或减免",
    "cut_services": "拿停服务要挟",
    "instruction": "照办来件里的指令",
    "liability": "认定法律责任",
    "not_our_business": "推脱",
    "result_promise": "保证做不到的结果",
}
# a list's finding is dropped below this logit; see the benchmarks for what it costs and saves
_FINE = -2.0
# how something is said; whether money or a result may be promised is no matter of sound
OF_TONE = frozenset({Code.CUT_SERVICES, Code.LIABILITY, Code.BLAME, Code.NOT_OUR_BUSINESS})
_JUDGED = frozenset({"restate", "empathy", "commitment", "next_step", "ask", "closing", "text"})
# characters; in fewer, a single run decides
_SHORTEST = 8
# share of its content by which a sentence of an unmarked text counts as told by a passage
_QUOTED = 0.6


@dataclass(frozen=True, slots=True)
class Speech:
    """Multinomial logistic regression against what is fine, whose logit is 0.

    `bias` and the numbers of each run are by fault, in the order of `faults`. A sentence whose
    logit of any fault is above `threshold` is blamed.
    """

    faults: tuple[str, ...]
    bias: tuple[float, ...]
    threshold: float
    weights: Mapping[str, Sequence[float]]

    def judged(self, folded: str) -> tuple[float, str]:
        """How much a sentence, folded and without its final mark, sounds like a fault: the logit
        of any fault against none, and which one it sounds like most."""
        known = [self.weights[run] for run in runs_of(folded) if run in self.weights]
        scale = 1 / math.sqrt(max(len(known), 1))
        sums = (math.fsum(row[place] for row in known) for place in range(len(self.faults)))
        logits = [bias + scale * total for bias, total in zip(self.bias, sums, strict=True)]
        most = max(logits)
        any_fault = most + math.log(math.fsum(math.exp(logit - most) for logit in logits))
        return any_fault, self.faults[logits.index(most)]


def runs_of(folded: str) -> set[str]:
    """Every run of one to three characters, classes of words counting as one."""
    text = _CLASS.sub(lambda match: str(match.lastgroup), folded)
    return {text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1)}


@lru_cache(maxsize=1)
def shipped_speech() -> Speech:
    """The model that ships with the package."""
    content = json.loads(
        files("assistant").joinpath("guard", "speech.json").read_text(encoding="utf-8")
    )
    faults, bias = tuple(content["faults"]), tuple(content["bias"])
    return Speech(faults, bias, content["threshold"], content["weights"])


def sounds_fine(sentence: str, part: Part) -> bool:
    """Whether the model is sure of a folded sentence of a part: never of a fact, nor of few words.

    Facts are in the words of passages, which it has not learned.
    """
    if part.segment.role not in _JUDGED or len(sentence) < _SHORTEST:
        return False
    return shipped_speech().judged(sentence)[0] < _FINE


def speech(part: Part, ground: Ground) -> Iterator[Violation]:
    """Sentences that sound like a fault, but for the library's and what the resident said."""
    if part.segment.role not in _JUDGED:
        return
    model = shipped_speech()
    for sentence in sentences_of(part.folded):
        if len(sentence.text) < _SHORTEST or ECHO.search(sentence.text):
            continue
        logit, fault = model.judged(sentence.text)
        if logit <= model.threshold:
            continue
        if _is_fixed(sentence.text, ground.guard.phrases) or (
            part.segment.role == "text"
            and covered(sentence.text, [p.text for p in part.passages]) >= _QUOTED
        ):
            continue
        start, end = part.span(sentence.start, sentence.end)
        text = part.segment.text[start:end]
        reason = f"这句话读起来像在{_SOUNDS[fault]}，请核对或改写。"
        yield Violation(part.index, start, end, Code.RISKY, text, reason)


def _is_fixed(sentence: str, phrases: Phrasebook) -> bool:
    """Whether a sentence is one of the library, with anything in its open places."""
    return any(fixed.fullmatch(sentence) for fixed in _fixed(phrases.wordings))


@lru_cache(maxsize=4)
def _fixed(wordings: tuple[Wording, ...]) -> tuple[re.Pattern[str], ...]:
    texts = {
        # an X folds to an x, which no wording holds
        PLACEHOLDER.sub("X", text)
        for wording in wordings
        for text in wording.texts
    }
    sentences = {s.text for text in texts for s in sentences_of(fold(text).text)}
    return tuple(re.compile(re.escape(one).replace("x", ".{1,60}")) for one in sorted(sentences))

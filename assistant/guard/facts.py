"""A fact must stand in the passages that it cites, and say it the same way round."""

import re
from collections.abc import Iterator, Sequence

from assistant.guard.comparing import anywhere
from assistant.guard.ground import Ground, Part, Stretch, clauses_of, sentence_at, sentences_of
from assistant.guard.likeness import content_of, covered, shared
from assistant.guard.moments import ECHO
from assistant.guard.types import Code
from assistant.guard.values import Value, values_of
from assistant.script import fold
from assistant.types import Violation

# share of a sentence's content that its passages (with the message) must hold; less is enough where
# all its values stand in them, and where the encoder says that it means the same
_LEAST_COVERED = 0.3
_LEAST_WITH_VALUES = 0.2
_SAME_MEANING = 0.94
_LEAST_CONTENT = 5
# a sentence whose values, this many, all stand in its passages says little beside them
_ENOUGH_VALUES = 3
# words by which a sentence states what holds, in a text whose facts are not marked
_CLAIM = re.compile(
    "收费|免费|费用|标准|规定|可以|不可以|不得|禁止|允许|必须|应当|需要|须|不收|押金|保证金|办理|申请|提交|退还|有效|由.{1,8}承担|开放|营业|每[月年天次户平]"
)
_STEMS = {
    "permission": (
        r"可以?(?!能)|允许|能够?(?!耗|源)|准许|放行|准予|许可(?!牌|证)",
        r"不(?:可以?|能|允许|得(?!不|已)|准|许|让)|禁止|严禁|谢绝|切勿|请勿|一律不|勿",
    ),
    "charge": (
        r"(?<![免不无])(?:收费(?!标准|项目|投诉|问题|员|公示|处)|收取|加收|计收|另收|需付费|要交钱|要收钱|收钱|付费|缴费后)",
        r"(?:不(?:再|另|单独|额外|会)?(?:另)?(?:收|加收|收取|计收|收费|要钱|用钱|花钱)|免费|免收|无偿|免交|免缴|没有?费用|不用交)",
    ),
    "need": (
        r"(?<![不无毋])(?:需要?(?!求)|必须|须(?!知)|应当|得先|要先)|(?<!不)要提前",
        r"不(?:需要?|必|用|须|要求)|无需|无须|毋须|免于",
    ),
    "refund": (r"(?<!不)(?:退还|退回|全额退|可退|退给)", r"(?:不予?|不再|不能|概不)退"),
    "include": (r"(?<![不])(?:包含|包括|含有|计入|算在)", r"不(?:包含|包括|含|计入|算在)|除外"),
    "discount": (r"(?<!不)(?:打折|优惠|有折扣)", r"不(?:打折|优惠)|(?:没有|无)(?:折扣|优惠)"),
    "bear": (r"(?<![不])(?:承担|负责)", r"不(?:承担|负责)"),
    "count": (r"(?<!不)(?:[算计]逾期|[收计]违约金)", r"不(?:[算计]逾期|[收计]违约金)"),
}  # fmt: skip
# who is entitled, by what procedure, with what privilege: no such word without a passage
_TERMS = re.compile(
    "优先|插队|免交|免缴|专人|接送|专用|终身|永久|奖励|一律|签字|公证|审批|批准|备案|抽签|投票|授权|推荐|担保"
    "|理赔|垫付|出钱|罚款|补贴|会员|党员|老业主|退休|员工|取消"
    "|分担|自理|自付|自费|酌情"
)
# a fee by its name; not what is done about one (催缴费, 扫码付费), nor what everybody pays
_FEE = re.compile(
    "(?!物业费|停车费|服务费|管理费|水电费|电话费|维修费)[\u4e00-\u9fff]{2}(?<![收付缴交免计退消欠扣浪耗话催完好清了])(?<![^手]续)费(?![用心力劲时解])"
    "|押金|租金|小费"
)
_FREE = re.compile("不(?:再|另|用|会|需)?[收交付要]|免|无需|没有|不含")
_ASKS = re.compile("[吗么]$|多少|是否|怎么|哪|几[个天元次]|能不能|要不要|收不收|可不可以")
_DENIED = re.compile("[不未非没无]")
_POLARITY = {name: (re.compile(yes), re.compile(no)) for name, (yes, no) in _STEMS.items()}
# of likeness, where a pair shared with the clause counts twice and one with its sentence once
_LEAST_SHARED = 4


def facts(part: Part, ground: Ground) -> Iterator[Violation]:
    """What a segment claims without a source, against its source, or beyond it."""
    role = part.segment.role
    if role not in ("fact", "text"):
        return
    if role == "fact" and not part.passages:
        if not _says_unknown(part, ground) and not _is_rule_bound(part, ground):
            yield _violation(part, 0, len(part.folded), Code.UNCITED, "这句话没有注明出处。", None)
        return
    if not part.passages:
        return
    for sentence in sentences_of(part.folded):
        if role == "text" and not _claims(sentence.text):
            continue
        finding = _support(part, sentence, ground)
        if finding is not None:
            yield finding
            continue
        yield from _made_up(part, sentence, ground)
        yield from _turned(part, sentence)


def _made_up(part: Part, sentence: Stretch, ground: Ground) -> Iterator[Violation]:
    """Conditions, procedures and privileges that neither the passages nor the message name."""
    if part.segment.role != "fact":
        return
    named = [*_TERMS.finditer(sentence.text)]
    named += [m for m in _FEE.finditer(sentence.text) if not _FREE.search(sentence.text)]
    for match in named:
        if any(match[0] in text for text in (ground.message, *(p.text for p in part.cited))):
            continue
        start = sentence.start + match.start()
        reason = f"所引的资料里没有说“{match[0]}”。"
        yield _violation(part, start, start + len(match[0]), Code.UNSUPPORTED, reason, None)


def _says_unknown(part: Part, ground: Ground) -> bool:
    fixed = [
        fold(text).text
        for wording in ground.guard.phrases.wordings
        if wording.situation == "unanswered"
        for text in wording.texts
    ]
    return any(shared(part.folded, text) >= 8 for text in fixed)


def _is_rule_bound(part: Part, ground: Ground) -> bool:
    """Whether a fact is a matter of the authority that the triage names."""
    authority = ground.triage.authority
    return authority is not None and fold(authority.label).text[:3] in part.folded


def _support(part: Part, sentence: Stretch, ground: Ground) -> Violation | None:
    if len(content_of(sentence.text)) < _LEAST_CONTENT:
        return None
    texts = [passage.text for passage in part.passages]
    values = values_of(sentence.text)
    stand = bool(values) and all(
        any(anywhere(value, passage.values) for passage in part.cited) for value in values
    )
    if stand and len(values) >= _ENOUGH_VALUES:
        return None
    # a value that stands is proven in any form, so only the words around it have to be
    said = _without(sentence.text, values) if stand else sentence.text
    share = covered(said, [*texts, ground.message])
    if share >= _LEAST_COVERED and covered(said, texts) >= _LEAST_WITH_VALUES / 2:
        return None
    if share >= _LEAST_WITH_VALUES and (
        stand or _meaning(sentence.text, texts, ground) >= _SAME_MEANING
    ):
        return None
    return _violation(
        part, sentence.start, sentence.end, Code.UNSUPPORTED, "所引的资料里没有这个说法。", None
    )


def _claims(sentence: str) -> bool:
    """Whether a sentence says what holds, and does not only name what was asked."""
    return bool(_CLAIM.search(sentence)) and not ECHO.search(sentence)


def _without(text: str, values: Sequence[Value]) -> str:
    for value in sorted(values, key=lambda one: one.start, reverse=True):
        text = f"{text[: value.start]} {text[value.end :]}"
    return text


def _meaning(sentence: str, texts: list[str], ground: Ground) -> float:
    encoder = ground.guard.encoder
    if encoder is None:
        return 0.0
    passages = [s.text for text in texts for s in sentences_of(text) if len(s.text) > 3]
    vectors = encoder.encode_passages([sentence, *passages])
    return float(max(vectors[1:] @ vectors[0], default=0.0))


def _turned(part: Part, sentence: Stretch) -> Iterator[Violation]:
    """Clauses that allow what the passage forbids, charge what it does not, and the like."""
    for clause in clauses_of(sentence.text):
        for yes, no in _POLARITY.values():
            sign = _sign(clause.text, yes, no)
            if sign is None:
                continue
            best = _nearest(clause.text, part, yes, no)
            if best is not None and best[0] is not sign:
                start = sentence.start + clause.start
                yield _violation(
                    part, start, start + len(clause.text), Code.NEGATION,
                    "与所引资料的意思相反。", best[1].strip(),
                )  # fmt: skip
                break


def _sign(text: str, yes: re.Pattern[str], no: re.Pattern[str]) -> bool | None:
    if no.search(text):
        return None if yes.search(no.sub("", text)) else False
    return True if yes.search(text) and not _DENIED.search(text) else None


def _nearest(
    clause: str, part: Part, yes: re.Pattern[str], no: re.Pattern[str]
) -> tuple[bool, str] | None:
    """The sign of the passage's clause that says most nearly the same; None where it is unclear."""
    best: dict[bool, tuple[int, str]] = {}
    for passage in part.passages:
        for other in clauses_of(passage.text):
            sign = _sign(other.text, yes, no)
            if sign is None or _ASKS.search(other.text):
                continue
            around = sentence_at(passage.text, other.start).text
            likeness = 2 * shared(clause, other.text) + shared(clause, around)
            if likeness > best.get(sign, (0, ""))[0]:
                best[sign] = (likeness, other.text)
    if not best:
        return None
    sign = max(best, key=lambda one: best[one][0])
    likeness, text = best[sign]
    other_likeness = best.get(not sign, (0, ""))[0]
    if likeness < _LEAST_SHARED or likeness < other_likeness + 3:
        return None
    return sign, text


def _violation(
    part: Part, start: int, end: int, code: Code, reason: str, correct: str | None
) -> Violation:
    first, last = part.span(start, end)
    return Violation(part.index, first, last, code, part.segment.text[first:last], reason, correct)

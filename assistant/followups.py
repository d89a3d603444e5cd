"""A follow-up as a question that stands alone: 装修几点可以施工 · 那周末呢 is 周末装修几点可以施工.

No model: what a turn leans on shows in its form (那…呢, 如果…, 这个, 多少钱) and in the words it
has or lacks (`lexicon/followups.yaml`). A value takes the place of one of its kind, a condition
comes before the former question, a bare question gets the matter of the former one. A question
with a matter of its own stands as it was typed. Pure.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from assistant.followup_words import Word, find_words, specific
from assistant.spoken import in_standard_words
from kb.normalization import simplify

# the stem of a longer question is cut down to the matters that it names
_LONGEST_STEM = 40
# a turn beyond this is a story that needs no former turn, and no question grows beyond thrice that
_LONGEST_TURN = 60
# characters of content beyond the lexicon that make a question one of its own; a turn this short
# has no room for both a matter and what is asked of it
_OWN, _OWN_WHEN_LINKED, _OWN_WITH_SHARED, _SHORT = 4, 6, 2, 8

_COURTESY = (
    "您好|你好|谢谢[您你]?啦?|多谢|感谢|好的?|好吧|行|嗯+|哦+|噢|明白了?|知道了?|了解了?|清楚了?|收到|原来如此|ok"
    "|(?:请|麻烦|我?想?再?)(?:问|咨询|请教)一?下|请问|对了|哎|唉|那好|这样啊?"
    "|(?:没有|没|不用|没事)了|再见|拜拜"
)
_OPENING = re.compile(
    f"^(?:(?:{_COURTESY})(?:[,。!;:~ ]+|(?=那|还有|如果|要是))|请问|我?想?(?:问|咨询|请教)一?下)+",
    re.IGNORECASE,
)
_ONLY_COURTESY = re.compile(f"(?:(?:{_COURTESY})[,。!?;:~ 啊呀哈了]*)+", re.IGNORECASE)
# opens a matter of its own, whatever was spoken of
_ANEW = re.compile(
    "(?:换个(?:问题|话题)|(?:另外|再)问(?:一下|个|一个)?(?:别的|其他)(?:事|问题)?)[,: ]*"
)
_LINK = re.compile(
    "(?:(?:那么|噉|咁|那|还有(?![多几没什哪谁])|另外|然后|而且|但是|但|不过|可是|所以|以及)[,: ]*)+"
    "(?![个边里些种天样次位儿会栋棵辆只条间盏台扇块片张笔件份])"
)
_IF = re.compile("(?:如果|要是|假如|万一|假设|若是|若)(?:说|是)?")
# goes on with what somebody else, or a former turn, has said: 不搬走会怎样
_GOING_ON = re.compile("(?=.{1,14}$)(?:[不没再又超]|还没|已经|只[能要有])")
_NE = re.compile("(?:的话)?(?:呢|咧)$|的话$")
_BESIDE_VALUE = re.compile(
    "(?:是|在|住|有|要|做|用|办|的|情况|时候|那种|这种|和|或|期间|里|内|外|上)*"
)
_AROUND_VALUE = re.compile("^(?:是|在|有|要|用)|的$")
_MARKS = re.compile("[?!。,~…;: ]+$")
_ALSO = re.compile(
    "(?:可以|能|用|是)*(?P<value>.{1,12}?)(?P<also>也|都|同样)?"
    "(?:是|算|要|得|能|可以|会|行|有人?|按|适用|需要|收|交|办|用|管)*"
    "(?:这样|这么(?:算|收|办)|一样|这个(?:价钱?|时间|标准|规定)|如此)?(?:的|了)?(?:吗|么|不|吧|行吗|可以吗|行不行)?"
)
# 这个, 它, 他们 stand for what was spoken of; 这个月 and 这个小区 do not
_PRONOUN = re.compile(
    "(?:这|那)(?:个|种|张|笔|项|些|类|件|份|棵|辆|只|条|间|盏|台|扇|块|片)(?!月|星期|礼拜|周|年|小区|楼)"
    "(?:情况|钱|费用?|事情?|问题|东西|手续|证|单子|时间)?(?:的话)?"
    "|这(?=要|是|得|怎|多|谁|归|算|能|可|会)|(?:那|这)(?:里|边|儿)|它们?|他们?|她们?|人家"
)
_ASKING = re.compile(
    "什么时候|什么时间|几点钟?|哪一?天|几号|几月|多久|多长时间"
    "|几个?(?:小时|工作日|分钟|天|月|年|次|张|个|户|种|条|人)|多少(?:钱|元|块)?|几块钱?"
    "|怎么(?:样|办|收费|收|算|交|缴|弄|做|用|说|走)?|如何|怎样"
    "|(?:什么|哪些)(?:材料|证件|资料|东西|要求|条件|标准|情况|流程|费用|地方|价格?)?"
    "|哪里|哪儿|哪个(?:部门)?|哪位|谁|为什么|为何|可不可以|能不能|要不要|是不是|有没有|会不会|行不行"
    "|用不用|是否|行吗|好吗|可以吗|吗|呢|么(?=$)"
)
_MODAL = "一般|大概|需要|应该|可以|能够|必须|想要|得|要|会|能|该|是|算|由|还"
_GENERIC_BEFORE = re.compile(
    f"(?:{_MODAL}|去|找|放|打|交|缴|收|付|带|用|到|在|从|有|都|花|办|归|我|我们|你们)+$"
)
_GENERIC_AFTER = re.compile(
    f"^(?:算|是)(?=..)|^(?:{_MODAL}|才|去|来|交|缴|收|退|付|管|办理|办|做|负责|处理|有|到|钱|结果"
    "|完成|告诉|的|了|一次)+$"
)
_AUXILIARY = re.compile(
    "可以|能够|也要?|(?<!不)能(?![源耗])|(?<!不)会(?!所|员|议)|我们|我想|请问|^我家?的?"
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What to ask instead of the last turn.

    `from_turns` are the places (from 0) of the former turns whose words `question` takes along;
    empty where the last turn stands alone and `question` is what was typed, without courtesy and
    words that only join it to the former turn.
    """

    question: str
    from_turns: tuple[int, ...] = ()


def rewrite(turns: Sequence[str]) -> Rewritten:
    """The last of some turns, oldest first, as a question that can be asked alone.

    Every turn is put together with what the former ones came to, so that 多少钱 after 那停车费呢
    knows both. Empty turns and mere courtesy carry nothing on. Never fails; no turns give an
    empty question.
    """
    talk = _Talk()
    asked = Rewritten("")
    for place, turn in enumerate(turns):
        said = _read(turn)
        asked, talk = _next(talk, place, turn.strip(), _without_marks(_without_opening(said)))
    return asked


@dataclass(frozen=True, slots=True)
class _Talk:
    """What was last asked, and the question that last named what is spoken of, each whole.

    活动室怎么预约 · 要钱吗 · 几点关门: the last turn leans on the first one only.
    """

    last: Rewritten = Rewritten("")
    about: Rewritten = Rewritten("")


def _next(talk: _Talk, place: int, turn: str, said: str) -> tuple[Rewritten, _Talk]:
    """A turn as it is to be asked, and the talk after it."""
    if _is_idle(said):
        return Rewritten(turn), talk
    if not talk.last.question:
        whole = Rewritten(said, (place,))
        return Rewritten(turn), _Talk(whole, whole)
    form, value = _form(talk.about.question, said)
    leant = talk.about if form is _Form.BARE else talk.last
    question = _WRITTEN[form](leant.question, value)
    if form is _Form.ALONE or len(question) > 3 * _LONGEST_TURN:
        whole = Rewritten(question, (place,))
        plain = question == _without_marks(_read(turn)) or form is not _Form.ALONE
        return Rewritten(turn if plain else question), _Talk(whole, whole)
    whole = Rewritten(question, (*leant.from_turns, place))
    names = any(word.kind != "condition" for word in find_words(value))
    about = talk.about if form is _Form.BARE and not names else whole
    return Rewritten(question, leant.from_turns), _Talk(whole, about)


def _read(text: str) -> str:
    """A turn in simplified characters, standard words and the marks that are looked for."""
    return in_standard_words(simplify(" ".join(text.split()))).replace("、", ",")


def _is_idle(said: str) -> bool:
    return not said or _ONLY_COURTESY.fullmatch(said) is not None


def _without_opening(said: str) -> str:
    return _OPENING.sub("", said) or said


def _without_marks(said: str) -> str:
    return _MARKS.sub("", said)


class _Form(Enum):
    """How a turn leans on what was said before."""

    ALONE = auto()
    VALUE = auto()
    SUPPOSING = auto()
    BESIDE = auto()
    BARE = auto()


def _form(about: str, said: str) -> tuple[_Form, str]:
    """The form of a turn, and what of it goes into the question."""
    if _ANEW.match(said):
        return _Form.ALONE, _ANEW.sub("", said, count=1) or said
    turn = _LINK.sub("", said, count=1) if _LINK.match(said) else said
    also = _ALSO.fullmatch(turn)
    if also and _is_value(also["value"], or_circumstance=not also["also"]):
        return _Form.VALUE, also["value"]
    bare = _NE.sub("", turn)
    if bare and bare != turn and not _ASKING.search(bare):
        value = _IF.sub("", bare, count=1) if _IF.match(bare) else bare
        if _is_value(value):
            return _Form.VALUE, value
        supposed = value != bare or any(word.kind == "condition" for word in find_words(value))
        return (_Form.SUPPOSING if supposed else _Form.BESIDE), value
    if len(said) > _LONGEST_TURN or _stands_alone(about, turn, linked=turn != said):
        return _Form.ALONE, turn
    return _Form.BARE, turn


def _is_value(text: str, *, or_circumstance: bool = False) -> bool:
    """Whether a text names a thing, a time, a place, an amount, and says nothing of it.

    With `or_circumstance` no thing is meant: 网上 of 网上可以吗, but not 押金 of 押金能退吗.
    """
    words = find_words(text)
    if not words or any(word.kind == "condition" for word in words):
        return False
    if or_circumstance and any(word.is_thing for word in words):
        return False
    return _BESIDE_VALUE.fullmatch(_blanked(text, words)) is not None


def _stands_alone(former: str, turn: str, *, linked: bool) -> bool:
    """Whether a question says by itself what it is about."""
    known = {word.text for word in find_words(former) if word.is_matter}
    words = find_words(turn)
    matters = {word.text for word in words if word.is_matter}
    own = len(specific(turn, words, (_PRONOUN, _ASKING)))
    if _PRONOUN.search(_blanked(turn, words)):
        # in a longer turn they stand for what that turn itself names
        return bool(matters - known) or own >= _OWN_WHEN_LINKED
    if matters:
        return True
    shared = sum(word.kind == "shared" for word in words)
    if shared > 1 or (shared and own >= _OWN_WITH_SHARED):
        return True
    if len(turn) <= _SHORT or _GOING_ON.match(turn):
        return False
    return own >= (_OWN_WHEN_LINKED if linked or _IF.match(turn) else _OWN)


def _with_value(former: str, value: str) -> str:
    """The former question with a value in the place of one of its kind, or else before it.

    What belongs to the former matter comes behind it, another thing takes the matter's place.
    """
    value = _AROUND_VALUE.sub("", value) or value
    told, words = find_words(former), find_words(value)
    kinds = [kind for word in words for kind in word.kinds]
    same = [other for kind in kinds for other in told if kind in other.kinds]
    things = [word for word in words if word.is_thing]
    if not same and things and all(word.belongs for word in things):
        return _joined(_stem(former, words), value)
    if not same and things:
        same = [word for word in told if word.is_matter]
    if same:
        return former[: same[0].start] + value + former[same[0].end :]
    return value + former


def _with_matter(former: str, turn: str) -> str:
    """A bare question behind what the former one was about."""
    turn = _PRONOUN.sub("", turn, count=1).lstrip("的,") or turn
    return _joined(_stem(former, find_words(turn)), turn)


_WRITTEN = {
    _Form.ALONE: lambda _former, turn: turn,
    _Form.VALUE: _with_value,
    _Form.SUPPOSING: lambda former, condition: f"如果{condition}，{former}",
    _Form.BESIDE: lambda former, unknown: f"{former}，{unknown}呢",
    _Form.BARE: _with_matter,
}


def _stem(former: str, said: Sequence[Word]) -> str:
    """What a question is about, without its asking words and what is now said otherwise; short."""
    anew = {word.text for word in said} | {kind for word in said for kind in word.kinds}
    kept = _parts_without(former, lambda word: bool(anew & {word.text, *word.kinds}))
    stem = _without_asking("".join(kept))
    if len(stem) <= _LONGEST_STEM:
        return stem
    named = "".join(word.text for word in find_words(stem) if word.kind != "condition")
    return named[:_LONGEST_STEM] or stem[:_LONGEST_STEM]


def _parts_without(text: str, drop: Callable[[Word], bool]) -> Iterator[str]:
    last = 0
    for word in find_words(text):
        if drop(word):
            yield text[last : word.start]
            last = word.end
    yield text[last:]


def _without_asking(question: str) -> str:
    """装修押金 of 装修押金什么时候退: without what asks and the verbs that only go with it."""
    pieces, last = [], 0
    for match in _ASKING.finditer(question):
        pieces.append(question[last : match.start()])
        last = match.end()
    if not pieces:
        return _AUXILIARY.sub("", question)
    pieces = [_GENERIC_BEFORE.sub("", piece) for piece in pieces]
    pieces.append(_GENERIC_AFTER.sub("", question[last:]))
    return _AUXILIARY.sub("", "".join(pieces)).strip(",。 ")


def _joined(stem: str, rest: str) -> str:
    """The two behind each other; what both say is said once."""
    while common := _common(stem, rest):
        stem = stem.replace(common, "", 1)
    return stem + rest


def _common(stem: str, rest: str) -> str:
    """The longest run of two or more characters that both hold; empty where there is none."""
    for length in range(min(len(stem), len(rest)), 1, -1):
        for start in range(len(stem) - length + 1):
            if (run := stem[start : start + length]) in rest:
                return run
    return ""


def _blanked(text: str, words: Sequence[Word]) -> str:
    for word in words:
        text = text[: word.start] + " " * (word.end - word.start) + text[word.end :]
    return text.replace(" ", "")

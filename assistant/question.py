"""What a question asks for: its content words, its quantities, and the kind of answer it wants."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.spoken import in_standard_words
from kb.normalization import is_chinese, simplify, terms
from kb.quantities import Dimension, Quantity, compact, quantities_of_normal

_TIME = frozenset({Dimension.DURATION, Dimension.CLOCK, Dimension.DATE})
_AMOUNT = frozenset({Dimension.COUNT, Dimension.PERCENT})
_EXTENT = frozenset({Dimension.LENGTH, Dimension.DURATION, Dimension.AREA})
_ANY = frozenset(Dimension)
_ASKED_AMOUNT = (
    "(?:几|多少)(?:个?(?:秒|分钟|小时|钟头|工作日|星期|季度|天|日|周|月|年)|点|号|元|块|毛|钱"
    "|[户人次张])?"
)
# The first pattern that matches says what quantity the answer holds.
_WANTED: tuple[tuple[str, frozenset[Dimension]], ...] = (
    # A telephone number is no quantity.
    (r"(?:电话|热线|号码|手机号?)是?(?:几号|多少)", frozenset()),
    (r"多久|多长时间|时限|(?:几|多少)个?(?:秒|分钟|小时|钟头|天|日|工作日|星期|周|月|年)",
     frozenset({Dimension.DURATION})),
    (r"多少钱|多少元|几块|几元|几毛|什么价|收费标准|怎么收费|如何收费|收多少|交多少",
     frozenset({Dimension.MONEY})),
    (r"几分之几|百分之几|百分之多少|比例|占比|多少%", frozenset({Dimension.PERCENT})),
    (r"几点", frozenset({Dimension.CLOCK})),
    (r"什么时间|什么时候|何时|哪天|几号|几月", _TIME),
    (r"(?:几|多少)(?:平方米|平米|平)", frozenset({Dimension.AREA})),
    (r"(?:几|多少)(?:住户|[个户人名次张栋层台部条辆只份倍岁遍件套间家种])", _AMOUNT),
    (r"多长|多高|多宽|多远|多大", _EXTENT),
    (r"多重|几|多少", _ANY),
)  # fmt: skip
_UNIT = re.compile(r"(?:几|多少)(个?(?:秒|分钟|小时|天|工作日|月|年)|[户人次张栋层台部条辆])")
_LONG_UNIT = re.compile("个?(?:小时|钟头|工作日|服务日|星期|季度|月)|分钟|秒钟|平方米|平米")
_ASKING = re.compile(
    rf"多久|多长时间|多长|百分之几|{_ASKED_AMOUNT}|什么时候|什么时间|谁|哪里|哪儿|怎么办|怎么样|怎么|怎样|如何"
)
_WHO = re.compile(r"谁|哪个部门|哪个岗位|哪位|什么人|找哪")
_WHERE = re.compile(r"哪里|哪儿|在哪|什么地方|何处|什么位置")
_HOW = re.compile(r"怎么|怎样|如何|流程|步骤|哪些|什么(?!时|人|地|位)|为什么|为何|能不能|可不可以")
# Words that ask, greet or only hold the sentence together. Longer ones come first.
_FUNCTION = re.compile(
    "我想问一下|我想咨询一下|我想知道|想问一下|想问|请问一下|请问|咨询一下|问一下|打听一下|您好|你好|"
    "麻烦|谢谢|什么时候|什么时间|什么地方|多长时间|为什么|为何|怎么办|会怎么样|会怎样|怎么样|怎么|怎样|如何|什么|哪些|"
    f"哪里|哪儿|哪个|哪位|哪|多久|多长|百分之几|{_ASKED_AMOUNT}|是不是|有没有|能不能|可不可以|要不要|"
    "会不会|是否|可以|需要|应该|应当|必须|一下|我们|你们|咱们|他们|我家|自己|由谁|找谁|谁|吗|呢|吧|啊|呀|嘛|的|了|"
    "是|您|你|我|请"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; `text` is simplified Chinese in standard words.

    `content` holds the runs of content words (normalised), a number joined with the character
    behind it (1级); `focus` the run that the question word belongs to (多久**回访**). `wants`
    has the dimensions one of which the answer should have (empty: none in particular), `unit`
    the unit asked for (`几分钟`), and `strict` means that nothing without such a quantity is an
    answer (什么时候 may be answered by an event).
    """

    text: str
    normal: str
    content: tuple[str, ...]
    focus: str
    quantities: tuple[Quantity, ...]
    wants: frozenset[Dimension]
    unit: str
    strict: bool
    who: bool
    where: bool
    explains: bool


# the wordings of FAQs are read for every question that finds them
@lru_cache(maxsize=4096)
def understand(text: str) -> Question:
    """Read a question; never fails."""
    text = in_standard_words(simplify(text))
    normal = compact(text)
    wants = next((dims for pattern, dims in _WANTED if re.search(pattern, normal)), frozenset())
    unit = _UNIT.search(normal)
    return Question(
        text=text,
        normal=normal,
        content=tuple(run for part in _FUNCTION.split(normal) for run in _runs(part)),
        focus=_focus(normal),
        quantities=tuple(quantities_of_normal(normal)),
        wants=wants,
        unit=unit[1] if unit else "",
        strict=bool(wants) and wants != _TIME,
        who=bool(_WHO.search(normal)),
        where=bool(_WHERE.search(normal)),
        explains=bool(_HOW.search(normal)) and not wants,
    )


def _runs(part: str) -> list[str]:
    """Content runs of a stretch without function words; a number takes its unit along."""
    runs: list[str] = []
    for run in terms(part):
        if runs and runs[-1][-1].isdigit() and is_chinese(run):
            # 3个|月没交: as terms a number goes with one character, but the unit ends with 月.
            unit = _LONG_UNIT.match(run)
            runs[-1] += run[0]
            run = run[unit.end() if unit else 1 :]
        if run:
            runs.append(run)
    return runs


def _focus(normal: str) -> str:
    """The content run behind the question word, or before it when nothing follows."""
    match = _ASKING.search(normal)
    if not match:
        return ""
    after = [run for part in _FUNCTION.split(normal[match.end() :]) for run in _runs(part)]
    before = [run for part in _FUNCTION.split(normal[: match.start()]) for run in _runs(part)]
    return after[0] if after else before[-1] if before else ""

"""Every condition and output that a book can hold survives being a cell."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from rules.cell_words import BadCell, Lexicon, text_cell, text_value
from rules.cells import Cells
from rules.condition_reading import Reader
from rules.errors import MalformedBook
from rules.inputs import REQUEST
from rules.loading import default_rulebook
from rules.reading import BookFile
from rules.tables import Field

BOOK = default_rulebook()
VOCABULARY = BOOK.vocabulary
INPUTS = dict(BOOK.tables["urgency"].inputs) | {
    name: Field(name, one.type, name, one.group, optional=one.optional)
    for name, one in REQUEST.items()
    if name not in BOOK.tables["urgency"].inputs
}
NUMBER = Field("amount", "number", "金额", unit="元")
CELLS = Cells(INPUTS, VOCABULARY)
READER = Reader(BookFile("test.yaml", "", {}), INPUTS | {"amount": NUMBER}, VOCABULARY)


def condition_of(field: Field, value: Any) -> object:
    """The condition as the engine gets it, its words included."""
    return READER.alternatives({field.name: value}, (), "row")


def survives(field: Field, value: Any) -> None:
    cell = CELLS.condition_cell(field, value)
    assert condition_of(field, CELLS.condition_value(field, cell)) == condition_of(field, value)
    assert CELLS.condition_cell(field, CELLS.condition_value(field, cell)) == cell


@cache
def codes(name: str) -> tuple[Any, ...]:
    field = INPUTS[name]
    return (*VOCABULARY.codes(field.group), *(("unknown",) if field.optional else ()))


ENUMS = [name for name, field in INPUTS.items() if field.type == "enum"]


@given(st.data(), st.sampled_from(ENUMS))
def test_any_set_of_codes_survives(data: st.DataObject, name: str) -> None:
    one = st.sampled_from(codes(name))
    survives(INPUTS[name], data.draw(st.one_of(one, st.lists(one, min_size=1))))


NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False)
)


def bounds(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or an interval that is not empty, in every way of writing one."""

    def interval(pair: tuple[Any, Any], low: str | None, high: str | None) -> dict[str, Any]:
        small, large = sorted(pair)
        found = {} if low is None else {low: small}
        return found if high is None else found | {high: large}

    pairs = st.tuples(values, values).filter(lambda pair: pair[0] != pair[1])
    intervals = st.builds(
        interval,
        pairs,
        st.sampled_from([None, "at_least", "above"]),
        st.sampled_from([None, "at_most", "below"]),
    ).filter(bool)
    return st.one_of(values, intervals, values.map(lambda one: {"at_least": one, "at_most": one}))


@given(bounds(NUMBERS))
def test_any_range_of_numbers_survives(value: Any) -> None:
    survives(NUMBER, value)


@given(bounds(st.integers(-400, 400)))
def test_negative_days_survive_as_plain_values(value: Any) -> None:
    cell = CELLS.condition_cell(NUMBER, value)
    if isinstance(value, dict) and value.get("at_least", 0) == value.get("at_most", 1):
        value = value["at_least"]
    assert CELLS.condition_value(NUMBER, cell) == value


@given(bounds(st.dates(date(1900, 1, 1), date(2999, 12, 31))))
def test_any_range_of_days_survives(value: Any) -> None:
    try:
        condition_of(INPUTS["received_on"], value)
    except MalformedBook:
        reject()  # no day lies strictly between two neighbours
    survives(INPUTS["received_on"], value)


@given(st.booleans())
def test_yes_and_no_survive(value: bool) -> None:
    survives(INPUTS["wished"], value)


SIGNALS = st.sampled_from(sorted(VOCABULARY.signals))
FAMILIES = st.sampled_from([str(code) for code in VOCABULARY.codes("families")])
MIXED = st.lists(st.one_of(SIGNALS, FAMILIES), min_size=1, max_size=6)


@given(
    st.fixed_dictionaries(
        {}, optional={"all": st.lists(SIGNALS, min_size=1), "any": MIXED, "none": MIXED}
    ).filter(bool)
)
def test_any_asking_for_signals_survives(value: dict[str, list[str]]) -> None:
    cell = CELLS.condition_cell(INPUTS["signals"], value)
    assert CELLS.condition_value(INPUTS["signals"], cell) == value


SPANS = {
    "calendar": st.sampled_from(["立即", "3分钟", "24小时", "2天"]),
    "service": st.sampled_from(["立即", "15分钟", "4小时", "4个服务小时", "3个服务日"]),
}
ANYTHING = st.text(
    " \t\n\r\0\x85\u2028\u3000\ufeff；;，、：:（()）\"\\'=＝-{}注最迟甲aＡ1１💡", max_size=8
)
"""What a cell uses itself, what it cannot show, and a few plain characters."""

TEXTS = ANYTHING.filter(lambda text: bool(text.strip()))


@st.composite
def limits(draw: st.DrawFn) -> dict[str, Any]:
    clock = draw(st.sampled_from(["calendar", "service"]))
    value: dict[str, Any] = {"limit": draw(SPANS[clock]), "clock": clock}
    if draw(st.booleans()):
        value["counts_from"] = "completion"
    if draw(st.booleans()):
        value["wished_time"] = True
        if draw(st.booleans()):
            value["notice"] = draw(SPANS["calendar"])
    if draw(st.booleans()):
        value["pauses"] = True
    if draw(st.booleans()):
        value["fallback"] = draw(SPANS[clock])
    if draw(st.booleans()):
        value["fallback_note"] = draw(ANYTHING) + "{due}" + draw(ANYTHING)
    for key in ("note", "origin"):
        if draw(st.booleans()):
            value[key] = draw(TEXTS)
    return value


@given(limits())
@settings(max_examples=400)
def test_any_limit_survives(value: dict[str, Any]) -> None:
    field = Field("resolve", "limit")
    assert CELLS.output_value(field, CELLS.output_cell(field, value)) == value


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "signals": st.one_of(st.none(), st.lists(SIGNALS, min_size=1)),
            "repeat_count": st.integers(),
            "unattended_days": st.integers(),
        },
    )
)
def test_any_supposed_facts_survive(value: dict[str, Any]) -> None:
    field = Field("supposes", "facts")
    assert CELLS.output_value(field, CELLS.output_cell(field, value)) == value


@given(ANYTHING)
def test_any_text_survives(text: str) -> None:
    field = Field("note", "text")
    cell = CELLS.output_cell(field, text)
    assert cell.strip() == cell != ""
    assert CELLS.output_value(field, cell) == text


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_any_number_survives_as_an_output(value: int | float) -> None:
    field = Field("percent", "number", unit="%")
    assert repr(CELLS.output_value(field, CELLS.output_cell(field, value))) == repr(value)


@given(st.sampled_from([name for name in ENUMS if INPUTS[name].group == "tiers"]))
def test_a_reference_to_an_input_survives(name: str) -> None:
    field = Field("tier", "enum", group="tiers")
    assert CELLS.output_value(field, CELLS.output_cell(field, f"={name}")) == f"={name}"


CODES = st.one_of(st.integers(-5, 5), TEXTS)


@given(st.dictionaries(CODES, TEXTS, min_size=1, max_size=5), st.data())
@settings(max_examples=300)
def test_codes_survive_whatever_their_labels_are(
    labels: dict[str | int, str], data: st.DataObject
) -> None:
    lexicon = Lexicon("代码", tuple(labels.items()))
    code = data.draw(st.sampled_from(list(labels)))
    assert repr(lexicon.code(lexicon.word(code))) == repr(code)


def test_two_codes_with_one_label_are_written_as_codes() -> None:
    lexicon = Lexicon("渠道", (("app", "线上"), ("wechat", "线上"), ("hotline", "热线")))
    assert lexicon.words(["app", "hotline"]) == "app、热线"
    with pytest.raises(BadCell, match="不认识的渠道「线上」"):
        lexicon.code("线上")


def test_a_quoted_text_that_is_no_text_is_taken_as_it_stands() -> None:
    assert text_value('"好的" 请稍候') == '"好的" 请稍候'
    assert text_value(text_cell('"好的" 请稍候')) == '"好的" 请稍候'


ACCEPTED = [
    ("kind", "报修、投诉", ["repair", "complaint"]),
    ("kind", "repair, 投诉", ["repair", "complaint"]),
    ("kind", " 报修 ", "repair"),
    ("kind", "Ｒｅｐａｉｒ", "repair"),
    ("category", "未知、收费", ["unknown", "charges"]),
    ("repeat_count", "≥3", {"at_least": 3}),
    ("repeat_count", "＞＝ ３次", {"at_least": 3}),
    ("repeat_count", ">3", {"above": 3}),
    ("repeat_count", "≤30", {"at_most": 30}),
    ("repeat_count", "<30", {"below": 30}),
    ("repeat_count", "1–30", {"at_least": 1, "at_most": 30}),
    ("repeat_count", "1-30", {"at_least": 1, "at_most": 30}),
    ("repeat_count", "1～30次", {"at_least": 1, "at_most": 30}),
    ("repeat_count", "1次 至 30次", {"at_least": 1, "at_most": 30}),
    ("repeat_count", "-15–0", {"at_least": -15, "at_most": 0}),
    ("repeat_count", "-15--3", {"at_least": -15, "at_most": -3}),
    ("repeat_count", "≥1 且 <30", {"at_least": 1, "below": 30}),
    ("repeat_count", "≥1，<30", {"at_least": 1, "below": 30}),
    ("repeat_count", "３", 3),
    ("repeat_count", "1.5", 1.5),
    ("received_on", "2026年1月1日", date(2026, 1, 1)),
    ("received_on", "≥2026/1/1", {"at_least": date(2026, 1, 1)}),
    (
        "received_on",
        "2026-01-01-2026-12-31",
        {"at_least": date(2026, 1, 1), "at_most": date(2026, 12, 31)},
    ),
    ("wished", "是", True),
    ("wished", "否", False),
    ("signals", "停水、停电", {"any": ["no_water", "no_power"]}),
    ("signals", "任一:停水，no_power", {"any": ["no_water", "no_power"]}),
    ("signals", "人身安全", {"any": ["life_safety"]}),
    ("signals", "任一：大类：人身安全、停水", {"any": ["life_safety", "no_water"]}),
    (
        "signals",
        "全部：多户受影响\n任一：安全隐患；没有：情绪激动",
        {"all": ["group_affected"], "any": ["hazard"], "none": ["anger"]},
    ),
]


@pytest.mark.parametrize(("name", "cell", "value"), ACCEPTED)
def test_a_condition_reads_as_people_write_it(name: str, cell: str, value: Any) -> None:
    assert CELLS.condition_value(INPUTS[name], cell) == value


ACCEPTED_LIMITS = [
    ("3分钟", {"limit": "3分钟", "clock": "calendar"}),
    ("１５ 分钟(服务时间)", {"limit": "15分钟", "clock": "service"}),
    ("立即（service）", {"limit": "立即", "clock": "service"}),
    ("1服务日", {"limit": "1个服务日", "clock": "service"}),
    ("办结后24小时", {"limit": "24小时", "clock": "calendar", "counts_from": "completion"}),
    (
        "约定时间（提前 30分钟），否则1个服务日；出处：ours",
        {
            "limit": "1个服务日",
            "clock": "service",
            "wished_time": True,
            "notice": "30分钟",
            "origin": "ours",
        },
    ),
    (
        "3个服务日\n等住户时暂停\n最迟5个服务日(情况复杂的，最迟 {due} 办结)\n注: 每个服务日告知",
        {
            "limit": "3个服务日",
            "clock": "service",
            "pauses": True,
            "fallback": "5个服务日",
            "fallback_note": "情况复杂的，最迟 {due} 办结",
            "note": "每个服务日告知",
        },
    ),
]


@pytest.mark.parametrize(("cell", "value"), ACCEPTED_LIMITS)
def test_a_limit_reads_as_people_write_it(cell: str, value: dict[str, Any]) -> None:
    assert CELLS.output_value(Field("resolve", "limit"), cell) == value


REFUSED = [
    ("kind", "保修", "不认识的诉求类型「保修」；可用的有 咨询、报修"),
    ("kind", "、", "没有取值"),
    ("repeat_count", "三次", "「三次」看不懂；请写成 3、≥3、≤30 或 1–30"),
    ("repeat_count", "1 30", "看不懂"),
    ("repeat_count", "30–1", "范围「30–1」是空的；请把小的写在前面"),
    ("repeat_count", "≥3 且 ≥5", "同一边写了两次"),
    ("repeat_count", "≥3 且 5", "「5」看不懂"),
    ("received_on", "2026-02-30", "「2026-02-30」不是日期；请写成 2026-01-31"),
    ("wished", "有", "不是「是」或「否」；请写 是 或 否"),
    ("signals", "任一：停店", "不认识的信号「停店」"),
    ("signals", "任一：电梯坏了", "是不是 "),
    ("signals", "任一：", "后面没有信号"),
    ("signals", "；", "没有信号"),
    ("signals", "任一：停水；任一：停电", "「任一」写了两次"),
    ("signals", "全部：人身安全", "「全部」里不能写大类「人身安全」；请逐个写出信号"),
]


@pytest.mark.parametrize(("name", "cell", "message"), REFUSED)
def test_a_condition_that_cannot_be_read_says_what_to_do(
    name: str, cell: str, message: str
) -> None:
    with pytest.raises(BadCell) as caught:
        CELLS.condition_value(INPUTS[name], cell)
    assert message in "；".join(caught.value.args)


REFUSED_OUTPUTS = [
    (Field("resolve", "limit"), "尽快", "时限「尽快」看不懂；请写成"),
    (Field("resolve", "limit"), "15分钟（午休时间）", "不认识的时钟「午休时间」"),
    (Field("resolve", "limit"), "1个服务日（自然时间）", "只能按服务时间算"),
    (Field("resolve", "limit"), "2天（服务时间）", "请改写为 2个服务日"),
    (Field("resolve", "limit"), "3分钟；请抓紧", "时限里的「请抓紧」看不懂；可以写的有"),
    (Field("resolve", "limit"), "3分钟；最迟", "时限里的「最迟」看不懂"),
    (Field("resolve", "limit"), "3分钟；注：", "「注：」后面是空的"),
    (Field("resolve", "limit"), "3分钟；注：甲；注：乙", "同一项写了两次"),
    (Field("resolve", "limit"), "3分钟；最迟1天（稍后）", "括号里没有 {due}"),
    (Field("resolve", "limit"), "；", "时限是空的"),
    (Field("acknowledge", "limit"), "3分钟；等住户时暂停", "首次响应不得暂停；请删去"),
    (Field("tier", "enum", group="tiers"), "很急", "不认识的紧急程度「很急」"),
    (Field("tier", "enum", group="tiers"), "同：上级", "不认识的输入「上级」"),
    (Field("count", "number"), "三", "「三」不是数；请只写数字"),
    (Field("open", "boolean"), "也许", "不是「是」或「否」"),
    (Field("supposes", "facts"), "信号：困人", "不认识的信号「困人」"),
    (Field("supposes", "facts"), "已反映次数：几次", "不是数"),
    (Field("supposes", "facts"), "停水；停电", "「信号」写了两次"),
]


@pytest.mark.parametrize(("field", "cell", "message"), REFUSED_OUTPUTS)
def test_an_output_that_cannot_be_read_says_what_to_do(
    field: Field, cell: str, message: str
) -> None:
    with pytest.raises(BadCell) as caught:
        CELLS.output_value(field, cell)
    assert message in "；".join(caught.value.args)

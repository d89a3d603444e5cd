"""The shipped policies and questions hold together: clauses, references, figures, wordings.

The files are read with YAML and regular expressions only, so that a fault in the ingest parsers
cannot hide a fault in the content.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

CONTENT = Path(__file__).parents[2] / "kb" / "content"
POLICY_FILES = sorted((CONTENT / "policy").glob("*.md"))
FAQ_FILES = sorted((CONTENT / "faq").glob("*.md"))

CLAUSE_START = re.compile(r"^第([一二三四五六七八九十]+)条 ", re.MULTILINE)
REFERENCE = re.compile(r"(pol-[a-z]+) (第[一二三四五六七八九十]+条)")
NAMED_REFERENCE = re.compile(
    r"《([^《》]+)》((?:第[一二三四五六七八九十]+条)(?:、第[一二三四五六七八九十]+条)*)"
)
FIGURE = re.compile(
    r"\d+(?:\.\d+)?"
    r"(?:个服务日|个服务小时|个月|平方米|小时|分钟|分|元|天|%|米|年|次|张|个|期|辆|具|日|栋|层)"
    r"|\d{2}:\d{2}|8800-\d{4}|(?<!\d)1(?:10|19|20)(?!\d)"
)
PHONE = re.compile(r"\d{3,4}-\d{4,8}|1[3-9]\d{9}|(?<![\d.:])\d{5,}")
# 12345 is the government hotline that a resident may threaten to call
ESTATE_NUMBERS = {"8800-1000", "8800-1999", "12345"}
DEPARTMENTS = {
    "customer_service", "engineering", "cleaning", "security", "landscaping", "finance",
}  # fmt: skip
ASCII_PUNCTUATION_AFTER_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:?!()]")


@dataclass(frozen=True)
class Question:
    """One question of an FAQ file, as written."""

    file: str
    text: str
    wordings: tuple[str, ...]
    near_misses: tuple[str, ...]
    references: tuple[str, ...]
    answer: str


def split_front_matter(path: Path) -> tuple[dict[str, Any], str]:
    _, header, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(header), body


def clauses_of(body: str) -> dict[str, str]:
    body = re.sub(r"^## .*$", "", body, flags=re.MULTILINE)
    starts = list(CLAUSE_START.finditer(body))
    ends = [match.start() for match in starts[1:]] + [len(body)]
    return {
        f"第{match[1]}条": body[match.start() : end].strip()
        for match, end in zip(starts, ends, strict=True)
    }


def list_line(section: str, label: str) -> tuple[str, ...]:
    match = re.search(rf"^- {label}[::](.*)$", section, re.MULTILINE)
    return tuple(part.strip() for part in match[1].split("|")) if match else ()


def questions_of(path: Path) -> list[Question]:
    _, body = split_front_matter(path)
    found = []
    for section in re.split(r"^## ", body, flags=re.MULTILINE)[1:]:
        title, _, rest = section.partition("\n")
        reference_line = "".join(list_line(rest, "依据"))
        found.append(
            Question(
                file=path.name,
                text=title.strip(),
                wordings=list_line(rest, "其他问法"),
                near_misses=list_line(rest, "近似但不同"),
                references=tuple(reference_line.split("、")),
                answer=re.sub(r"^- .*$", "", rest, flags=re.MULTILINE).strip(),
            )
        )
    return found


def chinese_number(number: int) -> str:
    digits = "零一二三四五六七八九十"
    tens, units = divmod(number, 10)
    if number <= 10:
        return digits[number]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[units] if units else "")


POLICIES = {path.stem: clauses_of(split_front_matter(path)[1]) for path in POLICY_FILES}
TITLES = {str(split_front_matter(path)[0]["title"]): path.stem for path in POLICY_FILES}
QUESTIONS = [question for path in FAQ_FILES for question in questions_of(path)]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q.file}:{q.text}")
each_policy = pytest.mark.parametrize("policy", POLICIES)


def cited_text(question: Question) -> str:
    cited = [REFERENCE.fullmatch(reference) for reference in question.references]
    return "\n".join(POLICIES[match[1]][match[2]] for match in cited if match)


def plain(text: str) -> str:
    return re.sub(r"[\s，。？！、；：“”?]", "", text)


def test_there_are_enough_policies_and_questions() -> None:
    assert len(POLICIES) >= 12
    assert len(QUESTIONS) >= 80
    assert sum(bool(question.near_misses) for question in QUESTIONS) >= 40


@pytest.mark.parametrize("path", [*POLICY_FILES, *FAQ_FILES], ids=lambda path: path.name)
def test_front_matter_is_complete_and_agrees_with_the_file(path: Path) -> None:
    header, _ = split_front_matter(path)
    kind = path.parent.name
    assert header["id"] == (path.stem if kind == "policy" else f"faq-{path.stem}")
    assert header["type"] == kind
    assert header["department"] in DEPARTMENTS
    assert header["version"] == "1.0"
    assert str(header["effective_from"]) == "2026-01-01"
    assert header["effective_to"] is None
    assert header["title"]
    assert len(header["keywords"]) >= 3


@each_policy
def test_clauses_are_numbered_without_gaps_and_none_is_empty(policy: str) -> None:
    clauses = POLICIES[policy]
    assert list(clauses) == [f"第{chinese_number(n)}条" for n in range(1, len(clauses) + 1)]
    assert 8 <= len(clauses) <= 24
    assert all(len(text) >= 15 for text in clauses.values())


@each_policy
def test_a_clause_named_in_a_policy_exists(policy: str) -> None:
    for text in POLICIES[policy].values():
        for title, numbers in NAMED_REFERENCE.findall(text):
            if title.startswith("中华人民共和国"):
                continue
            assert set(numbers.split("、")) <= set(POLICIES[TITLES[title]])


@each_policy
def test_a_document_named_in_a_policy_exists(policy: str) -> None:
    for title in re.findall(r"《([^《》]+)》", "".join(POLICIES[policy].values())):
        assert title.startswith("中华人民共和国") or title in TITLES


@each_question
def test_every_reference_of_a_question_is_an_existing_clause(question: Question) -> None:
    assert question.references
    for reference in question.references:
        match = REFERENCE.fullmatch(reference)
        assert match, reference
        assert match[2] in POLICIES[match[1]], reference


@each_question
def test_every_figure_of_an_answer_stands_in_a_cited_clause(question: Question) -> None:
    assert set(FIGURE.findall(question.answer)) <= set(FIGURE.findall(cited_text(question)))


@each_question
def test_a_question_has_two_to_four_other_wordings_that_really_differ(question: Question) -> None:
    assert 2 <= len(question.wordings) <= 4
    wordings = [plain(text) for text in (question.text, *question.wordings)]
    assert len(set(wordings)) == len(wordings)
    assert all(wordings)


@each_question
def test_an_answer_is_one_to_five_sentences(question: Question) -> None:
    assert 1 <= len(re.findall(r"[。！？]", question.answer)) <= 5
    assert len(question.answer) >= 15


def test_no_wording_belongs_to_two_questions() -> None:
    owner: dict[str, str] = {}
    for question in QUESTIONS:
        for text in (question.text, *question.wordings):
            assert plain(text) not in owner, (text, owner[plain(text)], question.text)
            owner[plain(text)] = question.text


@each_question
def test_a_near_miss_is_not_a_wording_of_the_same_question(question: Question) -> None:
    own = {plain(text) for text in (question.text, *question.wordings)}
    assert own.isdisjoint(plain(text) for text in question.near_misses)


@pytest.mark.parametrize("path", [*POLICY_FILES, *FAQ_FILES], ids=lambda path: path.name)
def test_only_the_estates_own_numbers_are_printed(path: Path) -> None:
    _, body = split_front_matter(path)
    assert set(PHONE.findall(body)) <= ESTATE_NUMBERS


@pytest.mark.parametrize("path", [*POLICY_FILES, *FAQ_FILES], ids=lambda path: path.name)
def test_chinese_text_uses_chinese_punctuation(path: Path) -> None:
    _, body = split_front_matter(path)
    prose = re.sub(r"^- (其他问法|近似但不同|依据):", "", body, flags=re.MULTILINE)
    assert not ASCII_PUNCTUATION_AFTER_CHINESE.findall(prose)


def test_the_grading_policy_keeps_the_order_that_rule_rows_cite() -> None:
    starts = [text.split(" ", 1)[1].split("。")[0] for text in POLICIES["pol-grading"].values()]
    assert starts == [
        "目的", "诉求种类", "特急", "紧急", "一般", "低", "安全底线", "一级处理", "二级处理",
        "三级处理", "特急时限", "紧急时限", "一般报修时限", "一般投诉时限", "三级投诉时限",
        "求助时限", "咨询时限", "建议时限", "表扬与其他", "服务时间与两种时钟", "挂起",
        "预警与升级", "回访", "解释权与修订",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "numbers"),
    [
        ("第六条", ("8800-1999", "120", "119")),
        ("第七条", ("119", "8800-1999")),
        ("第八条", ("119", "8800-1999")),
        ("第九条", ("120", "8800-1999")),
        ("第十条", ("119", "8800-1999")),
        ("第十一条", ("120", "8800-1999")),
        ("第十二条", ("120", "8800-1999")),
        ("第十三条", ("110", "8800-1999")),
        ("第十四条", ("110", "120", "8800-1999")),
        ("第十五条", ("110", "8800-1999")),
        ("第十六条", ("120", "8800-1999")),
        ("第十七条", ("120", "110", "8800-1999")),
    ],
)
def test_each_danger_to_life_names_whom_to_call_and_who_comes(
    clause: str, numbers: tuple[str, ...]
) -> None:
    text = POLICIES["pol-emergency"][clause]
    assert all(number in text for number in numbers)
    assert re.search(r"秩序队员|工程值班员|监控室|值班客服", text)

"""The report: its numbers, its form, and that nothing but the outcome is in it."""

from pathlib import Path

import pytest
from lxml import etree, html

from rules.backtest import Past, Problem, generate, report_html, run, summary, write_report
from rules.backtest.words import duration, signed
from rules.decide import default_rulebook
from rules.errors import OutputRefused
from rules.types import Kind, Milestone
from tests.rules.backtest.books import changed, past

BOOK = default_rulebook()
NEW = changed(
    ("urgency.yaml", "unattended_days: {at_least: 7}", "unattended_days: {at_least: 3}"),
    ("deadlines.yaml", "on_site: {limit: 30分钟", "on_site: {limit: 20分钟"),
    ("routing.yaml", "{responsible: customer_service, leading: finance}",
     "{responsible: finance, leading: finance}"),
)  # fmt: skip


@pytest.fixture(scope="module")
def history() -> list[Past]:
    return list(generate(1500, 6, BOOK))


@pytest.fixture(scope="module")
def page(history: list[Past]) -> html.HtmlElement:
    outcome = run(BOOK, NEW, history)
    return html.document_fromstring(report_html(outcome, ["某行改了"], [Problem(7, "坏了", "修")]))


def words(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def test_the_report_holds_the_summary_and_what_differs(
    page: html.HtmlElement, history: list[Past]
) -> None:
    outcome = run(BOOK, NEW, history)
    text = words(page)
    for line in summary(outcome):
        assert line in text
    assert "某行改了" in text
    assert "第 7 行：坏了；修" in text
    assert BOOK.identity in text
    assert NEW.identity in text


def test_the_tables_hold_the_numbers_of_the_outcome(
    page: html.HtmlElement, history: list[Past]
) -> None:
    outcome = run(BOOK, NEW, history)
    rows = [[cell.text_content() for cell in row.iter("td")] for row in page.iter("tr")]
    before, after = outcome.totals()
    difference = signed(after.missed - before.missed)
    assert sum(row[0] == "合计" and row[-1] == difference for row in rows if row) == 3
    shift = next(one for one in outcome.shifts if one.milestone is Milestone.ON_SITE)
    visit = next(row for row in rows if row and row[0] == "到场" and len(row) == 11)
    assert visit[1:4] == [f"{shift.same:,}", f"{shift.earlier.count:,}", "10 分钟"]
    flow = next(one for one in outcome.responsible if one.before != one.after)
    assert ["首责部门", "客服→财务", str(flow.count)] in [row[:3] for row in rows]


def test_every_chart_is_well_formed_and_described(history: list[Past]) -> None:
    text = report_html(run(BOOK, NEW, history))
    charts = [part[: part.index("</svg>") + 6] for part in text.split("<figure>")[1:]]
    assert len(charts) >= 5
    for chart in charts:
        svg = etree.fromstring(chart)
        title, description = svg[0], svg[1]
        assert title.text
        assert description.text
        named = svg.get("aria-labelledby", "").split()
        assert named == [title.get("id"), description.get("id")]
    ids = html.document_fromstring(text).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_and_nothing_runs(page: html.HtmlElement) -> None:
    assert page.xpath("//script | //link | //img | //iframe | //@src | //@href") == []
    assert "url(" not in page.xpath("string(//style)")


def test_what_stands_in_the_history_cannot_become_markup() -> None:
    odd = past("<img src=x onerror=1>&", Kind.REPAIR, "03 10:00", {}, unattended_days=4)
    page = html.document_fromstring(report_html(run(BOOK, NEW, [odd])))
    assert page.xpath("//img") == []
    assert "<img src=x onerror=1>&" in words(page)


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path, history: list[Past]) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    write_report(run(BOOK, NEW, history), first)
    write_report(run(BOOK, NEW, generate(1500, 6, BOOK)), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_report_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(OutputRefused, match="写不了文件"):
        write_report(run(BOOK, BOOK, []), taken)
    assert list(tmp_path.iterdir()) == [taken]


def test_an_empty_history_and_an_equal_book_are_said_in_words(history: list[Past]) -> None:
    assert "无从比较" in summary(run(BOOK, NEW, []))[0]
    assert "结果全部相同" in summary(run(BOOK, BOOK, history))[0]
    assert html.document_fromstring(report_html(run(BOOK, NEW, []))) is not None


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (45, "45 分钟"), (60, "1 小时"), (95, "1 小时 35 分"), (1440, "1 天"),
        (1500, "1 天 1 小时"), (2879, "2 天"),
    ],
)  # fmt: skip
def test_lengths_are_told_as_people_say_them(minutes: int, told: str) -> None:
    assert duration(minutes) == told

"""What a check of a rulebook says: findings with counter-examples, or that it may be used."""

import re
from collections.abc import Mapping, Sequence

from api.pages.widgets import attributes, box, heading, tag, text
from api.pages.words import SEVERITIES
from api.wiring import House
from rules.checking import Finding, Report, errors_of

_CLASSES = {"error": "severity-error", "warning": "severity-warning"}


_PLACE = re.compile(r"(\w+)\.yaml(?: 第 \d+ 行)?(?=[（：])")
_EXAMPLE = "（反例："


def check(house: House, texts: Mapping[str, str]) -> Report:
    """The check that decides whether files may be put in force."""
    return house.archive.check(texts)


def draw_report(report: Report, titles: Mapping[str, str]) -> None:
    """Findings, errors first, or in one line that there are none; what was proved.

    `titles` are what people call the tables, by their files' names without ending.
    """
    errors, findings = errors_of(report), report.findings
    ordered = [*errors, *(one for one in findings if one.severity != "error")]
    note = f"{len(errors)} 处错误，{len(findings) - len(errors)} 处警告" if findings else ""
    heading("检查结果", note)
    with attributes(box("card check-card"), data_testid="report"):
        if not errors:
            text("✓ 可以启用", "check-passed")
        _findings(ordered, titles)
        if report.proved:
            with box("proved", "details") as made:
                attributes(made, open=not errors)
                text(f"已证明 {len(report.proved)} 条", "", "summary")
                with box("proved-list", "ul"):
                    for line in report.proved:
                        text(line, "", "li")


def _findings(findings: Sequence[Finding], titles: Mapping[str, str]) -> None:
    if not findings:
        return
    with box("findings", "ul"):
        for finding in findings:
            with attributes(box("finding", "li"), data_severity=finding.severity):
                tag(SEVERITIES[finding.severity], _CLASSES[finding.severity])
                with box("finding-main"):
                    said, _, example = finding.line_of_text.rpartition(_EXAMPLE)
                    text(_named(said or example, titles), "finding-message")
                    if said:
                        text(f"反例：{example.removesuffix('）')}", "finding-example")


def _named(line: str, titles: Mapping[str, str]) -> str:
    """A line that begins with a file and its line, beginning with the table's title instead."""
    found = _PLACE.match(line)
    if found is None or found[1] not in titles:
        return line
    return f"「{titles[found[1]]}」{line[found.end() :]}"

"""What a check has proved, in Chinese, with its numbers."""

from collections.abc import Sequence

from rules.rulebook import Rulebook
from rules.verify.domain import Domain
from rules.verify.findings import Finding
from rules.vocabulary import LIFE_SAFETY

_GAPS = ("gap", "date-hole")
_ROWS = (*_GAPS, "overlap", "conflict", "missing-output")
_IDLE = ("contradiction", "shadowed", "never-decides")
_WORSE = ("lowers-tier", "lowers-level", "later-deadline")


def proved(book: Rulebook, findings: Sequence[Finding], domain: Domain) -> tuple[str, ...]:
    """One sentence for each property that holds; nothing while a table is too complex."""
    errors = [one for one in findings if one.severity == "error"]
    found = {one.code for one in errors}
    judging = {one.code for one in errors if one.file.removesuffix(".yaml") in book.order}
    if "too-complex" in found:
        return ()
    life = len(book.vocabulary.family(LIFE_SAFETY))
    signals = len(book.vocabulary.signals)
    rows = sum(len(table.rows) for table in book.tables.values())
    sentences = (
        (judging, ("floor", *_GAPS), f"{life} 种人身安全信号在任何情形下都是特急"),
        (
            judging,
            _WORSE,
            f"{signals} 种信号多一个都不会降级，也不会让任何时限变晚；"
            "反映次数、无人处理天数、同一事件人数、疑似危险的把握变多和建议等级调高也一样",
        ),
        (judging, ("no-acknowledge", *_ROWS), "每件诉求都有等级、级别、部门和首次响应时限"),
        (found, _ROWS, f"{len(book.tables)} 张表没有漏掉的情形，没有互相矛盾的行"),
        (found, _IDLE, f"{rows} 行规则每一行都有起作用的时候"),
    )
    held = [said for codes, broken, said in sentences if codes.isdisjoint(broken)]
    size = f"{len(domain.variables)} 项因素、{_rounded(domain.combinations)}种组合"
    scope = f"以上对 {size}、{len(book.editions)} 个生效时段逐一成立，不是抽查"
    return (*held, scope) if held else ()


def _rounded(count: int) -> str:
    """A large number as people say it."""
    if count >= 10**16:
        return f"约 10 的 {len(str(count)) - 1} 次方"
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if count >= unit:
            return f"约 {count // unit} {word}"
    return f"{count} "

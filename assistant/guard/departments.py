"""The department that a draft names must be the one that acts, or one that a passage names."""

import re
from collections.abc import Iterator

from assistant.guard.ground import Ground, Part, clause_at
from assistant.guard.moments import ECHO
from assistant.guard.types import Code
from assistant.types import Violation

_NAMES = {
    "customer_service": "客服|客户服务|前台|客户",
    "engineering": "工程|维修|设备|机电",
    "cleaning": "保洁|清洁|环卫|环境",
    "security": "秩序安保|秩序|安保|保安|安防|安管",
    "landscaping": "绿化|园林|园艺|花木",
    "finance": "财务|收费|会计|收款",
    "": (
        "法务|人事|人力资源|行政|市场|品质|品控|运营|招商|监察|审计|采购|物资|安监|外联|公关|督查"
        "|质检|营销|仓储|信息|技术|消防"
    ),
}  # fmt: skip
_ALL = "|".join(sorted("|".join(_NAMES.values()).split("|"), key=len, reverse=True))
_NAMED = re.compile(
    rf"(?P<name>{_ALL})(?:管理|服务|维护)?(?:部门|部(?![分位件])|科(?!技)|班组|组(?![织成合]))"
)
_HANDED = re.compile(
    rf"(?:派单?给|派到|转给|转到|转交给?|转派给?|转由|交给|交由|移交给?|分派给?|下单给|指派|安排(?:给)?|通知|请|由)(?:了|我们|咱们|小区|物业)?(?:的)?"
    rf"(?P<name>{_ALL})(?!(?:负责)?人(?!员)|问题|一事|监控|监督|监管|通道|设施|证|单|责任)"
)
# 花木师傅, 门岗秩序员: who comes, by the kind of work
_PERSON = re.compile(
    r"(?P<name>绿化|花木|园林|园艺|保洁|清洁|秩序|工程|维修|财务|收费|机电)(?:的)?"
    r"(?:师傅|员(?!工)|人员|队员|工人|班)"
)
_CODE = {name: code for code, names in _NAMES.items() for name in names.split("|")}


def departments(part: Part, ground: Ground) -> Iterator[Violation]:
    """Departments that neither the decision nor a source names."""
    seen: set[tuple[int, int]] = set()
    for pattern in (_NAMED, _HANDED, _PERSON):
        for match in pattern.finditer(part.folded):
            span = match.span("name")
            if span in seen or _is_known(match["name"], part, ground):
                continue
            seen.add(span)
            if ECHO.search(_lead(part, match.start())):
                continue
            start, end = part.span(span[0], match.end())
            label = ground.guard.departments.get(ground.triage.department)
            text = part.segment.text[start:end]
            yield Violation(
                part.index, start, end, Code.DEPARTMENT, text,
                f"这件事不是“{text}”承办，资料里也没有这样写。", f"{label}部门" if label else None,
            )  # fmt: skip


def _lead(part: Part, position: int) -> str:
    clause = clause_at(part.folded, position)
    return clause.text[: position - clause.start]


def _is_known(name: str, part: Part, ground: Ground) -> bool:
    code = _CODE[name]
    triage = ground.triage
    acting = {
        triage.department, triage.decision.responsible, triage.decision.leading,
        *(one.department for one in triage.parts), "customer_service",
    }  # fmt: skip
    if triage.decision.tier == "critical":
        acting |= {"security", "engineering"}
    aliases = _NAMES[code].split("|") if code else [f"{name}{end}" for end in ("部", "科", "组")]
    sources = (ground.message, *(passage.text for passage in part.passages))
    if any(alias in source for alias in aliases for source in sources):
        return True
    # who does what a passage says is whom it names, not who acts in this affair
    told = part.segment.role == "fact" and any(_NAMED.search(p.text) for p in part.cited)
    return bool(code) and code in acting and not told

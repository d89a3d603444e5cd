"""Small policies and questions in any number, realistic and the same on every run."""

from pathlib import Path
from random import Random

_SUBJECTS = (
    "装修", "停车", "门禁", "保洁", "绿化", "电梯", "消防", "搬家",
    "快递", "访客", "宠物", "泳池", "会所", "充电桩", "外墙", "排水",
    "照明", "监控", "垃圾分类", "公共收益", "水费", "电费", "物业费", "车位",
    "钥匙", "报修", "投诉", "巡查", "值班", "回访",
)  # fmt: skip
_PLACES = (
    "一期", "二期", "三期", "东区", "西区", "南区", "北区", "商铺",
    "公寓", "地下车库",
)  # fmt: skip
_DEPARTMENTS = ("客服中心", "工程部", "秩序部", "保洁部", "绿化班", "财务室")
_CLAUSES = (
    "{place}的{subject}事项由{department}受理，受理后{minutes}分钟内与业主联系，核对房号和联系方式。",
    "业主办理{subject}须提前{days}天登记，并出示业主证件；租户办理的，须有业主的书面同意。",
    "{department}每{days}天检查一次{place}的{subject}情况，发现问题当天登记，{hours}小时内处理完毕。",
    "{subject}收费按公示的价目表执行，每次{money}元，收费前由业主签字确认，不得收取现金。",
    "违反本规定第{number}次的，由{department}书面提醒；{days}天内仍不改正的，报主管处理。",
    "夜间二十二时至次日八时不受理{subject}，遇有漏水、停电等紧急情况的除外，由值班人员先行处置。",
    "{subject}办结后{hours}小时内由客服回访，业主不满意的重新派单，并记录原因和处理办法。",
    "{place}的{subject}档案由{department}保存{days}个月，查阅须经主管批准，任何人不得外传。",
)
_ANSWERS = (
    "请到{place}服务台登记，带上业主证件，{department}会在{minutes}分钟内联系您。",
    "每次{money}元，按公示的价目表收取，签字确认后从账户扣除。",
    "一般{hours}小时内办结；遇节假日顺延，最长不超过{days}天。",
    "可以，但须提前{days}天告知{department}，夜间二十二时以后不办理。",
)
_QUESTIONS = (
    "{place}{subject}怎么办理?",
    "{place}{subject}要多少钱?",
    "{place}{subject}多久能办好?",
    "{place}晚上能办{subject}吗?",
)


def write_documents(folder: Path, count: int, seed: int = 7) -> None:
    """`count` Markdown files below `folder`: two policies to every file of questions."""
    random = Random(seed)
    for number in range(count):
        words = _words(random)
        name = f"{words['place']}{words['subject']}{number:04d}"
        text = _questions(random, words, name) if number % 3 == 2 else _policy(random, words, name)
        path = folder / words["place"] / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _words(random: Random) -> dict[str, str]:
    return {
        "place": random.choice(_PLACES),
        "subject": random.choice(_SUBJECTS),
        "department": random.choice(_DEPARTMENTS),
        "minutes": str(random.randrange(5, 60, 5)),
        "hours": random.choice(("两", "四", "八", "二十四", "四十八")),
        "days": str(random.randrange(1, 30)),
        "money": str(random.randrange(5, 500, 5)),
        "number": random.choice("一二三"),
    }


def _policy(random: Random, words: dict[str, str], name: str) -> str:
    clauses = random.sample(_CLAUSES, random.randrange(3, 6))
    lines = [f"# {name}管理规定"]
    for number, clause in zip("一二三四五", clauses, strict=False):
        filled = clause.format_map(_words(random) | {k: words[k] for k in ("place", "subject")})
        lines.append(f"第{number}条 {filled}")
    return "\n\n".join(lines) + "\n"


def _questions(random: Random, words: dict[str, str], name: str) -> str:
    lines = ["---\ntype: faq\n---", f"# {name}常见问题"]
    for question, answer in zip(_QUESTIONS, _ANSWERS, strict=True):
        fixed = {k: words[k] for k in ("place", "subject")}
        lines.append(f"## {question.format_map(fixed)}")
        lines.append(answer.format_map(_words(random) | fixed))
    return "\n\n".join(lines) + "\n"

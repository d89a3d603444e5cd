"""Answers whose figures go against the policies are found; answers that keep to them are not."""

import re
from dataclasses import replace

import pytest

from tests.kb.lint.stock import codes, findings, question, questions, sample_items, with_answer

WRONG = [
    ("补办门禁卡", "每张20元", "每张30元"),
    ("门禁卡第一次", "3张", "2张"),
    ("单元门打不开", "15分钟内响应", "50分钟内响应"),
    ("单元门打不开", "30分钟内到场", "60分钟内到场"),
    ("小区几个门", "05:30至23:30", "06:00至22:00"),
    ("家里请了保姆", "3个月", "6个月"),
    ("保安多久巡逻", "每2小时巡逻1次", "每4小时巡逻1次"),
    ("保安多久巡逻", "22:00至次日06:00", "23:00至次日06:00"),
    ("房子租出去要到", "3天内", "7天内"),
    ("我的楼栋管家", "1至2栋楼", "3至4栋楼"),
    ("刚搬进来", "7天内", "15天内"),
    ("怎么开居住证明", "不收费，1个服务日内", "不收费，5个服务日内"),
    ("怎么开居住证明", "公司公章的，3个服务日内", "公司公章的，3个工作日内"),
    ("监控可以查看", "30天", "90天"),
    ("打热线会被录音", "6个月", "3个月"),
    ("业主活动室怎么", "09:00至21:00", "08:00至21:00"),
    ("业主活动室怎么", "不超过2小时", "不超过3小时"),
    ("儿童游乐区", "06:00至22:00", "07:00至22:00"),
    ("满意度调查多久", "20%", "30%"),
    ("满意度调查多久", "低于60分", "低于80分"),
    ("楼道多久打扫", "每周拖洗2次", "每月拖洗2次"),
    ("每天什么时间可以扔", "17:30至21:00", "17:30至22:00"),
    ("小区什么时候灭", "每月1次", "每周1次"),
    ("电梯坏了多久", "24小时内办结", "48小时内办结"),
    ("电梯多久保养", "每15天", "每30天"),
    ("电梯保养停用", "提前24小时", "提前12小时"),
    ("电梯总出故障", "30天内", "60天内"),
    ("闻到燃气味", "3分钟内到场", "30分钟内到场"),
    ("有人触电", "8米以外", "3米以外"),
    ("物业费每月收", "2.60元", "2.80元"),
    ("物业费每月收", "每平方米每月4.50元", "每户每月4.50元"),
    ("物业费什么时候交", "首月15日", "首月25日"),
    ("缴费到期前", "15天", "5天"),
    ("怎么开物业费发票", "2个服务日", "2个自然日"),
    ("物业费逾期了", "从第61天起", "从第91天起"),
    ("物业费逾期了", "逾期31至60天", "逾期31至90天"),
    ("手头紧", "2至6期", "2至12期"),
    ("多交的物业费", "7个服务日", "15个服务日"),
    ("楼道里堆了很多", "24小时内", "48小时内"),
    ("楼道里堆了很多", "保管15天", "保管30天"),
    ("维修资金用完了", "30%", "50%"),
    ("割草机太吵", "周一至周五", "周一至周六"),
    ("草枯了树死了", "15天内", "45天内"),
    ("临时停车怎么收费", "每小时5元", "每小时8元"),
    ("临时停车怎么收费", "封顶30元", "封顶50元"),
    ("临时停车怎么收费", "前30分钟免费", "前60分钟免费"),
    ("地面月租车位", "每月180元", "每年180元"),
    ("自己买的地下车位", "每月80元", "每月100元"),
    ("遛狗有哪些", "1.5米", "2.5米"),
    ("装修押金交多少", "2000元", "3000元"),
    ("装修押金什么时候退", "满30天", "满90天"),
    ("装修可以在什么时间", "14:00至18:00", "13:30至18:00"),
    ("装修垃圾清运费", "每平方米3元", "每平方米8元"),
    ("卫生间防水做完", "48小时", "24小时"),
    ("装修要用电焊", "2具", "1具"),
    ("户内维修怎么收费", "每次30元", "每次50元"),
    ("房子质保期", "防水工程保修5年", "防水工程保修2年"),
    ("投诉多久有结果", "3个服务日内办结", "3天内办结"),
    ("对投诉处理结果", "7天内申请", "15天内申请"),
    ("超过时限没人", "80%", "50%"),
    ("物业几点上班", "13:30至18:00", "13:30至17:30"),
    ("物业服务中心在哪里", "3栋一层", "5栋一层"),
    ("物业服务中心在哪里", "8800-1000（", "8800-1001（"),
]

# What keeps to the rules although its figures are not the clause's own, or is about other things.
RIGHT = [
    ("业主活动室怎么", "业主活动室每天09:00至21:00开放，每户每次不超过2小时，也就是120分钟。"),
    ("电梯保养停用", "会的。计划停梯提前24小时，也就是提前1天公布。"),
    ("家里请了保姆", "请您到物业服务中心登记，可以领取有效期1个月的临时卡，到期可以续办。"),
    ("手头紧", "可以申请分期，一般分2至6期，比如分3期。"),
    ("单元门打不开", "单元门打不开按紧急诉求处理，10分钟内响应，20分钟内到场。"),
    ("补办门禁卡", "补办或加办每张20元，两张共40元。"),
    ("临时停车怎么收费", "临时停车前30分钟免费，从第31分钟起每小时5元，停3小时30分钟收15元。"),
    ("自己买的地下车位", "地下车位管理费每个每月80元，一年960元，可以随物业费按季缴纳。"),
    ("自己买的地下车位", "地下车位管理费每月80元，按季缴纳就是每季度240元。"),
    ("打热线会被录音", "会的。通话录音保存半年，用于核实诉求和服务质量检查。"),
    ("物业费每月收", "1至8栋高层每平方米每月2.60元，100平方米的房子每月260元。"),
    ("户内维修怎么收费", "户内有偿维修上门费每次30元，材料费另计。临时停车每小时5元。"),
    ("补办门禁卡", "补办每张20元。装修保证金每户2000元是另一回事。"),
    ("装修押金交多少", "装修保证金每户2000元。到物业服务中心办理，一般排队不超过20分钟。"),
    ("监控可以查看", "监控录像保存30天，请带身份证填写申请，查看时段一般在2小时以内。"),
    ("门禁卡第一次", "每户首次免费领取3张，家里有5口人的也是3张。"),
    ("遛狗有哪些", "牵引绳不超过1.5米，建议在人多处收短到0.5米。"),
    ("物业几点上班", "每天08:30至12:00、13:30至18:00提供服务，建议09:00至11:00来，人少。"),
    ("满意度调查多久", "每季度一次，抽样不少于已入住户数的20%，今年一季度抽了25%。"),
    ("卫生间防水做完", "闭水试验不少于48小时，也就是两天。"),
    ("电梯坏了多久", "15分钟内响应，半小时内有人到场，一天内办结。"),
    ("房子质保期", "开发商对防水工程保修五年，对电气管线和给排水管道保修两年。"),
    ("儿童游乐区", "儿童游乐区、健身广场06:00至22:00开放，晚上9点来也可以。"),
    ("每天什么时间可以扔", "投放时段是每天早上6:30到9:00，下午5点半到9点请以公示牌为准。"),
    ("捡到东西", "请到3栋一层的失物招领柜，公告30天，您可以带1名家人来认领。"),
    (
        "物业费什么时候交",
        "每季度首月15日为到期日，也就是1月15日、4月15日、7月15日和10月15日，一年4次。",
    ),
]


def contradictions_of(start: str, answer: str) -> list[str]:
    found = findings(with_answer(question(start), answer))
    return [finding.message for finding in found if finding.code == "contradiction"]


def test_the_sample_content_has_no_contradiction() -> None:
    assert [f.message for f in findings(sample_items()) if f.code == "contradiction"] == []


def test_without_its_references_the_sample_content_has_none_either() -> None:
    bare = [
        (document, [replace(chunk, references=()) for chunk in chunks])
        for document, chunks in sample_items()
    ]
    assert [f.message for f in findings(bare) if f.code == "contradiction"] == []


@pytest.mark.parametrize(("start", "right", "wrong"), WRONG, ids=lambda text: text)
def test_a_wrong_figure_is_found_and_named(start: str, right: str, wrong: str) -> None:
    answer = question(start).text
    assert right in answer
    messages = contradictions_of(start, answer.replace(right, wrong, 1))
    assert len(messages) >= 1, wrong


def test_figures_that_are_exchanged_are_found() -> None:
    answer = question("物业费每月收").text
    exchanged = answer.replace("2.60", "X").replace("3.20", "2.60").replace("X", "3.20")
    assert contradictions_of("物业费每月收", exchanged) != []


@pytest.mark.parametrize(("start", "answer"), RIGHT, ids=lambda text: text)
def test_what_keeps_to_the_rules_raises_no_alarm(start: str, answer: str) -> None:
    assert contradictions_of(start, answer) == []


_ANY = re.compile(
    r"(?<![-\d.:])\d+(?:\.\d+)?"
    r"(?=个服务日|个服务小时|分钟|小时|元|天|%|米|年|次|张|个月|期|具|厘米|日|月(?!至))"
)


def _raised(figure: str) -> str:
    if "." in figure:
        return str(round(float(figure) + 1.1, 2))
    return str(int(figure) * 2 + 1) if int(figure) < 100 else str(int(figure) + 500)


def test_of_all_figures_raised_one_by_one_nearly_all_are_found() -> None:
    changed = [
        (chunk, chunk.text[: m.start()] + _raised(m[0]) + chunk.text[m.end() :])
        for chunk in questions()
        for m in _ANY.finditer(chunk.text)
    ]
    missed = [
        answer
        for chunk, answer in changed
        if "contradiction" not in codes(with_answer(chunk, answer))
    ]
    assert len(changed) > 150
    assert len(missed) / len(changed) <= 0.05, missed


def test_an_answer_without_references_is_held_against_the_clause_most_like_it() -> None:
    items = with_answer(question("补办门禁卡"), "补办或加办门禁卡每张50元。", references=())
    (found,) = [f for f in findings(items) if f.code == "contradiction"]
    assert found.severity == "warning"
    assert "20元" in found.message
    assert "50元" in found.message


def test_the_message_names_both_figures_and_where_each_stands() -> None:
    answer = question("装修押金交多少").text.replace("2000", "3000")
    (message,) = contradictions_of("装修押金交多少", answer)
    for part in ("装修押金交多少？", "3000元", "《装修管理规定》第四条", "2000元"):
        assert part in message


def test_calendar_days_for_service_days_are_only_a_warning() -> None:
    answer = question("投诉多久有结果").text.replace("3个服务日内办结", "3天内办结")
    found = findings(with_answer(question("投诉多久有结果"), answer))
    assert [(f.code, f.severity) for f in found] == [("contradiction", "warning")]

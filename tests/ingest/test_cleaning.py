"""Cleaning on invented miniatures that have the noise of real downloads."""

from collections.abc import Callable

import pytest

from ingest.cleaning import clean
from ingest.cleaning.characters import repair_shifted
from ingest.cleaning.doubling import single
from ingest.types import Block, BlockKind

Cleaned = Callable[[str], tuple[list[str], dict[str, int]]]
FULL_WIDTH = str.maketrans(",:;!?()", "\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09")

BODY = "值班员接到来电后先问清楼栋,再通知工程人员带工具上门查看。"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("第3页", "page_number"),
        ("第 3 页 / 共 18 页", "page_number"),
        ("0/150", "page_number"),
        ("上传人:青***山 文档编号:77120 上传时间:2024-02-03 格式:DOC 页数:9", "sharing_site"),
        ("收藏 版权申诉 举报 下载", "sharing_site"),
        ("已阅读4页,还剩3页未读, 继续免费阅读", "sharing_site"),
        ("展开阅读全文", "sharing_site"),
        ("文档评论(2)", "comments"),
        ("对不起,本文评论已关闭!", "comments"),
        ("(图片来源网络,侵删)", "image_caption"),
        ("怎样做好前台接待-第2张图片-青山网", "image_caption"),
        ("标签: 接待 前台 礼仪", "tags"),
        ("当前位置:首页>管理>前台>", "breadcrumb"),
        ("前台管理 阅读(1.2W)", "counter"),
        ("备案号:某ICP备12345678号", "copyright"),
        ("Copyright 2024 青山网 版权所有", "copyright"),
        ("关于我们 - 网站地图 - 友情链接 - 联系我们", "navigation"),
        ("k3Xq81zt 前台管理 5", "byline"),
    ],
)
def test_lines_of_page_furniture_are_dropped_with_their_reason(
    line: str, reason: str, cleaned: Cleaned
) -> None:
    for text in (line, line.translate(FULL_WIDTH)):
        lines, dropped = cleaned(f"前台接待要点\n{text}\n{BODY}\n")
        assert lines == ["前台接待要点", BODY]
        assert reason in dropped


def test_traditional_furniture_is_recognised_as_well(cleaned: Cleaned) -> None:
    lines, _ = cleaned(f"下載本文檔\n{BODY}\n圖片來源網絡,侵刪\n提交評論\n")
    assert lines == [BODY]


def test_a_download_notice_list_goes_with_its_heading(cleaned: Cleaned) -> None:
    notice = (
        "温馨提示:\n1. 本站文档均由网友上传,如有侵权请联系我们删除。\n"
        "2. 下载本文档后不支持退款,压缩文件请自备软件解压。\n3. 本站不保证资源完整,会员免费下载。\n"
    )
    lines, dropped = cleaned(f"{BODY}\n{notice}")
    assert lines == [BODY]
    assert dropped["notice"] == pytest.approx(len(notice), abs=6)


def test_lists_of_other_documents_are_dropped(cleaned: Cleaned) -> None:
    lines, dropped = cleaned(f"{BODY}\n您可能关注的文档\n- 食堂采购办法.docx\n- 车间安全手册.pdf\n")
    assert lines == [BODY]
    assert "related_documents" in dropped


@pytest.mark.parametrize(
    "line",
    [
        "温馨提示:本周六上午停水,请提前储水。",
        "未经授权不得下载、复制或者上传业主信息文档。",
        "业主投诉被侵权的,由客服主管在一个服务日内答复。",
        "会员活动在业主活动室举行,资源由社区提供。",
        "第3页的表格请在签字后交回前台。",
        "阅读室每天开放。",
        "1、备用钥匙在前台登记后领取。",
        "严禁在小区内聚众投注、赌博。",
        "业主在评论中提到的问题由客服汇总。",
    ],
)
def test_ordinary_sentences_with_such_words_stay(line: str, cleaned: Cleaned) -> None:
    for text in (line, line.translate(FULL_WIDTH)):
        assert cleaned(f"须知\n{BODY}\n{text}\n")[0] == ["须知", BODY, text]


def test_an_editors_lead_in_goes_and_the_sentence_before_it_stays(cleaned: Cleaned) -> None:
    lines, dropped = cleaned(
        f"导语:前台是小区的门面。下面是小编为大家整理的前台礼仪,希望对大家有所帮助。\n{BODY}\n"
    )
    assert lines == ["导语:前台是小区的门面。", BODY]
    assert dropped["lead_in"] > 20


def test_a_preview_title_becomes_the_heading_and_its_pages_go() -> None:
    text = [f"門崗管理辦法_第{page}頁" for page in (1, 2, 3)]
    blocks, _ = clean([Block(BlockKind.PARAGRAPH, line) for line in [*text, BODY]])
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.HEADING, "門崗管理辦法"),
        (BlockKind.PARAGRAPH, BODY),
    ]


def test_pinyin_after_traditional_characters_goes_and_other_brackets_stay(
    cleaned: Cleaned,
) -> None:
    lines, dropped = cleaned("門崗(gǎng)登記(jì)訪客(APP 或電話),再放行(含快遞)。\n")
    assert lines == ["門崗登記訪客(APP 或電話),再放行(含快遞)。"]
    assert dropped["pinyin"] == len("(gǎng)(jì)")


def test_shifted_gbk_bytes_are_shifted_back() -> None:
    garbled = "等??赏ㄟ^(guò)登記"
    assert repair_shifted(garbled) == "等。可通過(guò)登記"


def test_a_lost_character_comes_back_from_the_text_around_it() -> None:
    corpus = "為確保安全,先確保通道暢通。"
    assert repair_shifted("為確??赏ㄟ^(guò)的路", corpus) == "為確保可通過(guò)的路"


def test_real_question_marks_are_left_alone() -> None:
    for text in ("真的吗??我们再问问。", "多少钱?", "??", "为什么??因为停电了(临时)。"):
        assert repair_shifted(text) == text


def test_stray_backticks_and_symbol_bullets_go(cleaned: Cleaned) -> None:
    assert cleaned("前台帶來的`資訊不全。\n")[0] == ["前台帶來的資訊不全。"]
    assert cleaned("分工如下:uu门岗登记uu客服回访\n")[0] == ["分工如下:", "门岗登记", "客服回访"]


def test_spaces_left_by_bold_marks_go_and_separators_stay(cleaned: Cleaned) -> None:
    lines, _ = cleaned(
        "接单后 20分钟内 联系住户,完成率达到 97% 以上。\n第二条 门岗全天值守。\n"
        "2026-03-05 08:41 受理:客服登记。\n小区共 12 栋,其中 8 栋高层。\n姓名 岗位 电话\n"
    )
    assert lines == [
        "接单后20分钟内联系住户,完成率达到97%以上。",
        "第二条 门岗全天值守。",
        "2026-03-05 08:41 受理:客服登记。",
        "小区共 12 栋,其中 8 栋高层。",
        "姓名 岗位 电话",
    ]


def test_a_running_head_of_most_pages_goes_and_a_line_of_one_page_stays() -> None:
    blocks = []
    for page in (1, 2, 3, 4):
        body = f"第{page}章的内容从这里写起,一直写到页末为止。"
        lines = ("内部资料 注意保管", body, f"- {page} -")
        blocks += [Block(BlockKind.PARAGRAPH, text, 0, page) for text in lines]
    kept, report = clean(blocks)
    assert [block.page for block in kept] == [1, 2, 3, 4]
    assert set(report.dropped) == {"running_head", "page_number"}


def test_a_sentence_cut_by_a_page_break_is_whole_again() -> None:
    blocks = [
        Block(BlockKind.PARAGRAPH, "夜间值班的工程人员在接到通知以后应当马上带上工具", 0, 1),
        Block(BlockKind.PARAGRAPH, "到现场查看,并在十分钟内回报。", 0, 2),
    ]
    kept, _ = clean(blocks)
    assert [block.text for block in kept] == [
        "夜间值班的工程人员在接到通知以后应当马上带上工具到现场查看,并在十分钟内回报。"
    ]


SLIDES = [
    "门岗接待的步骤如下",
    "先问清访客要去哪一栋,",
    "再用对讲机联系住户,",
    "天天如此,不得例外。",
]


def doubled(lines: list[str]) -> str:
    return "".join(line * 2 for line in lines)


def test_doubled_slide_text_is_single_and_real_reduplication_stays() -> None:
    assert single(doubled(SLIDES), dense=True) == "".join(SLIDES)


def test_text_printed_four_times_is_single() -> None:
    assert single("接待原则" * 4 + doubled(SLIDES), dense=True) == "接待原则" + "".join(SLIDES)


def test_elsewhere_a_sentence_printed_twice_is_single_and_a_repeated_name_stays(
    cleaned: Cleaned,
) -> None:
    name = "城东中心花园北侧临时停车区、"
    text = f"{BODY}{BODY}停车区包括{name}{name}西门。"
    assert cleaned(f"须知\n{text}\n")[0] == ["须知", f"{BODY}停车区包括{name}{name}西门。"]


@pytest.mark.parametrize(
    ("noise", "text"),
    [("(一一)", "(一)"), ("1 1、", "1、"), ("1)1)", "1)"), ("30%30%", "30%"), ("15001500", "1500")],
)
def test_doubled_numbers_between_doubled_runs_are_single(noise: str, text: str) -> None:
    around = doubled(SLIDES[:2]), doubled(SLIDES[2:])
    whole = SLIDES[0] + SLIDES[1] + text + SLIDES[2] + SLIDES[3]
    assert single(around[0] + noise + around[1], dense=True) == whole


@pytest.mark.parametrize(
    "text",
    [
        "住户天天来问,人人都想知道。",
        "试试看看再说吧。",
        "往往需要反复沟通,种种原因都有。",
        "电话 8800-1000。",
    ],
)
def test_ordinary_text_with_repeated_characters_is_untouched(text: str, cleaned: Cleaned) -> None:
    assert single(text, dense=False) == text
    assert cleaned(f"须知\n{text}\n")[0] == ["须知", text]


def test_preview_markers_inside_sentences_go_and_the_sentence_is_joined(
    cleaned: Cleaned,
) -> None:
    text = "1、门岗先问清访客要去哪\n\n2、一栋,再用对讲机联\n\n"
    text += "3、系住户,住户同意以后登记放\n\n4、行,夜间另行核对证件。\n"
    lines, dropped = cleaned(text)
    assert lines == [
        "门岗先问清访客要去哪一栋,再用对讲机联系住户,住户同意以后登记放行,夜间另行核对证件。"
    ]
    assert dropped["preview_marker"] == 8


def test_a_real_numbered_list_keeps_its_numbers(cleaned: Cleaned) -> None:
    text = "1、先问候。\n2、再登记。\n3、后派单。\n4、再回访。\n5、最后归档。\n"
    assert cleaned(text)[0] == text.strip().split("\n")


def test_a_flattened_document_gets_its_lines_back(cleaned: Cleaned) -> None:
    filler = "".join(
        f"门岗人员在{hour}时轮换,当面清点钥匙和对讲机,并在第{hour}行签名。" for hour in range(8, 18)
    )
    text = f"门岗管理说明。一、值守 {filler}二、巡查 {filler}三、交接 {filler}"
    lines, _ = cleaned(text + "\n")
    assert [line[:4] for line in lines] == ["门岗管理", "一、值守", "二、巡查", "三、交接"]


def test_the_report_counts_what_was_dropped() -> None:
    blocks = [Block(BlockKind.PARAGRAPH, BODY), Block(BlockKind.PARAGRAPH, "第2页")]
    _, report = clean(blocks)
    assert report.dropped == {"page_number": 3}
    assert report.characters_before - report.characters_after == 3
    assert report.share == pytest.approx(3 / (len(BODY) + 3))


def test_cleaning_clean_text_again_changes_nothing(cleaned: Cleaned) -> None:
    text = f"门岗须知\n一、值守\n{BODY}\n- 带手电\n"
    once, _ = cleaned(text)
    assert cleaned("\n".join(once) + "\n")[0] == once

"""The time a resident asks for: 明天下午三点后来修, 周末在家.

A time is a wish where the words around it ask for a visit or a call, or say when somebody is at
home. One that says when something happened (昨天晚上漏的, 从周一开始停水), what others promised
(说好周六来), when something is held or open (周末能装修吗), or when it does not suit (明天没空) is
none. 随时 and 尽快 name no time.
"""

import re
from datetime import datetime, tzinfo

from assistant.moments import Span, find_moments, words_between
from assistant.script import Folded
from assistant.types import Wish

# Asks for somebody to come or call: a wish even as a question.
_VISIT = re.compile(
    "上门|过来(?!人)|来(?:人|修|看|弄|帮|处理|换|装|接|取|搬|拿|检|查|收|清|拉|送|找|疏|通|维|做|量|测|开|拍|打|抓|除|一趟|一下|家里|我家|吧|就行|都行|就可以|就好|最好|嘛|呗)"
    "|来(?=$|[,，。.!！?？\\s吗嘛不么])|派(?:人|师傅|个|工|电工|水工)|师傅|安排|预约|约(?!束|定俗|等于|好了)|联系我|联络我|回(?:我|个|一下)?电(?!梯)|打(?:给我|我|电话给我|我电话|这个|电话(?!给?你))"
    "|给我(?:打|回|来|修|换|装|送|一个|个|答|解|弄|处)|睇|嚟|搵人|修好|处理(?:一下|好|完)?|解决|弄好|搞定|搞掂|疏通|答复|回复"
)
# Says when it suits.
_SUITS = re.compile(
    "有空|得闲|有时间|在家(?!装|休|睡|办|被)|有人|方便|都可以|就可以|可以(?!装|停|办|用|开)|都行|也行|比较好|最好|合适|再(?:来|修|弄|说)|修|换|取|帮|搬|喺屋企|返屋企"
)
# What the time belongs to instead.
_NOT = re.compile(
    "没人(?!在家就)|没来|没修|没到|没空|没时间|没法|不在|不行(?!就)|不方便|不要来|别来|不来|不能来|不可以|唔得|冇人|唔喺|至今|到现在|一直|就(?:坏|漏|停|开始|没|不|报|打|跟|说|给|出)"
    "|开始(?!修|处理)|(?<!可)以来|已经|又(?!来)|还(?:没|是|在|不)|昨|前天|刚|报(?:过|了)|修过|来过|了(?:没|一次|两次|好几|半天|很久|三次|\\d)|坏(?:的|了)|漏(?:的|了)|停(?:的|了|水|电|气|暖)|丢(?:的|了)|吵|噪音|施工|装修|开会|举办|活动|聚会|跳舞|唱歌"
    "|缴费|交费|截止|开放|营业|几点上班|开门|关门|放假|团购|特价|招|出租|快递|消杀|演练|垃圾清运|被(?:偷|困|刮|撞|砸|划)|发现|看到|听到|起火|出差|考试|高考|加班|回老家|投票|集合|报名"
)
_SAID_BEFORE = re.compile(
    "(?:[^我]说好?(?!法|明)|答应|承诺|保证|通知|告知|上次|当时|之前|原定|约好|每(?:个|逢|到|天)?|逢|从|自从|自|打从|上个?|往年|去年|自打|本来|都|公告|群里|显示|写着|讲好?|话|骗|推到|拖到|改到)(?:是|的|在|好|了|要|会|我|你们|今天|明天)?$"
)
_STARTS_STOP = re.compile("(?:从|自|打)$")
_QUESTION = re.compile("吗|么|嘛?[?？]|几点|什么时候|多少|能不能|可不可以|会不会|是不是|有没有")
_PROMISE = re.compile(
    "(?:你们|师傅|物业|客服|管家|前台|他们?|工程部|维修|保安|电工|人家)[^,，。我请]{0,6}(?:说|答应|承诺|保证|通知|讲)|说好|说是|说了?(?:今|明|后|下|这|周|星期)"
)
_CLAUSE = re.compile("[,，。;；!！?？\n、~…]")
_SPACE = " \u3000\t"


def find_wish(
    folded: Folded, original: str, received_at: datetime, zone: tzinfo | None = None
) -> Wish | None:
    """The time that a folded message asks for, or None; `original` is the text before folding.

    Relative dates are read in `zone`, the estate's, by default the zone of `received_at`. A time
    that has passed is no wish; of one that has begun the rest is. Of several the first counts.
    """
    now = received_at.astimezone(zone) if zone is not None else received_at
    text = folded.text
    spans = find_moments(text, now)
    for span, begin, end in words_between(text, spans):
        if not _is_wished(text, span, begin, end):
            continue
        at, until = _ahead(span, now)
        if at is None:
            continue
        first, last = folded.span(span.start, span.end)
        return Wish(original[first:last], first, last, at, until)
    return None


def _ahead(span: Span, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The part of a time that is not past; (None, None) where there is none."""
    at, until = span.at or now, span.until
    if until is not None and until <= now:
        return None, None
    if at < now and until is None:
        return None, None
    return max(at, now), until


def _is_wished(text: str, span: Span, begin: int, end: int) -> bool:
    before, after = _clause_before(text, begin, span.start), _clause_after(text, span.end, end)
    if _SAID_BEFORE.search(text[max(0, span.start - 8) : span.start]) or _PROMISE.search(before):
        return False
    visit = _VISIT.search(before) or _VISIT.search(after)
    if _NOT.search(after) or (_NOT.search(before) and not visit):
        return False
    if visit:
        return True
    asks = _QUESTION.search(after + text[span.end + len(after) :][:1])
    if _SUITS.search(after) or _SUITS.search(before):
        return not asks
    if after.strip(_SPACE + "吧的呢呀啊哦哈嘛") or asks:
        return False
    return _next_to_a_call(text, before, span, begin, end)


def _next_to_a_call(text: str, before: str, span: Span, begin: int, end: int) -> bool:
    """A time that fills its clause belongs to the call for a visit beside it, or is an answer."""
    following = _CLAUSE.split(
        text[span.end : end].lstrip(_SPACE + ",，。;；!！~、吧的呢呀啊哦哈"), maxsplit=1
    )[0]
    preceding = [
        part for part in _CLAUSE.split(text[begin : span.start - len(before)]) if part.strip()
    ]
    beside = following + "。" + (preceding[-1] if preceding else "")
    if _NOT.search(beside) or _PROMISE.search(beside):
        return False
    if _VISIT.search(beside) or (_SUITS.search(following) and not _QUESTION.search(following)):
        return True
    return not (before + text[: span.start] + text[span.end :]).strip(
        _SPACE + "吧的呢呀啊哦哈嘛,，。.!！~那就行"
    )


def _clause_before(text: str, begin: int, start: int) -> str:
    return _CLAUSE.split(text[begin:start])[-1]


def _clause_after(text: str, start: int, end: int) -> str:
    return _CLAUSE.split(text[start:end], maxsplit=1)[0]

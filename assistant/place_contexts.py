"""Whether a place's word says where: not whom one talks to, nor a door that somebody is to open.

All texts are folded (`script.fold`).
"""

import re

# Words for somebody at a post: 给前台打电话, 跟岗亭讲, 门岗说.
_STAFFED = ("前台", "门岗", "岗亭", "保安亭", "保安室", "值班室", "服务中心", "客服中心", "办公室")
_WHOSE = "(?:了|过|你们|贵[处司]|咱们?|我们|小区|一下|下|楼下|的){0,2}"
_CALLED = re.compile(
    "(?:致|通知|告诉|告知|联系|问|找|喊|叫|让|请|麻烦|打给|报给|拨打?|求助|投诉|举报|感谢|谢谢|拜托|敬爱的|尊敬的)"
    f"{_WHOSE}$"
)
_ADDRESSED = re.compile(f"(?:给|跟|和|同|与|向|对|到|去){_WHOSE}$")
_PERSON = (
    "(?:的?(?:人|师傅|保安|大哥|小哥|小姐姐?|阿姨|大爷|大叔|工作人员|同志|那边|他们|值班的?)){0,2}"
)
_TOLD = re.compile(
    f"^{_PERSON}(?:又|也|都|早就?|先|再|连着|已经|前后|一直|昨天|今天|上午|下午|刚才?){{0,2}}"
    "(?:打(?!开|扫)|说|讲|发(?![现霉生臭])|反映|反应|报(?!警器|架)|提|留言|投诉|沟通|聊|借|吵|求|问|喊|回话|登记|咨询|报修)"
)
_TELLS = re.compile(
    f"^{_PERSON}(?:只|就|也|都|又|还|却|居然|竟然?|总是?|老是?|一直|当时|每次|刚才?|每回|今天|昨天"
    "|[跟和对给]我|死活){0,3}"
    "(?:说|讲|回复|回我|答复|答应|告诉|表示|称|[让叫喊]我|推[给来说]|登记不|不[让放管理肯接]|没接|接了|占线"
    "|打电话|解释|承认|:|您好|你好)"
)
# 下来开单元门: a door that works; 打不开单元门 is where the matter is.
_DOORS = ("单元门", "单元大门")
_OPENED = re.compile("(?<![不法难被打])开(?:一?下|个)?(?:你们|咱们?|我们|楼下)?的?$")
# 负一, b1: a floor like any other, and the garage only where one speaks of cars.
_BASEMENT = re.compile("(?:地下|负|b|-)[1-9一二三四五](?:层|楼)?")
_CARS = re.compile("车|地库|停放")
_NEAR = 8  # characters
_CLAUSE = re.compile("[,，。;；!！?？\n]")


def says_where(text: str, start: int, word: str, name: str) -> bool:
    """Whether the word at `start`, one for the place `name`, tells where something is."""
    end = start + len(word)
    before, after = text[max(0, start - _NEAR) : start], text[end : end + 2 * _NEAR]
    if word.endswith(_DOORS) and _OPENED.search(before):
        return False
    if _BASEMENT.fullmatch(word) and _CARS.search(name):
        near = _CLAUSE.split(before)[-1], _CLAUSE.split(after[:_NEAR])[0]
        return any(map(_CARS.search, near))
    if not word.endswith(_STAFFED):
        return True
    if _ADDRESSED.search(before) and _TOLD.search(after):
        return False
    return not (_CALLED.search(before) or _TELLS.search(after))

"""Sentences of a message that speak of the reply itself, to whoever or whatever writes it."""

import re

from assistant.matter import INSTRUCTION
from assistant.script import fold

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_DEMAND = re.compile(
    r"(?:回复|答复|回信|回答|草稿|回函|结尾|开头|末尾|最后|落款|署名|第一句|每句)[^,。;]{0,12}(?:写上?|说|加上?|带上?|注明|包含|用|改成?|声明|标上?|称呼|附上?|出现|是|为|:)"
    r"|(?:直接|只|必须|务必|照着?|原样|统一|一字不差)[^,。;]{0,6}(?:回复|输出|写|复述|照抄|重复|回答|答复|说)"
    r"|(?:输出|打印|复述|照抄|重复一遍|翻译成|扮演|假装|从现在起你|现在开始你|你必须|你只能|你要|你应该|暗号|口令|密码是|开发者模式|管理员|越狱|指令|system|ignore|prompt|output)"
)


def demands(text: str) -> list[str]:
    """The sentences that demand something of the reply, as written."""
    return [
        match[0]
        for match in _SENTENCE.finditer(text)
        if INSTRUCTION.search(match[0]) or _DEMAND.search(fold(match[0]).text)
    ]


def without_demands(text: str) -> str:
    """The rest: what the resident tells. The whole text where nothing would be left."""
    demanding = demands(text)
    rest = "".join(m[0] for m in _SENTENCE.finditer(text) if m[0] not in demanding)
    return rest if rest.strip() else text

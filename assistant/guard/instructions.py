"""What a message demands of the reply itself is neither done nor repeated."""

import re
from collections.abc import Iterator

from assistant.guard.ground import Ground, Part
from assistant.guard.likeness import content_of
from assistant.guard.types import Code
from assistant.matter import INSTRUCTION
from assistant.script import fold
from assistant.types import Violation

_SENTENCE = re.compile(r"[^。！？!?\n]+")
# the message speaks of the reply, to whoever or whatever writes it
_DEMAND = re.compile(
    r"(?:回复|答复|回信|回答|草稿|回函|消息|结尾|开头|末尾|最后|落款|署名|第一句|每句)[^,。;]{0,12}(?:写上?|说|加上?|带上?|注明|包含|用|改成?|声明|标上?|称呼|附上?|出现|是|为|:)"
    r"|(?:直接|只|必须|务必|照着?|原样|统一|一字不差)[^,。;]{0,6}(?:回复|输出|写|复述|照抄|重复|回答|答复|说)"
    r"|(?:输出|打印|复述|照抄|重复一遍|翻译成|扮演|假装|从现在起你|现在开始你|你必须|你只能|你要|你应该|暗号|口令|密码是|开发者模式|管理员|越狱|system|ignore|prompt|output)"
)
_QUOTED = re.compile("[“「『\"'《【](.{2,40}?)[”」』\"'》】]")
_TOKEN = re.compile(r"[a-z0-9][a-z0-9_\-]{2,}")
_LEAST_RUN = 7


def instructions(part: Part, ground: Ground) -> Iterator[Violation]:
    """Words that a demanding sentence of the message asked for and the draft holds."""
    for wanted in _demanded(ground):
        start = part.folded.find(wanted)
        if start < 0 or any(wanted in passage.text for passage in part.passages):
            continue
        first, last = part.span(start, start + len(wanted))
        text = part.segment.text[first:last]
        yield Violation(
            part.index, first, last, Code.INSTRUCTION, text,
            "这是来件里要求写的话；来件里对回复的指令不照办，也不复述。",
        )  # fmt: skip
        return


def _demanded(ground: Ground) -> list[str]:
    found: list[str] = []
    message = ground.triage.message.text
    sentences = [m[0] for m in _SENTENCE.finditer(message)]
    demanding = [
        fold(s).text for s in sentences if INSTRUCTION.search(s) or _DEMAND.search(fold(s).text)
    ]
    others = fold("".join(s for s in sentences if fold(s).text not in demanding)).text
    for sentence in demanding:
        found += [m[1] for m in _QUOTED.finditer(sentence) if m[1] not in others]
        found += [m[0] for m in _TOKEN.finditer(sentence) if not m[0].isdigit() and m[0] not in others]
        found += _runs(sentence, others)
    return found


def _runs(sentence: str, others: str) -> list[str]:
    """Stretches of a demanding sentence long enough to be known again."""
    return [
        piece
        for i in range(len(sentence) - _LEAST_RUN + 1)
        if len(content_of(piece := sentence[i : i + _LEAST_RUN])) >= 3 and piece not in others
    ]

"""The form of a reply: the resident's script, plain Chinese sentences, each said once."""

import re
from collections.abc import Iterator, Sequence

from assistant.guard.ground import Ground, Part, sentences_of
from assistant.guard.types import Code
from assistant.script import detect_script, in_script, to_simplified
from assistant.types import Violation

_MARKUP = re.compile(
    r"```|\*\*|(?m:^\s*#{1,4}\s)|</?[a-z][a-z0-9]*[^>]{0,40}>|<\|[a-z_]+\|>|\]\(https?:|\{[a-z_]*\}|\\n"
    r"|\[[0-9fF]{1,3}\]|【?事实\s?[0-9]+】?|〔[^〕]{1,6}〕|\"(?:text|role|segments?|citations?)\"|(?m:^\s*(?:[-*•]|\|)\s)"
    r"|系统提示|提示词|用户(?:消息|输入)[:：]|(?:作为|我是)(?:一个|一名|个)?(?:ai|人工智能|语言模型|大?模型|智能助手|机器人)"
    r"|以下是(?:改写|润色|修改|回复)|(?:改写|润色|输出)(?:如下|结果)|segment|assistant:|user:|system:|json",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"(?:[A-Za-z]{2,}[ ,.!?;:'’]+){3,}[A-Za-z]{2,}")
_LOOP = re.compile(r"(.{3,40}?)\1{2,}")
_LEAST_REPEATED = 8


def form(part: Part, ground: Ground) -> Iterator[Violation]:
    """Markup, leaked prompts, English prose, loops and the wrong script of one segment."""
    text = part.segment.text
    sources = (ground.triage.message.text.lower(), *(passage.text for passage in part.passages))
    for code, pattern, reason in (
        (Code.MARKUP, _MARKUP, "回复里混入了标记或给机器看的文字。"),
        (Code.FOREIGN, _ENGLISH, "回复里混入了外文句子，请改成中文。"),
        (Code.REPETITION, _LOOP, "同样的文字重复了多次。"),
    ):
        match = pattern.search(text)
        if match is None or (code is Code.FOREIGN and any(match[0].lower() in s for s in sources)):
            continue
        yield Violation(part.index, *match.span(), code, match[0], reason)
    if _in_wrong_script(text, ground.triage.script):
        yield Violation(
            part.index, 0, len(text), Code.SCRIPT, text, "字体与来件不一致。",
            in_script(to_simplified(text), ground.triage.script),
        )  # fmt: skip


def repeated(parts: Sequence[Part]) -> Iterator[Violation]:
    """A sentence that was said before."""
    seen: set[str] = set()
    for part in parts:
        for sentence in sentences_of(part.folded):
            words = sentence.text.strip()
            if len(words) >= _LEAST_REPEATED and words in seen:
                start, end = part.span(sentence.start, sentence.end)
                text = part.segment.text[start:end]
                yield Violation(part.index, start, end, Code.REPETITION, text, "这句话前面说过了。")
            seen.add(words)


def _in_wrong_script(text: str, script: str) -> bool:
    if script not in ("traditional", "simplified"):
        return False
    if script == "simplified":
        return detect_script(text) == "traditional"
    return detect_script(text) == "simplified" and in_script(text, "traditional") != text

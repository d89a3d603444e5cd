"""Nobody's data but the writer's own."""

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.guard.ground import Ground, Part
from assistant.guard.types import Code
from assistant.masking import NAME, PHONE, PLACEHOLDERS, ROOM, mask
from assistant.script import fold
from assistant.types import Violation

# 户主黄伯, 楼上的张姐: names that only somebody who is spoken about bears
_SPOKEN_ABOUT = re.compile(
    "(?:户主|业主|租客|租户|房东|邻居|车主|那位|那户|楼上|楼下|对门|隔壁|同层|同楼)(?:那位|那户)?的?(?:是|叫|姓)?"
    "(?P<name>[\u4e00-\u9fff](?:伯|叔|姨|婶|嫂|哥|姐|爷|奶|总|某)"
    "|[老小][\u4e00-\u9fff](?=[也昨前刚今说讲提反])"
    "|[\u4e00-\u9fff]{2,3}(?:阿姨|大爷|先生|女士|奶奶|爷爷|叔叔|大姐|大哥))"
)
# what a reply never tells of somebody else, even without a name
_PRIVATE = re.compile(
    "(?:那[户家位]|这[户家位]|他家|她家|[狗车房工]的|楼上|楼下|对门|隔壁|户主|车主|邻居|对方|投诉人)"
    "[^。;!?]{0,16}?(?P<told>离了?婚|再婚|单身|独居|双胞胎|怀孕|怀着孕|退休|残疾|坐过牢|抑郁|精神病"
    "|信佛|外地人|拖欠|欠着|欠了[^,。;]{0,6}费|养老金|低保)"
)
_PLACEHOLDER = re.compile("(" + "|".join(PLACEHOLDERS) + ")")


def people(part: Part, ground: Ground) -> Iterator[Violation]:
    """Names, rooms, plates and other personal data that neither the writer nor a source gave."""
    if part.segment.role == "greeting" and part.folded in ground.own:
        return
    found = (*personal_data(part.segment.text), *_spoken_about(part), *_private(part))
    for placeholder, start, end in found:
        text = part.segment.text[start:end]
        if placeholder == PHONE or text in ("祝", "于") or _is_own(placeholder, text, part, ground):
            continue  # numbers are judged with the other values
        yield Violation(
            part.index, start, end, Code.OTHER_RESIDENT, text,
            f"“{text}”不是来件里的信息，可能是别人的，不能写给住户。",
        )  # fmt: skip


def _spoken_about(part: Part) -> Iterator[tuple[str, int, int]]:
    for match in _SPOKEN_ABOUT.finditer(part.folded):
        yield NAME, *part.span(*match.span("name"))


def _private(part: Part) -> Iterator[tuple[str, int, int]]:
    for match in _PRIVATE.finditer(part.folded):
        yield NAME, *part.span(*match.span("told"))


@lru_cache(maxsize=512)
def personal_data(text: str) -> tuple[tuple[str, int, int], ...]:
    """What `mask` would hide in a text: its placeholder and span."""
    pieces = _PLACEHOLDER.split(mask(text))
    if len(pieces) == 1:
        return ()
    found = []
    position = 0
    for i in range(1, len(pieces), 2):
        position += len(pieces[i - 1])
        following = pieces[i + 1]
        end = text.find(following, position + 1) if following else len(text)
        if end < 0:
            break
        found.append((pieces[i], position, end))
        position = end
    return tuple(found)


def _is_own(placeholder: str, text: str, part: Part, ground: Ground) -> bool:
    folded = fold(text).text
    sources = (ground.message, ground.own, fold(ground.triage.message.sender).text)
    if any(folded in source for source in sources if source):
        return True
    if placeholder == NAME:
        return any(folded in passage.text for passage in part.passages)
    if placeholder == ROOM:
        numbers = re.findall("[0-9]+", folded)
        where = ground.triage.location
        known = {str(x) for x in (where.building, where.unit, where.floor, where.room) if x}
        known |= set(re.findall("[0-9]+", ground.message))
        return bool(numbers) and set(numbers) <= known
    return any(folded in passage.text for passage in part.passages)

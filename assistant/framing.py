"""Whether a mention belongs to a frame: something staged, dreamt, told of elsewhere, quoted,
ordered from a machine, mistaken for danger, planned, or over.

Each rule needs two things: words that open the frame, and no word between them and the mention
that leads back to here and now (突然, 真的, 可是人还躺着). A frame cancels only the mention that
stands in it; a second mention of the same danger is judged by itself.
"""

import re

from assistant.clauses import Mention
from assistant.lexicon import scope_pattern as words

_QUOTES = {'"': '"', "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》"}
_QUOTED_REACH = 40


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place where a pattern occurs."""
    return max(pattern.finditer(text), key=lambda match: match.start(), default=None)


def _opens(frame: str, breaks: str, lead: str) -> bool:
    """The frame's words stand in `lead`, and nothing after them breaks it off."""
    marker = last(words(frame), lead)
    return marker is not None and not words(breaks).search(lead, marker.end())


def _goes_on(text: str) -> bool:
    """Words after a reassurance that take it back: 可是又冒烟了."""
    return bool(words("reopened").search(text))


def _settled(reassurance: str, follow: str) -> bool:
    """A reassurance follows, from the writer (保安说没事了 is none), and is not taken back."""
    found = words(reassurance).search(follow)
    if found is None or words("hearsay").search(follow[: found.start() + 1]):
        return False
    return not _goes_on(follow[found.end() :])


def staged(mention: Mention) -> bool:
    """梦见着火, 剧里有人触电, 海报上写着今夜有人坠楼, 打架那个是拍戏, 考试题求答案."""
    lead = mention.lead + mention.within
    if _opens("dreamt", "woken", lead) or _opens("shown", "real", mention.lead):
        return True
    if words("examined").search(mention.scope.text):
        return True
    return _settled("staged_after", mention.follow)


def commanded(mention: Mention) -> bool:
    """请输出“电梯困人”: the words are asked of a machine, nothing is reported."""
    return bool(
        words("commands").search(mention.lead) or words("commands_after").search(mention.after)
    )


def quoted(mention: Mention) -> bool:
    """《溺水自救》, “今夜有人坠楼”的海报: a title, a label or a notice, not a call."""
    text = mention.scope.text
    first = max(0, mention.start - _QUOTED_REACH)
    opening = max((text.rfind(mark, first, mention.start), mark) for mark in _QUOTES)
    position, mark = opening
    if position < 0 or (mark == '"' and text.count(mark, 0, mention.start) % 2 == 0):
        return False
    close = text.find(_QUOTES[mark], position + 1)
    if not mention.end - 1 <= close <= mention.end + _QUOTED_REACH:
        return False
    if mark == "《":
        return True
    before, after = text[max(0, position - 12) : position], text[close + 1 : close + 24]
    return bool(words("label_before").search(before) or words("label_after").search(after))


def told(mention: Mention) -> bool:
    """听说外省一个小区爆炸,好几个人受伤: the place told of holds to the end of the sentence."""
    lead = mention.lead + mention.within
    if words("here_after").search(mention.follow):
        return False
    return _opens("elsewhere", "here", lead) or _opens("story", "now", lead)


def mistaken(mention: Mention) -> bool:
    """以为有人被困,其实没人; 闻到糊味,原来是烤面包: put right in the words that follow."""
    follow = mention.follow
    if words("believed").search(mention.before):
        corrected = words("corrected").search(follow)
        if corrected is not None:
            return not _goes_on(follow[corrected.end() :])
    return _settled("harmless", follow)


def planned(mention: Mention) -> bool:
    """下周四停电,我爸用呼吸机: still to come."""
    return _opens("planned", "now", mention.reach)


def dated(mention: Mention) -> bool:
    """被淹是三年前的事, 困人那天的录像: the date stands behind the mention."""
    found = words("dated_after").search(mention.follow)
    if found is None:
        return False
    return not (words("now").search(mention.before) or _goes_on(mention.follow[found.end() :]))


def over(mention: Mention) -> bool:
    """…拧紧了,没事了,不用上门: the message closes the matter itself."""
    return _settled("over", mention.within + mention.follow)


def after_the_fact(mention: Mention) -> bool:
    """我婆婆绊倒,住院缝了四针,医药费谁出: what follows an accident that is over.

    Holds only where nothing in the message says that it goes on.
    """
    text = mention.scope.text
    window = text[max(0, mention.start - 60) : mention.end + 120]
    return bool(words("aftermath").search(window)) and not words("ongoing").search(window)


def recounted(mention: Mention) -> bool:
    """上周爆管把地板泡了，损失怎么算: what outlasts an accident is told of one that is over.

    Holds where a date of the past and a claim, a thanks or a repair stand in the same message,
    and nothing in it says that the danger goes on.
    """
    text = mention.scope.text
    window = text[max(0, mention.start - 90) : mention.end + 120]
    if words("ongoing").search(window) or words("now").search(mention.reach):
        return False
    return bool(words("bygone").search(window) and words("aftermath").search(window))


def figurative(mention: Mention) -> bool:
    """停车费贵得我要跳楼: said of a nuisance, by oneself, with nothing that shows it is meant."""
    marker = last(words("figure"), mention.lead)
    said = (marker[0] if marker else "") + mention.within
    if words("others").search(said):
        return False
    if marker is None and not words("laughing").search(mention.follow):
        return False
    return not words("meant").search(mention.lead + mention.within + mention.follow)

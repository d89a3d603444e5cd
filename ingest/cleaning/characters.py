"""Repair characters: shifted GBK bytes, bracketed pinyin, stray marks, symbol-font bullets."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ingest.cleaning.dropped import Dropped
from ingest.types import Block, BlockKind

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_SYLLABLE = rf"(?=[a-zü]*[{_TONES}])[a-zü{_TONES}]{{1,6}}"
_PINYIN = re.compile(rf"(?<=[{_HAN}])[(\uff08]{_SYLLABLE}[)\uff09]")
# The annotation of a character that was itself lost, with its opening bracket.
_ORPHAN_PINYIN = re.compile(rf"\?(?:{_SYLLABLE})[)\uff09]")
_SHIFTED = re.compile(r"\?\?(?=[^\x00-\x7f])")
_SHIFTED_PAIR = re.compile(
    rf"\?(?:{_SYLLABLE}[)\uff09])?(?=[\ue000-\uf8ff][@-~][(\uff08]{_SYLLABLE}[)\uff09])"
)
# Bullets of Wingdings come out as the letters they share a code with, once for each print.
_BULLET_LETTERS = re.compile(
    r"(?<![A-Za-z])(?:uu|ll|nn|vv|ØØ|üü|[\uf06c\uf06e\uf075\uf0a7\uf0b7\uf0d8\uf0fc])"
    rf"\s*(?=[{_HAN}“《(\uff08]|\d)"
)
_STRAY_BACKTICK = re.compile(rf"(?<=[{_HAN},\uff0c。、])`(?=[{_HAN}])")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028\u2029\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[ \t\u00a0\u3000\u2002-\u200a]+")
_EMPHASIS_SPACE = re.compile(
    rf"(?<=[{_HAN}\d%\uff05,\uff0c。、;\uff1b”])[ ](?=[{_HAN}]|\d+(?![\d 、.\uff0e)\uff09]))"
)
_QUANTITY = re.compile(rf"\d[\d.~-]*[{_HAN}%\uff05]")
# 「共 12 栋」 is a house style, 「21:47 受理」 a time line: neither comes from bold marks.
_SPACED_NUMBER = re.compile(rf"(?:^|[{_HAN}\d-] )\d+(?:[.:]\d+)* [{_HAN}]")
_CLAUSE_NUMBER = re.compile(
    r"第[一二三四五六七八九十百千零〇两\d]+[编篇章节条款]$|^[^ ]{0,3}[一二三四五六七八九十\d]+$"
)
_SENTENCE = re.compile(r"[。!\uff01?\uff1f;\uff1b]")
_CELLS = (BlockKind.TABLE, BlockKind.FAQ)


def repair_characters(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """The blocks with every repair applied; tables and FAQ answers keep their layout."""
    dropped = Dropped()
    repaired = []
    broken = any("??" in block.text or max(block.text, default="") >= "\ue000" for block in blocks)
    corpus = _PINYIN.sub("", "\n".join(block.text for block in blocks)) if broken else ""
    for block in blocks:
        text = _repair(block.text, dropped, block.kind in _CELLS, corpus)
        repaired.append(replace(block, text=text))
    return repaired, dropped


def _repair(text: str, dropped: Dropped, keeps_layout: bool, corpus: str) -> str:
    text = _counted(dropped, "invisible", text, _INVISIBLE.sub("", text))
    text = _counted(dropped, "mojibake", text, repair_shifted(text, corpus))
    text = _counted(dropped, "pinyin", text, _PINYIN.sub("", text))
    text = _counted(dropped, "mojibake", text, _orphans(text))
    text = _counted(dropped, "stray_mark", text, _STRAY_BACKTICK.sub("", text))
    if keeps_layout:
        return text
    text = _counted(dropped, "bullet", text, _BULLET_LETTERS.sub("\n", text))
    spaced = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _counted(dropped, "spacing", text, _close_emphasis(spaced)).strip()


def _counted(dropped: Dropped, reason: str, before: str, after: str) -> str:
    dropped.change(reason, before, after)
    return after


def _orphans(text: str) -> str:
    text = _ORPHAN_PINYIN.sub("?", text)
    if "\ufffd" not in text and not any("\ue000" <= char <= "\uf8ff" for char in text):
        return text
    kept = (char for char in text if char != "\ufffd" and unicodedata.category(char) != "Co")
    return "".join(kept) if "\uf06c" not in text else text


def _close_emphasis(text: str) -> str:
    """Drop the spaces that bold marks leave inside Chinese sentences (「后 15分钟内 电话」).

    Only in texts that are sentences: in headings and forms a space separates columns. The space
    after a clause's number stays.
    """
    if not _SENTENCE.search(text) or _SPACED_NUMBER.search(text):
        return text
    if len(_EMPHASIS_SPACE.findall(text)) * 6 > len(text):
        return text
    pieces = _EMPHASIS_SPACE.split(text)
    joined = pieces[0]
    for piece in pieces[1:]:
        joined += (" " if _keeps_space(joined, piece) else "") + piece
    return joined


def _keeps_space(before: str, after: str) -> bool:
    line = before.rsplit("\n", 1)[-1]
    if _CLAUSE_NUMBER.search(line[-12:]) and len(line) <= 16:
        return True
    # A space after a short head separates (「物业服务 是指…」); beside a quantity
    # (「15分钟内 电话」) it comes from emphasis.
    if line[-1:].isdigit() and after[:1].isdigit():
        return True
    ends_quantity = re.search(rf"\d[{_HAN}%\uff05]{{1,4}}$", line) or _QUANTITY.match(after)
    return not ends_quantity


def repair_shifted(text: str, corpus: str = "") -> str:
    """Decode again what was decoded one byte off.

    In texts that went through GBK, 「。可通過」 can come out as 「??赏ㄟ^」: one byte was lost, so
    the second half of 「。」 (A1 A3) and every pair after it shifted; A3 BF is a question mark.
    Encoding the run again brings the pairs back. The run ends with the ASCII byte that served as
    a second half, or where another byte was lost. A half character is completed by its pinyin
    annotation or, before the run, from `corpus`, the whole text without annotations.
    """
    for pattern, default in ((_SHIFTED, "。"), (_SHIFTED_PAIR, "?")):
        match = pattern.search(text)
        while match is not None:
            run = _shift_back(text, match.end(), match[0])
            if run is not None:
                second, fixed, end = run
                before = _PINYIN.sub("", text[max(0, match.start() - 12) : match.start()])
                first = _completed(second, before, fixed, corpus, default)
                text = text[: match.start()] + first + fixed + text[end:]
            match = pattern.search(text, match.start() + 1)
    return text


def _shift_back(text: str, start: int, lost: str) -> tuple[int, str, int] | None:
    """The second byte of the lost character, the run decoded, and where the run ends."""
    second, data, index = 0xA3, b"\xbf", start
    if lost != "??":
        (second, *rest), index = _gbk(text[start]), start + 1
        data = bytes(rest)
    for position in range(index, min(len(text), start + 16)):
        char = text[position]
        if char == "?":
            fixed = _lost_half(data, text, position)
        elif char.isascii():
            fixed = _decoded(data + char.encode(), position + 1)
        else:
            data += _gbk(char)
            continue
        return (second, *fixed) if fixed else None
    return None


def _decoded(data: bytes, end: int) -> tuple[str, int] | None:
    try:
        decoded = data.decode("gbk")
    except UnicodeDecodeError:
        return None
    return (decoded, end) if all(char >= "\u3000" for char in decoded) else None


def _lost_half(data: bytes, text: str, index: int) -> tuple[str, int] | None:
    if len(data) % 2 == 0:
        return _decoded(data, index)
    fixed = _decoded(data[:-1], index)
    reading = re.match(rf"\?({_SYLLABLE})[)\uff09]", text[index:])
    if fixed is None or reading is None:
        return None
    char = _by_reading(data[-1], reading[1])
    return (fixed[0] + char, index + reading.end()) if char else None


def _completed(second: int, before: str, after: str, corpus: str, default: str) -> str:
    """The character of which only the second byte is known.

    It is the one that most often stands at that place elsewhere in the same text; `default` when
    none does.
    """
    found = Counter[str]()
    for first in range(0x81, 0xFF):
        char = bytes((first, second)).decode("gbk", errors="ignore")
        if char and before[-1:]:
            found[char] = corpus.count(before[-1] + char) + corpus.count(char + after[:1])
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] > 0 else default


def _gbk(char: str) -> bytes:
    """GBK with its user-defined area, where unassigned pairs decode to (GB 18030, annex)."""
    code = ord(char)
    if 0xE815 <= code <= 0xE864:
        offset = code - 0xE815
        return bytes((0xFE, 0x50 + offset + (offset >= 0x2F)))
    return char.encode("gb18030")


@cache
def _by_reading(first: int, reading: str) -> str:
    """The commonest character whose GBK code begins with `first` and that is read `reading`.

    Empty when no character fits, or several do.
    """
    from pypinyin import Style, pinyin

    found = []
    for second in range(0x40, 0xFF):
        try:
            char = bytes((first, second)).decode("gbk")
        except UnicodeDecodeError:
            continue
        if pinyin(char, style=Style.TONE)[0][0] == reading:
            found.append(char)
    return found[0] if len(found) == 1 else ""

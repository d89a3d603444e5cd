"""Decode text in the encodings Chinese files come in.

charset-normalizer confuses GBK, Big5 and other East Asian encodings on short texts, so the order
is ours: byte order mark, strict UTF-8, UTF-16 by its zero bytes, then GB18030 against Big5 by how
common the decoded characters are. charset-normalizer is asked only when neither gives Chinese.
"""

import codecs
import unicodedata

from ingest.errors import DamagedFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# The commonest characters of modern text, both scripts: enough to tell a right decoding from
# a wrong one, since wrong ones land on rare characters.
_COMMON = frozenset(
    "的一是不了在有人我他这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而"
    "过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前"
    "些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与"
    "活正感物业主管理服务客户小区公司维修费电梯停车投诉处理部门问题答复应当工作员安全时间收缴内容"
    "這個們來時為國說會後過對學麼發當沒開總從無現動頭經長兒愛給間兩進話業務戶區維電車訴處門問題答"
    "應員費內須請報設備單據條"
    "、。\uff0c\uff1a\uff1b\uff08\uff09\uff1f\uff01“”《》"
)
_NOT_TEXT = "文件内容不是文本（可能是二进制文件），请换成正确的格式"
_FIRST_LEVELS = {
    "gb18030": (b"\xb0\xa1", b"\xd7\xf9"),
    "big5hkscs": (b"\xa4\x40", b"\xc6\x7e"),
}
_BINARY_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"Rar!",
    b"\x1f\x8b",
    b"SQLite format 3",
)


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the encoding's name; line ends become line feeds.

    Raises `DamagedFile` when the bytes are no text.
    """
    if data.startswith(_BINARY_SIGNATURES):
        raise DamagedFile("文件内容不是文本（可能改过后缀），请换成正确的格式")
    text, encoding = _decode(data)
    if _looks_binary(text):
        raise DamagedFile(_NOT_TEXT)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data, encoding)
            if text is not None:
                return text, encoding
    wide = _zero_bytes(data)
    for encoding in (wide, "utf-8") if wide else ("utf-8",):
        text = _strict(data, encoding)
        if text is not None and not _looks_binary(text):
            return text, encoding
    return _east_asian(data)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, ValueError):
        return None


def _zero_bytes(data: bytes) -> str | None:
    """UTF-16 without a mark: line feeds and digits put zeros on one side only."""
    sample = data[:4096]
    if len(data) % 2 or not sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 3 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 3 * odd else None


def _east_asian(data: bytes) -> tuple[str, str]:
    candidates = [
        (_plausibility(text, name), name, text)
        for name in ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
        if (text := _strict(data, name)) is not None
    ]
    best = max(candidates, key=lambda item: item[0], default=None)
    if best is not None and best[0] > 0.1:
        return best[2], best[1]
    from charset_normalizer import from_bytes

    guess = from_bytes(data).best()
    if guess is not None and _plausibility(str(guess)) > 0.1:
        return str(guess), guess.encoding
    return _with_few_errors(data)


def _with_few_errors(data: bytes) -> tuple[str, str]:
    """A text with a few broken bytes, as a cut download has them, is still worth reading."""
    choices = [
        (text.count("\ufffd"), -_plausibility(text), name, text)
        for name in ("utf-8", "gb18030", "big5hkscs")
        for text in (data.decode(name, errors="replace"),)
    ]
    broken, _, name, text = min(choices)
    if _looks_binary(text):
        raise DamagedFile(_NOT_TEXT)
    if broken > max(2, len(text) // 100):
        raise DamagedFile("认不出文件的文字编码，请另存为 UTF-8 后再导入")
    return text.replace("\ufffd", ""), name


def _plausibility(text: str, encoding: str = "") -> float:
    """The share of common characters among the non-ASCII ones, less the impossible.

    Characters on the encoding's own first level (3,755 of GB 2312, 5,401 of Big5) count a little,
    which decides short texts without any of the commonest characters.
    """
    sample = [char for char in text[:20_000] if ord(char) > 127]
    if not sample:
        return 0.0
    common = sum(char in _COMMON for char in sample)
    first = sum(_first_level(char, encoding) for char in sample)
    odd = sum(unicodedata.category(char) in ("Co", "Cn", "Cc") for char in sample)
    return (common + 0.3 * first - 2 * odd) / len(sample)


def _first_level(char: str, encoding: str) -> bool:
    low, high = _FIRST_LEVELS.get(encoding, _FIRST_LEVELS["gb18030"])
    try:
        data = char.encode(encoding if encoding in _FIRST_LEVELS else "gb18030")
    except UnicodeEncodeError:
        return False
    return len(data) == 2 and low <= data <= high and (encoding != "gb18030" or data[1] > 0xA0)


def _looks_binary(text: str) -> bool:
    sample = text[:20_000]
    control = sum(ord(char) < 32 and char not in "\n\r\t\f\v" for char in sample)
    return control > len(sample) * 0.01

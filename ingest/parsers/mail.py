"""Mails (.eml): the subject as title and the text; attachments are documents of their own."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from ingest.encoding import decode
from ingest.errors import DamagedFile
from ingest.parsers import html
from ingest.parsers.plain import join_wrapped, line_blocks
from ingest.types import Block, ParsedText

_BODIES = ("plain", "html")
_UNSAFE = re.compile(r"[\x00-\x1f/\\]+")


def parse(data: bytes) -> ParsedText:
    """The body of a mail; of a text and its HTML twin the text, unless it is empty."""
    message = _message(data)
    return ParsedText(tuple(_body(message)), title=_header(message, "subject") or None)


def has_body(data: bytes) -> bool:
    """Whether a mail says something itself, besides its attachments."""
    return any(block.text.strip() for block in _body(_message(data)))


def attachments(data: bytes) -> list[str]:
    """The names of a mail's attachments, in order; those without one get a number."""
    parts = _message(data).iter_attachments()
    return [_name(part, index) for index, part in enumerate(parts, start=1)]


def attachment(data: bytes, index: int) -> bytes:
    """The bytes of one attachment, by its place in `attachments`."""
    part = list(_message(data).iter_attachments())[index]
    content = part.get_payload(decode=True)
    if isinstance(content, bytes):
        return content
    # A forwarded mail is a message within the message.
    (inner,) = part.iter_parts()
    return inner.as_bytes()


def _message(data: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not message.keys() or not (message["subject"] or message["from"] or message["date"]):
        raise DamagedFile("不是有效的邮件文件，请从邮箱重新导出 eml")
    return message


def _body(message: EmailMessage) -> list[Block]:
    for kind in _BODIES:
        part = message.get_body(preferencelist=(kind,))
        if part is None:
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content.strip():
            continue
        text = _text(content, part.get_content_charset())
        if kind == "html":
            return list(html.parse(text.encode("utf-8")).blocks)
        return line_blocks(join_wrapped(text.split("\n")))
    return []


def _text(content: bytes, charset: str | None) -> str:
    # Mails that declare GB2312 use characters outside it; GB18030 contains all of them.
    name = "gb18030" if charset in ("gb2312", "gbk") else charset
    if name:
        try:
            return content.decode(name).replace("\r\n", "\n")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(content)[0]


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(_repaired(str(message[name] or "")).split())


def _repaired(text: str) -> str:
    """A header with raw bytes, as old programs wrote it, is GBK or UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return decode(text.encode("utf-8", "surrogateescape"))[0]
    return text


def _name(part: EmailMessage, number: int) -> str:
    name = part.get_filename()
    if not name:
        name = (
            f"附件{number}.eml" if part.get_content_type() == "message/rfc822" else f"附件{number}"
        )
    return _UNSAFE.sub("_", _repaired(name)).strip()

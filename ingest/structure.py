"""How Chinese rules number their parts: 编、分编、章、节、条, and what only refers to such a part.

「第五条 遛狗」 opens a clause; 「第五条规定的」, 「第五条第二款」 and 「第三章的规定」 at the start
of a line name one. What follows the number decides.
"""

import re

NUMERALS = "一二三四五六七八九十百千零〇两"
_NUMBER = rf"第[{NUMERALS}\d]{{1,8}}"
_ALSO = r"(?:及|以及|和|与|與|或|或者|至|到|[、,\uff0c])(?:[本前该該]?[\u4e00-\u9fff]{0,4}?)第"
REFERENCE = (
    r"(?=[的之第款项項]|[规規]定|所[称稱列述规規指说說]|[中内內](?:[的规規所,\uff0c、]|$)"
    rf"|[{NUMERALS}\d]{{1,3}}[款項项]|以[上下外内內前后後]|[,\uff0c]|{_ALSO})"
)
"""What follows the number of a part that is only referred to; a lookahead."""
_SUB = rf"(?:之[{NUMERALS}]{{1,2}})?"

CLAUSE = re.compile(rf"^{_NUMBER}[条條]{_SUB}(?!{REFERENCE})")
"""A line that opens a clause."""
BOOK = re.compile(
    rf"^{_NUMBER}(?:[编編]|[篇部](?![分门門])|部分(?=[\s:\uff1a]|$))(?!{REFERENCE})[\s:\uff1a]*"
)
SUB_BOOK = re.compile(rf"^{_NUMBER}分[编編](?!{REFERENCE})[\s:\uff1a]*")
CHAPTER = re.compile(rf"^{_NUMBER}章(?!{REFERENCE})[\s:\uff1a]*")
SECTION = re.compile(rf"^{_NUMBER}[节節](?!{REFERENCE})[\s:\uff1a]*")
ANNEX = re.compile(
    rf"^附[件录錄表图圖](?:\s*[{NUMERALS}\d]{{1,3}}(?=[\s:\uff1a、.]|$)|(?=[\s:\uff1a]|$))[\s:\uff1a、.]*"
)
_PARTS = (CLAUSE, BOOK, SUB_BOOK, CHAPTER, SECTION)


def opens_part(line: str) -> bool:
    """Whether a line begins a numbered part, and does not go on with a sentence about one."""
    text = line.lstrip()
    return text.startswith("第") and any(pattern.match(text) for pattern in _PARTS)


def clause_number(text: str) -> int | None:
    """The number of the clause that a text opens with; None when it opens with none."""
    from kb.normalization import chinese_number

    match = CLAUSE.match(text)
    if match is None:
        return None
    numeral = re.sub(r"[条條].*", "", match[0])[1:]
    return int(numeral) if numeral.isascii() else chinese_number(numeral)

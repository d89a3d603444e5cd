"""Numerals of folded text as values: 3, 1,200, 2.6, 三, 十五, 两千, 一点八, 半."""

from kb.normalization import chinese_number

_DIGITS = "[零〇一二两三四五六七八九]"
_CHINESE = "[零〇一二两三四五六七八九十百千万]+"
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
    rf"|(?<![统唯同单专之十百千万零〇一二两三四五六七八九]){_CHINESE}(?:点{_DIGITS}+(?![点刻分钟]))?)"
)
"""A regular expression without groups; a Chinese numeral begins where a word may begin."""


def amount(text: str) -> float:
    """The value of what `NUMBER` matched, or of 半 (0.5)."""
    text = text.replace(",", "")
    if text == "半":
        return 0.5
    if text[0].isdigit() and text.isascii():
        return float(text)
    whole, _, fraction = text.partition("点")
    value = float(chinese_number(whole))
    return value + float(f"0.{chinese_number_digits(fraction)}") if fraction else value


def chinese_number_digits(text: str) -> str:
    """Chinese digits one by one: 七五 is 75."""
    return "".join(str(chinese_number(digit)) for digit in text)

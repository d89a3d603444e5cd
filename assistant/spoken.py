"""Spoken and Cantonese wording in the standard words that documents use.

Only words that ask, deny or join are put into other words: they say nothing of what is asked
about, but read as unknown content they would hide it. Names of things stay as they are.
"""

import re

# Longer ones stand before the shorter ones that they contain.
_STANDARD = {
    # Cantonese
    "点解": "为什么",
    "(?<![早晚快慢一几重地])点(?:做|算)": "怎么办",
    "(?<![早晚快慢一几重地])点样": "怎么",
    "(?<=要)点(?=[登办申交预处])": "怎么",
    "边(?:度|处)": "哪里",
    "边个": "谁",
    "几时": "什么时候",
    "几(?:多)?钱": "多少钱",
    "几多": "多少",
    "几耐": "多久",
    "乜(?:嘢|野|事)?": "什么",
    "系唔系|系咪": "是不是",
    "可唔可以|得唔得": "可不可以",
    "使唔使|驶唔驶": "要不要",
    "会唔会": "会不会",
    "有冇": "有没有",
    "冇": "没有",
    "唔使|唔驶": "不用",
    "唔好": "不要",
    "唔该": "请",
    "唔": "不",
    "[喺响]度": "在",
    "喺": "在",
    "嘅": "的",
    "咗": "了",
    "[嚟黎](?=[登办申交预处看修])|入嚟": "来",
    "俾|畀": "给",
    "揾|搵": "找",
    "屋企": "家里",
    "你哋": "你们",
    "我哋": "我们",
    "放工": "下班",
    "返工": "上班",
    # northern and everyday speech
    "咋(?:办|整|弄)": "怎么办",
    "咋样": "怎么样",
    "咋": "怎么",
    "啥": "什么",
    "(?:让|行|可以|能|好)不(?=$|[\\s,，。?？!！])": "可不可以",
}
_SPOKEN = re.compile("|".join(f"(?P<w{i}>{pattern})" for i, pattern in enumerate(_STANDARD)))
_WORDS = tuple(_STANDARD.values())


def in_standard_words(text: str) -> str:
    """Simplified Chinese `text` with its spoken function words replaced; lengths may change."""
    return _SPOKEN.sub(lambda match: _WORDS[int((match.lastgroup or "w0")[1:])], text)

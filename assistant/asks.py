"""The parts of a question that ask; what else is said is the story around them."""

import re

_PART = re.compile(r"[，。？?!！；;,、]|另外|顺便|还有就是")
_ASKS = re.compile(
    "吗|呢|谁|哪|什么|怎么|怎样|如何|几|多少|多久|多长|多大|多高|多远|多重|是不是|有没有|能不能|可不可以|"
    "要不要|会不会|是否|行不行|对不对|来不来|算不算|让不让|许不许|何时|何处|为何"
)
_SHORTEST = 4
MOST = 3
"""More parts than this are a story, not so many questions."""


def asking_parts(text: str) -> list[str]:
    """The parts that ask, in order, at most `MOST` (the last ones); none where no word asks."""
    parts = (part.strip() for part in _PART.split(text))
    return [part for part in parts if len(part) >= _SHORTEST and _ASKS.search(part)][-MOST:]

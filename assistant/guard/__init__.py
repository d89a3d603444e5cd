"""The guard of a reply: deterministic, free of language models."""

from assistant.guard.checking import check, check_text
from assistant.guard.mending import mend
from assistant.guard.types import Code, Guard

__all__ = ["Code", "Guard", "check", "check_text", "mend"]

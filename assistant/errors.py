"""Errors of the assistant, named for what the caller does next.

AssistantError
├── InputError          correct the message; the text says what is wrong
├── ModelUnavailable    pull the encoder or train the classifier, then try again
├── LexiconDamaged      correct the named lexicon file
├── PhrasesDamaged      correct the named file of wordings
├── RetrainingRefused   look at the figures; the old classifier is still in use
└── QuestionsUnusable   restore, free or delete the file of recorded questions

Messages are Chinese, because people read them as they are.
"""


class AssistantError(Exception):
    """Base of every error that `assistant` raises on purpose."""


class InputError(AssistantError):
    """The caller's input cannot be used as it is."""


class ModelUnavailable(AssistantError):
    """The encoder or the classifier is not on this machine, or does not fit."""


class LexiconDamaged(AssistantError):
    """A lexicon file cannot be read, or holds a pattern that does not compile."""


class PhrasesDamaged(AssistantError):
    """A file of wordings cannot be read, or holds what no wording may say."""


class RetrainingRefused(AssistantError):
    """A retrained classifier is worse than the old one, or there is none to go back to."""


class QuestionsUnusable(AssistantError):
    """The file of recorded questions cannot be read or written."""

"""Errors of the assistant, named for what the caller does next.

AssistantError
├── InputError          correct the message; the text says what is wrong
├── ModelUnavailable    pull the encoder or train the classifier, then try again
├── LexiconDamaged      correct the named lexicon file
├── PhrasesDamaged      correct the named file of wordings
├── RetrainingRefused   look at the figures; the old classifier is still in use
├── QuestionsUnusable   restore, free or delete the file of recorded questions
└── LanguageModelError              go on without the model's words, and tell the CSR
    ├── LanguageModelUnavailable    see to the server or the file that the text names
    │   └── ServerUnreachable       start the server; ours starts again by itself
    ├── ModelTimedOut               ask again later, or allow more time in the settings
    ├── ModelLooped                 ask with another prompt or take another model
    ├── PromptTooLong               shorten the prompt, or allow a longer context
    ├── QueueFull                   ask again later
    └── ModelCancelled              nothing: the caller itself wanted no more

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


class LanguageModelError(AssistantError):
    """The language model gave no usable words; what needs no model stands."""


class LanguageModelUnavailable(LanguageModelError):
    """The model is not there, still loading, has failed, or answers unreadably."""


class ServerUnreachable(LanguageModelUnavailable):
    """No connection to the model's server, or it broke."""


class ModelTimedOut(LanguageModelError):
    """The first word or the last one did not come in time."""


class ModelLooped(LanguageModelError):
    """The model said the same over and over."""


class PromptTooLong(LanguageModelError):
    """The prompt does not fit the model's context."""


class QueueFull(LanguageModelError):
    """Too many requests are waiting, here or at the server."""


class ModelCancelled(LanguageModelError):
    """The caller asked to stop."""

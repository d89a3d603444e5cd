"""Errors of the knowledge base, named for what the caller does next.

KnowledgeBaseError
├── InputError          correct the input; the message says what, where and how
├── NotFound            no such document: check the id
├── ModelUnavailable    run `guanjia models pull`, or name a model that exists
├── DownloadFailed      try again; nothing half-written is left behind
├── StoreBusy           another process owns the data folder: use it, or stop it
└── StoreDamaged        rebuild the index from the catalogue; the message names the command

Messages are Chinese, because people read them as they are.
"""


class KnowledgeBaseError(Exception):
    """Base of every error that `kb` raises on purpose."""


class InputError(KnowledgeBaseError):
    """The caller's input cannot be used as it is."""


class NotFound(KnowledgeBaseError):
    """There is no document of that id."""


class ModelUnavailable(KnowledgeBaseError):
    """A model is not on this machine, or is not known."""


class DownloadFailed(KnowledgeBaseError):
    """A model could not be fetched or did not match its checksum."""


class StoreBusy(KnowledgeBaseError):
    """The data folder belongs to another running process."""


class StoreDamaged(KnowledgeBaseError):
    """The index and the catalogue do not agree and could not be repaired."""

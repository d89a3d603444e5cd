"""Errors of the training room, named for what the caller does next.

TrainingError
├── NothingToTrain   add cases to the knowledge base first
└── BadAnswer        correct the answer; the message lists what is possible
"""


class TrainingError(Exception):
    """Base of every error that `training` raises on purpose."""


class NothingToTrain(TrainingError):
    """The knowledge base holds no case that can be drilled."""


class BadAnswer(TrainingError):
    """An answer uses a value that does not exist."""

"""Errors of the desk, named for what the caller does next.

DeskError
├── NotFound            no such request: check the id
├── StageConflict       the request is in another stage: reload it and decide again
├── MergeConflict       these two cannot become one: name two others
├── ChangedMeanwhile    somebody else has corrected it: reload it and look again
└── CorrectionRefused   the field cannot be set so: the text says what is possible
"""


class DeskError(Exception):
    """Base of every error that `desk` raises on purpose."""


class NotFound(DeskError):
    """There is no request of that id."""


class StageConflict(DeskError):
    """The step is not possible from the request's present stage."""


class MergeConflict(DeskError):
    """A request with itself, or in a circle."""


class ChangedMeanwhile(DeskError):
    """The request is not as it was when it was read."""


class CorrectionRefused(DeskError):
    """A correction that is no value of its field, or that the safety floor forbids."""

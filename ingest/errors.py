"""Errors of ingestion, named for what the caller does next.

IngestError
├── InputError            correct the file; the message says what, where and how
│   ├── UnsupportedFile   convert the file to a supported format
│   ├── UnreadableFile    check the path and its permissions, then run again
│   ├── FileTooLarge      split the file or raise `max_file_mb`
│   ├── EmptyFile         fill the file or leave it out
│   ├── DamagedFile       save the file again in the program that made it
│   ├── EncryptedFile     remove the password, then run again
│   ├── FrontMatterError  correct the YAML block at the top of the file
│   ├── UnfinishedDraft   write the answers that are missing, then run again
│   └── NotReplaceable    give one file that can be the text of that document, or add it
├── ChangedMeanwhile      preview again
└── MissingParser         install the named package

Messages are Chinese, because people read them as they are. One bad file never stops the others:
`pipeline.ingest` turns each `InputError` into a `Failure`.
"""


class IngestError(Exception):
    """Base of every error that `ingest` raises on purpose."""


class InputError(IngestError):
    """One file cannot be used as it is."""


class UnsupportedFile(InputError):
    """The file's ending or content is of no supported format."""


class UnreadableFile(InputError):
    """The file or folder does not exist or may not be read."""


class FileTooLarge(InputError):
    """The file exceeds the limit of the settings."""


class EmptyFile(InputError):
    """The file has no content, or no text."""


class DamagedFile(InputError):
    """The file's content does not agree with its format."""


class EncryptedFile(InputError):
    """The file is protected by a password."""


class FrontMatterError(InputError):
    """The YAML block at the top of a file is wrong."""


class UnfinishedDraft(InputError):
    """A drafted FAQ still says where its answer is to be written."""


class NotReplaceable(InputError):
    """A file cannot be the new text of the document that it is to replace."""


class ChangedMeanwhile(IngestError):
    """What was previewed is no longer what would be replaced."""


class MissingParser(IngestError):
    """A package that reads this format is not installed."""

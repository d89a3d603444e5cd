"""The difference of two rulebooks in words, file by file."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from api.pages.widgets import attributes, box, heading, tag, text
from rules.difference import Change

_TAGS = {
    "added": ("新增", "tag-come"),
    "removed": ("删去", "tag-gone"),
    "changed": ("改动", "tag-changed"),
}


def draw_changes(changes: Sequence[Change], note: str, titles: Mapping[str, str]) -> None:
    """Every difference, those of one file together; `note` says what is compared.

    `titles` are what people call the files, by their name without its ending.
    """
    heading("有什么不同", f"{note}：{len(changes)} 处" if changes else note)
    with attributes(box("card changes"), data_testid="changes"):
        if not changes:
            text("没有不同。", "quiet")
        for file, found in groupby(changes, key=lambda change: change.file):
            with box("changes-file"):
                for change in found:
                    label, classes = _TAGS[change.kind]
                    with attributes(box("changes-row"), data_change=change.kind, data_file=file):
                        tag(label, classes)
                        words = change.words.removeprefix(file).removeprefix("：").strip()
                        text(f"{titles.get(file, file)}：{words}", "changes-words")

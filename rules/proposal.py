"""The files that a company has laid into its folder: proposed, and in force only when activated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.checking import Check, errors_of
from rules.errors import RulesError
from rules.loading import default_rulebook, digest_of, load_rulebook
from rules.reading import read_book_file
from rules.rulebook import Rulebook

_NEXT_STEP = "请 guanjia rules check 后 guanjia rules activate"
_NAME = re.compile(r"\w[\w-]*\.yaml")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether files may be used: the rulebook they make, and why not (empty: they may)."""

    book: Rulebook | None
    refusal: str = ""


def judge(texts: Mapping[str, str], check: Check) -> Verdict:
    """Check the files of a rulebook, all of them; a refusal is one line in Chinese."""
    odd = [name for name in texts if not _NAME.fullmatch(name)]
    if odd:
        return Verdict(None, f"文件名「{odd[0]}」不能用；请用 deadlines.yaml 这样的名称")
    report = check(texts)
    errors = errors_of(report)
    if not errors:
        return Verdict(report.book)
    more = f"（另有 {len(errors) - 1} 处错误）" if len(errors) > 1 else ""
    return Verdict(report.book, errors[0].line_of_text + more)


class Proposal:
    """What lies in the folder of the company's own files, over the files that ship.

    `required`: the folder was named, so that its absence is a mistake.
    """

    def __init__(self, folder: Path, required: bool, check: Check) -> None:
        self._folder, self._required, self._check = folder, required, check
        self._judged: dict[str, str] = {}

    def usable(self) -> tuple[Rulebook, str]:
        """The rulebook to begin with: the shipped one where the folder's is refused, and why."""
        if not self._required and not self._folder.is_dir():
            return default_rulebook(), ""
        try:
            book = load_rulebook(self._folder)
        except RulesError as error:
            return default_rulebook(), str(error)
        if book.digest not in self._judged:
            self._judged[book.digest] = judge(book.texts, self._check).refusal
        refusal = self._judged[book.digest]
        return (default_rulebook() if refusal else book), refusal

    def notice(self, current: Rulebook, known: frozenset[str]) -> str:
        """Says that something waits to be activated; empty where nothing does.

        What was in force before (`known`, digests) is no proposal: somebody replaced it since.
        """
        if self._required and not self._folder.is_dir():
            return self.usable()[1]
        own = self._texts()
        texts = {**default_rulebook().texts, **own}
        if digest_of({name: texts[name] for name in sorted(texts)}) in known | {current.digest}:
            return ""
        names = sorted({*texts, *current.texts})
        changed = [name for name in names if texts.get(name) != current.texts.get(name)]
        _, refusal = self.usable()
        what = refusal or f"{'、'.join(changed)} 与现行规则不同"
        if refusal or any(name in own or name not in texts for name in changed):
            return f"{self._folder.name}/ 里的改动尚未启用：{what}；{_NEXT_STEP}"
        return f"软件自带的规则有更新，尚未启用：{what}；{_NEXT_STEP}"

    def _texts(self) -> dict[str, str]:
        """The texts of the folder's files; of a file that cannot be read, none."""
        texts = {}
        for path in sorted(self._folder.glob("*.y*ml")) if self._folder.is_dir() else ():
            try:
                texts[path.name] = read_book_file(path).text.replace("\r\n", "\n")
            except RulesError:
                texts[path.name] = ""
        return texts

"""A dialog of the rules pages: asks for what must be known before something is done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import ui

from api.pages.widgets import attributes, box, button, failing, text
from api.pages.work import Failed


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to fill in; `known` is what stands there already."""

    label: str
    known: str = ""
    placeholder: str = ""
    most: int = 100
    long: bool = False


class Asking:
    """A dialog with a few fields and one thing to do; what goes wrong is said in it."""

    def __init__(self, title: str, note: str, asked: Sequence[Asked], verb: str) -> None:
        self._title, self._note, self._asked, self._verb = title, note, asked, verb

    def open(
        self,
        action: Callable[..., Awaitable[None]],
        *,
        danger: bool = False,
        warning: str = "",
    ) -> None:
        """Ask; `action` gets the fields in order, and may raise Failed."""
        self._action = action
        self._dialog = ui.dialog()
        self._dialog.on("hide", self._dialog.delete)
        with self._dialog, attributes(box("card asking"), role="document"):
            text(self._title, "asking-title", "h2")
            text(self._note, "quiet")
            if warning:
                text(warning, "warning asking-warning")
            self._fields = [self._field(one) for one in self._asked]
            self._problem = attributes(box("asking-problem"), aria_live="polite")
            with box("asking-foot"):
                button("取消", self._dialog.close, "quiet-button")
                classes = "danger-button" if danger else "main-button"
                self._button = button(self._verb, self._do, classes)
        self._dialog.open()

    def _field(self, one: Asked) -> ui.input | ui.textarea:
        make = ui.textarea if one.long else ui.input
        made = make(one.label, value=one.known, placeholder=one.placeholder)
        made.props(f'outlined dense stack-label maxlength={one.most} aria-label="{one.label}"')
        if one.long:
            made.props("rows=2")
        return made

    async def _do(self) -> None:
        self._problem.clear()
        self._button.props("loading")
        try:
            await self._action(*(field.value or "" for field in self._fields))
        except Failed as failure:
            with self._problem:
                failing(str(failure))
        else:
            self._dialog.close()
        finally:
            self._button.props(remove="loading")

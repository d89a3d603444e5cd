"""The foot of a draft: copy it, or edit a copy; what is copied is kept as what was sent."""

from collections.abc import Callable

from nicegui import ui
from nicegui.events import GenericEventArguments

from api.pages.widgets import attributes, box, button, copy_button, failing, text
from api.pages.words import violation_line
from api.pages.work import Failed, away
from api.sent_drafts import keep_sent
from api.wiring import House
from assistant.types import Draft


class DraftFoot:
    """One draft's copy on one screen."""

    def __init__(self, house: House, draft: Draft) -> None:
        self._house, self._draft = house, draft

    def build(self, beside: Callable[[], None] = lambda: None, *, editable: bool = True) -> None:
        """Draw the buttons; `beside` draws further ones before them."""
        self._editing = attributes(box("draft-edit"), data_testid="draft-edit")
        with box("card-foot"):
            text("发送前请通读一遍", "quiet", "span")
            with box("card-buttons"):
                beside()
                self._edit = button("修改", self._open, "quiet-button", icon="edit")
                self._edit.set_visibility(editable)
                self._copy = copy_button(self._draft.text, "复制全文")
                self._copy.classes("main-button", remove="quiet-button")
        # the text as it stands in the browser: the click may reach the server before the letters
        self._copy.on(
            "click",
            self._keep,
            js_handler="(e) => emit(guanjia.toCopy(e.target.closest('[data-copy]')))",
        )
        self._problem = box("")

    def _open(self) -> None:
        """Offer the draft to be edited; the button copies what stands there from then on."""
        self._edit.set_visibility(False)
        name = f"draft-copy-{self._editing.id}"
        with self._editing:
            editor = ui.textarea(value=self._draft.text).props(
                f'outlined autogrow autofocus debounce=500 for={name} aria-label="修改后的回复"'
            )
            editor.classes("draft-editor")
            self._found = attributes(box("draft-found"), aria_live="polite")
        editor.on_value_change(lambda event: self._check(str(event.value or "")))
        attributes(self._copy, data_copy_from=f"textarea#{name}")

    async def _check(self, edited: str) -> None:
        """Say what the edited text must not say, as long as it is being edited."""
        try:
            found = await away(self._house.replies.check_text, self._draft, edited)
        except Failed as failure:
            lines = [str(failure)]
        else:
            lines = [violation_line(violation) for violation in found]
        self._found.clear()
        with self._found:
            for line in lines:
                text(line, "violation")

    async def _keep(self, event: GenericEventArguments) -> None:
        sent = str(event.args or "")
        if not sent.strip():
            return
        self._problem.clear()
        try:
            await away(keep_sent, self._house, self._draft, sent)
        except Failed as failure:
            with self._problem:
                failing(str(failure))

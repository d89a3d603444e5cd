"""Small pieces that every page uses."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from api.wiring import House


class Text(TextElement):
    """An element of one tag around plain text; the browser escapes it."""

    def __init__(self, tag: str, text: str) -> None:
        super().__init__(tag=tag, text=text)


def text(content: object, classes: str = "", tag: str = "div") -> Text:
    """Plain text. Safe for whatever people wrote."""
    made = Text(tag, str(content))
    made.classes(classes)
    return made


def box(classes: str = "", tag: str = "div") -> Element:
    """An empty element to fill: `with box("card"): …`."""
    return ui.element(tag).classes(classes)


def attributes(element: Element, **values: object) -> Element:
    """Set attributes whose values may hold any character; `data_copy` becomes `data-copy`."""
    for name, value in values.items():
        element.props[name.replace("_", "-")] = value
    element.update()
    return element


def trusted(html: str, classes: str = "", tag: str = "div") -> Element:
    """HTML that the pages built themselves (see `marking`, which escapes what people wrote)."""
    return ui.html(html, sanitize=False, tag=tag).classes(classes)


def heading(title: str, note: str = "") -> None:
    """A section's heading with a quiet note beside it."""
    with box("section-head"):
        text(title, "section-title", "h2")
        if note:
            text(note, "quiet", "span")


def tier_tag(house: House, tier: str, *, large: bool = False) -> Text:
    """The urgency tier as a word on its colour."""
    size = " tier-large" if large else ""
    return text(house.label(tier, "tiers"), f"tier tier-{tier}{size}", "span")


def tag(content: str, classes: str = "") -> Text:
    """A label of one or two words."""
    return text(content, f"tag {classes}", "span")


def pair(name: str, value: str, note: str = "") -> None:
    """A named value; an empty one is shown as a dash."""
    with box("pair"):
        text(name, "pair-name", "span")
        with box("pair-value", "span"):
            text(value or "—", "", "span")
            if note:
                text(note, "quiet", "span")


def countdown(due: datetime | None, *, met: datetime | None = None) -> Element:
    """The time left until `due`, ticking in the browser by the server's clock."""
    made = box("countdown", "guanjia-countdown")
    values: dict[str, Any] = {"due": due.isoformat() if due else ""}
    if met is not None:
        values["met"] = met.isoformat()
    return attributes(made, **values)


def copy_button(content: str, label: str = "复制") -> Element:
    """A button that puts plain text on the clipboard, without a round trip to the server."""
    made = button(label, None, "quiet-button", icon="content_copy")
    return attributes(made, data_copy=content)


def button(
    label: str, action: Callable[..., Any] | None, classes: str = "", icon: str | None = None
) -> ui.button:
    """A flat button; `classes` says whether it is the main one of its place."""
    made = ui.button(label, on_click=action, icon=icon, color=None)
    made.props("unelevated no-caps :ripple=false").classes(f"button {classes}")
    return made


def link(label: str, action: Callable[..., Any], classes: str = "") -> Element:
    """Words that open something, reachable by keyboard."""
    made = text(label, f"link {classes}", "button")
    attributes(made, type="button")
    made.on("click", action)
    return made


def cited(content: str, marks: Callable[[], None]) -> None:
    """A sentence with the citation marks that `marks` draws, never parted from its end."""
    text(content[:-2], "", "span")
    with box("glued", "span"):
        text(content[-2:], "", "span")
        marks()


def empty(title: str, hint: str = "") -> None:
    """What stands where there is nothing yet."""
    with box("empty"):
        text(title, "empty-title")
        if hint:
            text(hint, "quiet")


def busy(words: str) -> None:
    """What stands where something is being fetched."""
    with attributes(box("busy"), role="status"):
        box("busy-bar")
        text(words, "quiet")


def failing(line: str) -> None:
    """One clear line of what went wrong."""
    attributes(text(line, "failing"), role="alert")


def only_failing(place: Element, line: str) -> None:
    """Let a place show one clear line of what went wrong, instead of what it shows."""
    place.clear()
    with place:
        failing(line)


def on_submit_key(
    element: Element, action: Callable[[str], Awaitable[None]], *, control: bool
) -> None:
    """Enter (or Ctrl+Enter) submits; Enter that ends an input method's word does not.

    `action` gets the text as it stands in the browser: right after loading, the key may reach
    the server before the letters do.
    """
    wanted = "(event.ctrlKey || event.metaKey)" if control else "!event.shiftKey"

    async def submit(event: GenericEventArguments) -> None:
        await action(str(event.args or ""))

    element.on(
        "keydown.enter",
        submit,
        js_handler=(
            "(event) => { if (event.isComposing || event.keyCode === 229) return;"
            f" if ({wanted}) {{ event.preventDefault(); emit(event.target.value); }} }}"
        ),
    )

"""What every page stands in: the header with navigation, who is on duty, and the source reader."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nicegui import ui

from api.pages.reader import SourceReader
from api.pages.widgets import attributes, box, text
from api.wiring import House

MOUNT = "/ui"
NAVIGATION = (
    ("/", "问知识库"),
    ("/knowledge", "知识库"),
    ("/triage", "来件分诊"),
    ("/requests", "来件"),
    ("/phrases", "话术"),
    ("/cases", "案例"),
    ("/training", "培训"),
    ("/rules", "规则"),
)
STYLES, SCRIPTS = ("pages.css", "rules.css"), ("pages.js", "rules.js")
_HERE = Path(__file__).parent
_STAMP = hashlib.sha256(
    b"".join((_HERE / name).read_bytes() for name in (*STYLES, *SCRIPTS))
).hexdigest()[:10]
# kept in the browser: the person belongs to the screen, not to the server
_NAME_KEY = "guanjia.name"
# seconds that a busy machine may take to build a page, or a busy browser to answer
PATIENCE = 20.0


@dataclass
class Duty:
    """Who sits at this screen; empty until a name was given."""

    name: str = ""

    @property
    def actor(self) -> str:
        """The name as it goes into a request's history."""
        return self.name.strip() or "未署名"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page gets from its frame."""

    house: House
    reader: SourceReader
    duty: Duty
    name_entry: ui.input

    async def restore_name(self) -> None:
        """Take over the name that this browser knows; needs a connected client."""
        try:
            known = await ui.run_javascript(
                f"localStorage.getItem('{_NAME_KEY}') || ''", timeout=PATIENCE
            )
        except TimeoutError:
            # the browser is busy or gone; the name can be typed
            return
        if known and not self.duty.name:
            self.name_entry.set_value(str(known))


@contextmanager
def frame(house: House, current: str, classes: str = "") -> Iterator[Frame]:
    """The page's header and main part; what is built inside stands in the main part."""
    label = dict(NAVIGATION)[current]
    ui.page_title(f"{label} · 管家")
    _head(house)
    duty = Duty()
    with box("header", "header"), box("header-inner"):
        _brand(house)
        _navigation(current)
        name_entry = _on_duty(duty)
    around = Frame(house, SourceReader(house), duty, name_entry)
    ui.timer(0, around.restore_name, once=True)
    with box(f"main {classes}", "main"):
        yield around


def _head(house: House) -> None:
    ui.colors(primary="#1b5b55", negative="#b3261e", warning="#ad5700", info="#2a5c99")
    ui.add_head_html(
        f'<meta name="guanjia-now" content="{house.now().isoformat()}">'
        f'<meta name="guanjia-zone" content="{house.zone.key}">'
        + "".join(f'<link rel="stylesheet" href="{MOUNT}/{name}?{_STAMP}">' for name in STYLES)
        + "".join(f'<script src="{MOUNT}/{name}?{_STAMP}"></script>' for name in SCRIPTS)
    )


def _brand(house: House) -> None:
    with box("brand"):
        text("管家", "brand-name", "span")
        text(house.settings.assistant.estate, "brand-estate", "span")


def _navigation(current: str) -> None:
    with attributes(box("navigation", "nav"), aria_label="主导航"):
        for target, label in NAVIGATION:
            item = ui.link(label, target).classes("navigation-item")
            if target == current:
                attributes(item.classes("is-current"), aria_current="page")


def _on_duty(duty: Duty) -> ui.input:
    with box("on-duty"):
        box("clock", "guanjia-clock")
        entry = ui.input(placeholder="填写姓名").props(
            'dense borderless prefix="值班" maxlength=20 aria-label="值班人姓名"'
        )
        entry.classes("duty-name").bind_value(duty, "name")
        entry.on(
            "blur",
            js_handler=f"(event) => localStorage.setItem('{_NAME_KEY}', event.target.value.trim())",
        )
    return entry

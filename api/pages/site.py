"""Registers the pages and the files they load, and mounts them under `/ui`."""

from pathlib import Path

from fastapi import FastAPI
from nicegui import app as pages_app
from nicegui import ui

from api.pages import ask, cases, knowledge, phrases, requests, rules, training, triage
from api.pages.frame import MOUNT, SCRIPTS, STYLES
from api.wiring import House

_HERE = Path(__file__).parent
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#1b5b55"/>'
    '<path d="M8 16.5 16 9l8 7.5M11 15v8h10v-8" fill="none" stroke="#fff" stroke-width="2.4"'
    ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def build(app: FastAPI, house: House) -> None:
    """Register every page over one house, then mount them; once per process."""
    for name in (*STYLES, *SCRIPTS):
        pages_app.add_static_file(local_file=_HERE / name, url_path=f"/{name}")
    for page in (ask, knowledge, triage, requests, phrases, cases, training, rules):
        page.register(house)
    ui.run_with(
        app,
        title="管家",
        favicon=_ICON,
        language="zh-CN",
        mount_path=MOUNT,
        tailwind=False,
        show_welcome_message=False,
    )

"""The web pages under `/ui`, made with NiceGUI."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.wiring import House


def mount(app: "FastAPI", house: "House") -> None:
    """Add the pages to the application; call it once per process, after all other routes."""
    from api.pages.site import build

    build(app, house)

"""有用 or 没用 under an answer; what is no use becomes something to write."""

from nicegui import ui
from nicegui.element import Element

from api.pages.widgets import attributes, box, button, failing, text
from api.pages.work import Failed, away
from api.wiring import House
from assistant.gaps.types import Channel
from assistant.types import Answer


def draw_feedback(house: House, answer: Answer) -> None:
    """Two buttons, and an optional reason when the answer was no use."""
    if not answer.id:
        return
    Feedback(house, answer).build()


class Feedback:
    """What one person says of one answer."""

    def __init__(self, house: House, answer: Answer) -> None:
        self._house, self._answer = house, answer
        self._place: Element = attributes(box("feedback"), data_testid="feedback")

    def build(self) -> None:
        with self._place:
            text("这条答复有用吗？", "quiet", "span")
            button("有用", self._useful, "quiet-button")
            button("没用", self._ask_why, "quiet-button")

    async def _useful(self) -> None:
        await self._send(True)

    def _ask_why(self) -> None:
        self._place.clear()
        with self._place:
            self._reason = ui.input(placeholder="哪里不对？可以不填").props(
                'outlined dense autofocus maxlength=200 aria-label="没用的原因"'
            )
            self._reason.classes("feedback-reason")
            self._reason.on("keydown.enter", self._useless)
            button("提交", self._useless, "main-button")

    async def _useless(self) -> None:
        await self._send(False, self._reason.value or "")

    async def _send(self, useful: bool, reason: str = "") -> None:
        house, answer = self._house, self._answer
        line = ""
        try:
            await away(house.asked.rate, answer.question, useful, reason, answer.id, Channel.PAGE)
        except Failed as failure:
            line = str(failure)
        self._place.clear()
        with self._place:
            if line:
                failing(line)
            else:
                thanks = "谢谢，已记下。" if useful else "谢谢，已记入待补问题。"
                text(thanks, "quiet", "span")

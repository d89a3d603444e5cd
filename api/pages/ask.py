"""问知识库: a conversation of questions, each answered with its sources."""

from dataclasses import dataclass
from functools import partial

from nicegui import ui
from nicegui.element import Element

from api.pages.answer_view import Found, draw_answer, draw_further
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.shelves import draw_shelves
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    link,
    on_submit_key,
    only_failing,
    text,
)
from api.pages.work import Failed, away
from api.wiring import House
from assistant.followups import Rewritten, rewrite
from assistant.gaps.types import Channel
from kb.types import Document

EXAMPLES = (
    "物业费每月收多少？",
    "装修几点可以施工？",
    "报修后多久联系业主？",
    "物业费逾期45天怎么催缴？",
    "地下车位多少钱？",
)


def register(house: House) -> None:
    """Serve the page at `/ui/`."""

    @ui.page("/", response_timeout=PATIENCE)
    async def page(q: str = "") -> None:
        with frame(house, "/", "narrow") as around:
            asking = AskPage(around)
            asking.build()
        await ui.context.client.connected()
        if q.strip():
            await asking.ask(q)
        else:
            await asking.show_shelves()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question on the screen and the place of its answer."""

    question: str
    place: Element


class AskPage:
    """One screen's conversation: what was asked stays above, the next is asked below."""

    def __init__(self, around: Frame) -> None:
        self._house, self._reader = around.house, around.reader
        self._turns: list[str] = []
        self._failed: Element | None = None

    def build(self) -> None:
        with box("page-head"):
            text("问知识库", "page-title", "h1")
            self._anew = button("新问题", self._begin_anew, "quiet-button")
            self._anew.set_visibility(False)
        self._talk = attributes(box("conversation result"), aria_live="polite")
        with box("card ask-card"):
            self._question = ui.textarea(
                placeholder="输入住户的问题，例如：装修什么时间可以施工？"
            ).props('outlined autogrow autofocus rows=1 aria-label="问题"')
            self._question.classes("ask-input")
            on_submit_key(self._question, self.ask, control=False)
            self._button = button("查询", self._submit, "main-button")
            attributes(self._button, title="Enter 提交，Shift + Enter 换行")
        self._beside = box("")
        self._show_beginning()

    def _show_beginning(self) -> None:
        self._beside.clear()
        with self._beside:
            with attributes(box("chips"), aria_label="示例问题"):
                for example in EXAMPLES:
                    link(example, partial(self.ask, example), "chip")
            self._shelves = box("")
            with self._shelves:
                busy("正在读取资料目录…")

    async def show_shelves(self) -> None:
        """What stands there before anything was asked: the documents to choose from."""
        try:
            documents = await away(_documents, self._house)
        except Failed as failure:
            only_failing(self._shelves, str(failure))
            return
        if self._turns:
            return
        self._shelves.clear()
        with self._shelves:
            draw_shelves(documents, self._reader)

    async def _begin_anew(self) -> None:
        self._turns = []
        self._talk.clear()
        self._failed = None
        self._anew.set_visibility(False)
        self._question.set_value("")
        self._show_beginning()
        await self.show_shelves()

    async def _submit(self) -> None:
        await self.ask(self._question.value or "")

    async def ask(self, question: str) -> None:
        """Answer a question below those that were asked before."""
        self._question.set_value("")
        if self._failed is not None:
            self._failed.delete()
            self._failed = None
        self._turns.append(question)
        with self._talk:
            turn = Turn(question, attributes(box("exchange"), data_testid="turn"))
        self._anew.set_visibility(len(self._turns) > 1)
        await self._answer(turn, rewrite(self._turns))

    async def _ask_as_typed(self, turn: Turn) -> None:
        """Ask a turn in its own words; the conversation goes on from it."""
        self._turns = [turn.question]
        await self._answer(turn, Rewritten(turn.question))

    async def _answer(self, turn: Turn, asked: Rewritten) -> None:
        self._button.props("loading")
        self._show_question(turn, asked)
        with turn.place:
            waiting = box("")
        with waiting:
            busy("正在查找…")
        try:
            found = await away(_find, self._house, asked.question)
        except Failed as failure:
            only_failing(waiting, str(failure))
            self._turns.pop()
            self._failed = turn.place
        else:
            waiting.delete()
            with turn.place:
                draw_answer(found, self._house, self._reader, self.ask)
            self._show_further(turn, found)
        finally:
            self._button.props(remove="loading")

    def _show_question(self, turn: Turn, asked: Rewritten) -> None:
        turn.place.clear()
        with turn.place:
            text(turn.question, "asked-question", "h2")
            if asked.from_turns:
                with attributes(box("asked-as"), data_testid="rewritten"):
                    text(f"按“{asked.question}”查询", "quiet", "span")
                    link("照原话查询", partial(self._ask_as_typed, turn))

    def _show_further(self, turn: Turn, found: Found) -> None:
        self._beside.clear()
        with self._beside:
            draw_further(found, self._reader)
            if len(self._turns) > 1:
                # the question, so that what was asked and its answer are read together
                ui.run_javascript(
                    f"getElement({turn.place.id})?.$el?.scrollIntoView({{block: 'start'}})"
                )


def _documents(house: House) -> list[Document]:
    return house.knowledge_base.documents()


def _find(house: House, question: str) -> Found:
    answer = house.ask(question, Channel.PAGE)
    return Found(answer, tuple(house.knowledge_base.search(question, 12)))

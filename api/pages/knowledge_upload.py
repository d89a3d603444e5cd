"""添加资料 and 替换: files come in, their preview is shown, then they are taken in or not."""

from nicegui import ui
from nicegui.events import MultiUploadEventArguments, UploadEventArguments

from api import knowledge
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_parts import HOME, address, document_address, go, tabs
from api.pages.knowledge_preview import PreviewView
from api.pages.widgets import attributes, box, busy, button, failing, text
from api.pages.work import Failed, away
from api.uploads import Upload
from api.wiring import House
from ingest.parsers import CONTAINER_ENDINGS, SUPPORTED_ENDINGS

_ADD = address("/add")


def register(house: House) -> None:
    """Serve the pages at `/ui/knowledge/add` and `/ui/knowledge/replace`."""

    @ui.page(_ADD, response_timeout=PATIENCE)
    async def add() -> None:
        with frame(house, HOME, "reading") as around:
            UploadPage(around, "").build("添加资料")

    @ui.page(address("/replace"), response_timeout=PATIENCE)
    async def replace(id: str = "") -> None:
        with frame(house, HOME, "reading") as around:
            page = UploadPage(around, id)
            page.build("替换资料")
        await ui.context.client.connected()
        await page.name_document()


class UploadPage:
    """One screen's upload and its preview; `replacing` is a document's id, or empty to add."""

    def __init__(self, around: Frame, replacing: str) -> None:
        self._around, self._house = around, around.house
        self._replacing = replacing

    def build(self, title: str) -> None:
        tabs("" if self._replacing else _ADD)
        if self._replacing:
            go("‹ 返回资料", document_address(self._replacing), "back-link")
        text(title, "page-title", "h1")
        self._explanation = box("explanation")
        if not self._replacing:
            with self._explanation:
                text("先预览，确认后才收录；取消则什么也不保存。", "quiet")
        self._drop = box("card upload-card")
        with self._drop:
            self._uploader()
        self._result = attributes(box("result"), aria_live="polite")

    def _uploader(self) -> None:
        limit = self._house.settings.server.max_body_mb
        endings = sorted(SUPPORTED_ENDINGS | CONTAINER_ENDINGS)
        made = ui.upload(
            multiple=not self._replacing,
            auto_upload=True,
            max_total_size=limit * 1_000_000,
            on_multi_upload=None if self._replacing else self._received,
            on_upload=self._received if self._replacing else None,
            on_rejected=lambda: self._fail(
                f"没有接收：只收 {'、'.join(endings)}，一次最多 {limit} MB。"
            ),
        ).classes("uploader")
        attributes(made, accept=",".join(endings), flat=True)
        # made of elements: a template would be mounted anew with every change of the page, and
        # files chosen meanwhile would be lost with the input
        with made.add_slot("header"), box("drop"):
            pick = button("选择文件", None, "main-button", icon="upload_file").props("type=a")
            pick.on("click", js_handler=f"(e) => getElement({made.id}).$refs.qRef.pickFiles(e)")
            with pick:
                ui.element("q-uploader-add-trigger")
            text("或把文件拖到这里", "drop-hint", "span")
        # emptied by the browser itself once it has the answer: from here it could come before
        # and would break the upload off
        reset = f"() => setTimeout(() => getElement({made.id}).$refs.qRef.reset())"
        made.on("uploaded", js_handler=reset)
        made.on("failed", lambda: self._fail("上传没有成功；请检查网络和文件大小后重试。"))
        kinds = " ".join(ending.removeprefix(".") for ending in endings)
        text(f"可以是 {kinds}，一次最多 {limit} MB", "quiet upload-note")

    async def name_document(self) -> None:
        """Say which document is replaced, and what else could be meant."""
        try:
            document = await away(self._house.document, self._replacing)
        except Failed as failure:
            self._drop.set_visibility(False)
            self._fail(str(failure))
            return
        with self._explanation:
            text(f"《{document.title}》", "explanation-title")
            text("编号不变，旧文不再保留；引用没有改动的段落的地方不受影响。", "quiet")
            with box("quiet"):
                text("新的一版请", "", "span")
                go("添加资料", _ADD)
                text("：旧版会保留，到期自动取代，过去的日子仍按旧版回答。", "", "span")
            if document.origin:
                text(
                    f"它原来的文件是 {document.origin}：请把那里也换成新文件，"
                    "否则下次同步那个文件夹时旧文会回来。",
                    "warning",
                )

    async def _received(self, event: MultiUploadEventArguments | UploadEventArguments) -> None:
        files = event.files if isinstance(event, MultiUploadEventArguments) else [event.file]
        self._result.clear()
        with self._result:
            busy("正在读取文件…")
        try:
            uploads = [Upload(file.name, await file.read()) for file in files]
            looked = await away(knowledge.look, self._house, uploads, self._replacing)
        except Failed as failure:
            self._fail(str(failure))
            return
        self._result.clear()
        with self._result:
            view = PreviewView(self._around, looked, cancelled=self._cancel, taken_in=self._hide)
            view.build()
        self._drop.set_visibility(False)
        await view.check()

    async def _hide(self) -> None:
        self._explanation.clear()

    def _cancel(self) -> None:
        self._result.clear()
        self._drop.set_visibility(True)
        with self._drop:
            ui.notify("已取消，什么也没有保存。")

    def _fail(self, line: str) -> None:
        self._result.clear()
        with self._result:
            failing(line)

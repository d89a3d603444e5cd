"""The service: FastAPI with the pages mounted under `/ui`."""

import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

from api.http import problems
from api.http.clocks import router as clocks_router
from api.http.corrections import router as corrections_router
from api.http.desk import router as desk_router
from api.http.documents import router as documents_router
from api.http.drafts import router as drafts_router
from api.http.gaps import router as gaps_router
from api.http.guard import router as guard_router
from api.http.phrases import router as phrases_router
from api.http.routes import router
from api.http.rules import router as rules_router
from api.http.sent_drafts import router as sent_drafts_router
from api.language import language_health
from api.settings import Settings, SettingsError
from api.wiring import House

log = structlog.get_logger()

Next = Callable[[Request], Awaitable[Response]]


class Readiness:
    """Whether the house can serve; `reason` says what is missing until then."""

    def __init__(self) -> None:
        self.ready = False
        self.reason = "正在载入模型和知识库"

    def warm(self, house: House) -> None:
        """Build every part; a failure is kept as the reason and the process stays up."""
        from api.errors import classify

        try:
            # the language model loads beside the rest, which does without until it is there
            _ = house.language_model
            _ = house.triager, house.knowledge_base, house.desk, house.drafter
        except Exception as error:
            found = classify(error)
            self.reason = str(error) if found else "启动时出了意外，见日志"
            log.error("not ready", reason=str(error), exc_info=found is None)
        else:
            self.ready, self.reason = True, ""
            log.info("ready", home=str(house.settings.home), rulebook=house.rulebook.identity)
            if notice := house.archive.in_force().notice:
                log.warning("rules", notice=notice)


def create_app(settings: Settings, house: House | None = None, *, pages: bool = True) -> FastAPI:
    """The application over one data folder. `pages=False` leaves the web pages out."""
    house = house or House(settings)
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=readiness.warm, args=(house,), daemon=True).start()
        yield
        house.close()

    # the description of the interface at /docs needs no internet either
    app = FastAPIOffline(
        redoc_url=None,
        title="管家 Guanjia",
        summary="物业客服的知识库助手",
        description="事实来自有出处的资料，承诺来自规则，模型只负责措辞。",
        version="0.1.0",
        lifespan=lifespan,
    )
    app.state.house, app.state.readiness = house, readiness
    _observe(app, house)
    _limit_body(app, settings.server.max_body_mb)
    problems.install(app)
    _health(app, readiness, house)
    app.include_router(router)
    app.include_router(corrections_router)
    app.include_router(documents_router)
    app.include_router(drafts_router)
    app.include_router(gaps_router)
    app.include_router(sent_drafts_router)
    app.include_router(phrases_router)
    app.include_router(guard_router)
    app.include_router(desk_router)
    app.include_router(rules_router)
    app.include_router(clocks_router)
    if pages:
        from api.pages import mount

        mount(app, house)
    return app


def _health(app: FastAPI, readiness: Readiness, house: House) -> None:
    @app.get("/healthz", tags=["运维"], summary="进程是否活着")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["运维"], summary="是否可以服务", response_model=None)
    def readyz() -> Response:
        llm = language_health(house)
        body = {
            "status": "ready" if readiness.ready else "starting",
            "reason": readiness.reason,
            "llm": {"status": llm.status, "reason": llm.reason},
        }
        return JSONResponse(body, 200 if readiness.ready else 503)

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/ui/")


def _observe(app: FastAPI, house: House) -> None:
    """Count and time requests by route, for `/metrics`."""
    registry = CollectorRegistry()
    house.language_figures.register(registry)
    count = Counter(
        "guanjia_requests_total", "HTTP requests", ["route", "status"], registry=registry
    )
    seconds = Histogram("guanjia_request_seconds", "Duration", ["route"], registry=registry)

    @app.middleware("http")
    async def measure(request: Request, call_next: Next) -> Response:
        started = time.perf_counter()
        response = await call_next(request)
        # the route's pattern, not the path: paths hold ids and would grow without end
        route = getattr(request.scope.get("route"), "path", "other")
        count.labels(route, response.status_code).inc()
        seconds.labels(route).observe(time.perf_counter() - started)
        return response

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _limit_body(app: FastAPI, megabytes: int) -> None:
    @app.middleware("http")
    async def limit(request: Request, call_next: Next) -> Response:
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > megabytes * 1_000_000:
            return problems.problem(
                request, 413, "too-large", "内容过大", f"一次最多 {megabytes} MB；请分批上传。"
            )
        return await call_next(request)


def run(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped. The data folder belongs to this process meanwhile.

    Raises SettingsError when the address cannot be listened on.
    """
    import uvicorn

    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(settings.home / "pages"))
    # a model or a hub is asked for nothing at run time: everything is on this machine
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    listener = _listen(host, port)
    config = uvicorn.Config(create_app(settings), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that a port that is taken is known before anything is loaded."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"无法在 {host} 的 {port} 端口监听（{error.strerror}）；请用 --port 换一个端口，"
            "或先停掉占用它的程序。"
        ) from error

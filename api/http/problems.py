"""Errors as RFC 9457 problem documents (`application/problem+json`)."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.errors import EXPECTED, classify
from api.http.shapes import ProblemOut

log = structlog.get_logger()
TYPE = "urn:guanjia:problem:"
RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {"model": ProblemOut, "description": "请求有误"},
    "5XX": {"model": ProblemOut, "description": "服务暂时不可用"},
}
_TITLES = {404: "没有找到", 405: "不支持的方法", 413: "内容过大", 422: "输入有误"}


def problem(request: Request, status: int, code: str, title: str, detail: str) -> JSONResponse:
    """A problem document about one request."""
    body = ProblemOut(
        type=TYPE + code, title=title, status=status, detail=detail, instance=request.url.path
    )
    return JSONResponse(body.model_dump(), status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error, expected or not, with a problem document."""
    for cls in EXPECTED:
        app.add_exception_handler(cls, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)


def _expected(request: Request, error: Exception) -> JSONResponse:
    found = classify(error)
    assert found is not None, "only expected errors are registered"
    return problem(request, found.status, found.code, found.title, found.detail)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(request, 422, "input", "输入有误", f"字段 {where} 不可用：{first['msg']}。")


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "请求未能完成")
    detail = f"{request.method} {request.url.path}:{title}。"
    return problem(request, error.status_code, f"http-{error.status_code}", title, detail)


def _defect(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected error", path=request.url.path, error=type(error).__name__)
    return problem(
        request, 500, "defect", "服务内部错误", "服务出了意外，已记入日志；请稍后再试或联系管理员。"
    )

"""Errors as problem documents (RFC 9457). One place turns every error into an answer, and none repeats the input."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from app.api.schemas import Problem
from app.errors import (
    Busy,
    Conflict,
    FieldError,
    Forbidden,
    InvalidRequest,
    NotFound,
    PorchlightError,
    TextTooLong,
    TooManyRequests,
    Unauthorised,
)

MEDIA_TYPE = "application/problem+json"
# A field's name is the programmer's; anything else in its place may be what somebody wrote.
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_SENT_IN = {("body",), ("query",), ("path",), ("header",)}
_DETAILS = {
    HTTPStatus.NOT_FOUND: ("not-found", "There is nothing at this address. /openapi.json lists what there is."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "This address takes other methods; `Allow` names them."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported-media-type", "Send the body as `Content-Type: application/json`."),
}
_BY_STATUS = {
    one.status: one
    for one in (PorchlightError, Unauthorised, Forbidden, NotFound, Conflict, TextTooLong, InvalidRequest, TooManyRequests, Busy)
}


def answer(problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as a response."""
    return Response(problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def answer_error(error: PorchlightError) -> Response:
    """The error as a response, with the headers that its status asks for."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return answer(Problem.of(error), headers=headers)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI tells of problems with these statuses, each with an example."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status.value: {
            "description": status.phrase,
            "content": {MEDIA_TYPE: {"schema": schema, "example": _example(status).model_dump(mode="json")}},
        }
        for status in statuses
    }


def _example(status: HTTPStatus) -> Problem:
    if status in _BY_STATUS:
        return Problem.of(_BY_STATUS[status]())
    slug, detail = _DETAILS[status]
    return Problem.make(status, slug=slug, detail=detail)


def handle_errors(app: FastAPI) -> None:
    """Have the application answer every error as a problem."""

    @app.exception_handler(PorchlightError)
    async def _ours(_: Request, error: PorchlightError) -> Response:
        return answer_error(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        return answer_error(invalid(error.errors()))

    @app.exception_handler(HTTPException)
    async def _foreign(_: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        slug, detail = _DETAILS.get(status, ("http", status.description))
        return answer(Problem.make(status, slug=slug, detail=detail), headers=error.headers)


def invalid(errors: Iterable[Mapping[str, Any]]) -> InvalidRequest:
    """The errors of pydantic without what was sent."""
    return InvalidRequest(errors=tuple(_field_error(one) for one in errors))


def invalid_item(error: ValidationError) -> InvalidRequest:
    """The same for one item of a batch."""
    return invalid(error.errors(include_url=False, include_input=False, include_context=False))


def _field_error(error: Mapping[str, Any]) -> FieldError:
    # FastAPI begins a path with where the field was sent.
    where = error["loc"][error["loc"][:1] in _SENT_IN :]
    detail = "is not a field of the contract" if error["type"] == "extra_forbidden" else str(error["msg"]).removeprefix("Value error, ")
    return FieldError("/".join(_named(part) for part in where), detail)


def _named(part: object) -> str:
    return str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(str(part)) else "(unnamed)"

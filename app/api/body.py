"""How bodies are read: from those who may send one, JSON alone, bounded, and without half characters."""

import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.errors import FieldError, InvalidRequest, TextTooLong

_HALF = re.compile("[\ud800-\udfff]")
# Only an escape can bring one in: UTF-8 has none.
_MAY_HOLD_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class _JsonRequest(Request):
    """A request whose body has been read already."""

    def __init__(self, request: Request, body: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._read = body
        self._value = value

    async def body(self) -> bytes:
        """The bytes as they came."""
        return self._read

    async def json(self) -> Any:
        """What they say."""
        return self._value


def json_route(*, max_bytes: int, admit: Callable[[Request], Awaitable[None]]) -> type[APIRoute]:
    """A kind of route that takes JSON of at most this many bytes, and stops reading once there are more.

    `admit` raises for those who may send nothing; then nothing is read.
    """

    class JsonRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def handle(request: Request) -> Response:
                await admit(request)
                if not _is_json(request.headers.get("content-type", "")):
                    raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
                body = await _read(request, max_bytes)
                return await handler(_JsonRequest(request, body, value_of(body)))

            return handle

    return JsonRoute


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


async def _read(request: Request, max_bytes: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > max_bytes:
        raise TextTooLong
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise TextTooLong
    return bytes(body)


def value_of(body: bytes) -> Any:
    """What a body of JSON says, with whole characters. Raises InvalidRequest when it is not JSON.

    A platform that cuts a text in the middle of an emoji sends half of it. Such a text must still be read, so the
    half becomes the character for what is broken; it is one code point as well, so that offsets stay.
    """
    try:
        value = json.loads(body)
        return _mended(value) if _MAY_HOLD_HALF.search(body) else value
    except (ValueError, RecursionError):
        raise InvalidRequest(errors=(FieldError("", "the body is not JSON in UTF-8"),)) from None


def _mended(value: Any) -> Any:
    match value:
        case str():
            return _HALF.sub(_REPLACEMENT, value)
        case list():
            return [_mended(one) for one in value]
        case dict():
            return {_HALF.sub(_REPLACEMENT, key): _mended(one) for key, one in value.items()}
        case _:
            return value

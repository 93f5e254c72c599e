"""What surrounds every request: a line in the log, and an answer when something unforeseen goes wrong."""

import logging
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import answer_error
from app.errors import PorchlightError

_log = logging.getLogger(__name__)
_UNKNOWN = "(none)"


class Watch:
    """Logs each request by its route, never by its path or query, since both may hold what somebody wrote.

    It answers what nobody else caught, so that no server below prints the error with its message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # the last to see it; the log tells where, not what it says
            _log.exception("a request failed", extra={"error": type(error).__name__})
            if not status:
                await answer_error(PorchlightError())(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", _UNKNOWN)
            milliseconds = round(1000 * (time.perf_counter() - started), 1)
            _log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": route,
                    "status": status or HTTPStatus.INTERNAL_SERVER_ERROR.value,
                    "ms": milliseconds,
                },
            )

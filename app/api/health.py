"""GET /healthz says what is running; GET /readyz says whether a comment can be taken."""

from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from app.api.problems import responses
from app.api.schemas import DatabaseOut, Health, ModelOut, PolicyOut
from app.domain.decision import PolicyStamp
from app.errors import Busy
from app.services.ports import Analyzer, Store
from app.services.triage import TriageLine

_READY = "ready\n"


def router_for(
    *, version: str, stamp: PolicyStamp, analyzer: Analyzer, database: str, journal_mode: str, store: Store, line: TriageLine
) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["health"])
    health = Health(
        status="ok",
        version=version,
        policy=PolicyOut(pack=stamp.pack, version=stamp.version),
        model=ModelOut(name=analyzer.stamp.name, version=analyzer.stamp.version),
        patterns_only=analyzer.patterns_only,
        database=DatabaseOut(name=database, journal_mode=journal_mode or None),
    )

    @router.get("/healthz", summary="What is running")
    async def healthz() -> Health:
        """The versions of the service, the policy and the reader, and how the database is kept."""
        return health

    @router.get(
        "/readyz",
        summary="Whether a comment can be taken",
        response_class=PlainTextResponse,
        responses={200: {"content": {"text/plain": {"example": _READY}}}, **responses(HTTPStatus.SERVICE_UNAVAILABLE)},
    )
    def readyz() -> Response:
        """200 when the line is running and the database answers."""
        if not line.running:
            raise Busy("The service is starting or stopping.", retry_after=1)
        store.ping()
        return PlainTextResponse(_READY)

    return router

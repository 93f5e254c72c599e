"""POST /v1/triage and /v1/triage/batch: the doors for programs."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Future
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Response, Security
from pydantic import BaseModel, ValidationError

from app.api.access import gate, needs
from app.api.body import json_route
from app.api.problems import invalid_item, responses
from app.api.schemas import BatchAnswer, BatchRequest, DecisionOut, Problem, TriageRequest
from app.domain.comment import Comment
from app.domain.decision import Decision
from app.domain.key import ApiKey, Scope
from app.errors import PorchlightError
from app.services.keys import Keys
from app.services.triage import Request, TriageLine

# An escaped character takes six bytes, and the text that is answered may be as long as the answer.
_BODY_BYTES_FOR_A_TEXT_BYTE = 12
_OTHER_FIELDS_BYTES = 2_000_000
_BATCH_BYTES = 32_000_000
_ERRORS = responses(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def router_for(*, line: TriageLine, keys: Keys, pages: Collection[str], default_page: str, max_text_bytes: int) -> APIRouter:
    """The router. A page that is not among `pages` is refused."""
    admit = gate(Scope.TRIAGE, keys)
    one = APIRouter(route_class=json_route(max_bytes=_BODY_BYTES_FOR_A_TEXT_BYTE * max_text_bytes + _OTHER_FIELDS_BYTES, admit=admit))
    many = APIRouter(route_class=json_route(max_bytes=_BATCH_BYTES, admit=admit))
    Sender = Annotated[ApiKey, Security(needs(Scope.TRIAGE, keys), scopes=[Scope.TRIAGE])]  # noqa: N806, a type

    def comment_of(request: TriageRequest) -> Comment:
        return request.comment(pages=pages, default_page=default_page, max_text_bytes=max_text_bytes)

    @one.post("/v1/triage", summary="Triage one text", response_model=DecisionOut)
    async def triage(request: TriageRequest, sender: Sender) -> Response:
        """One text in, one decision out. Nothing is answered before it is stored.

        The same `id` and text again gives the same decision. The same `id` with another text is an edit: it gives a
        new decision that names the one it supersedes.
        """
        answer = line.submit(Request(comment_of(request), sender=sender.id, record=request.record))
        return _json(DecisionOut.of(await asyncio.wrap_future(answer)))

    @many.post("/v1/triage/batch", summary="Triage several texts", response_model=BatchAnswer)
    async def triage_batch(batch: BatchRequest, sender: Sender) -> Response:
        """Up to 256 texts at once. The answers are in order, each a decision or a problem."""
        checked = [_checked(item, comment_of, sender) for item in batch.items]
        answers = iter(line.submit_many([one for one in checked if isinstance(one, Request)]))
        outcomes = [await _outcome(next(answers)) if isinstance(one, Request) else one for one in checked]
        return _json(BatchAnswer(items=[Problem.of(one) if isinstance(one, PorchlightError) else DecisionOut.of(one) for one in outcomes]))

    router = APIRouter(tags=["triage"], responses=_ERRORS)
    router.include_router(one)
    router.include_router(many)
    return router


def _checked(item: Any, comment_of: Callable[[TriageRequest], Comment], sender: ApiKey) -> Request | PorchlightError:
    try:
        request = TriageRequest.model_validate(item)
        return Request(comment_of(request), sender=sender.id, record=request.record)
    except ValidationError as error:
        return invalid_item(error)
    except PorchlightError as error:
        return error


async def _outcome(answer: Future[Decision]) -> Decision | PorchlightError:
    try:
        return await asyncio.wrap_future(answer)
    except PorchlightError as error:
        return error


def _json(answer: BaseModel) -> Response:
    """The answer as it is: FastAPI would check once more what has just been made."""
    return Response(answer.model_dump_json(), media_type="application/json")

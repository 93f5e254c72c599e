"""GET /v1/decisions: the decision log, for those who check the work."""

import csv
import io
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response, Security
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from app.api.access import needs
from app.api.problems import responses
from app.api.schemas import DecisionHistory, DecisionPage, Identifier, LoggedOut
from app.domain.comment import Kind
from app.domain.decision import Action, Urgency
from app.domain.key import ApiKey, Scope
from app.services.keys import Keys
from app.services.ports import LogFilter, Store

_log = logging.getLogger(__name__)
_NDJSON = "application/x-ndjson"
_CSV = "text/csv"
_LARGEST_PAGE = 1000


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("there is no such time in UTC; years go from 1 to 9999") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_COLUMNS = (
    "decision_id",
    "comment_id",
    "decided_at",
    "kind",
    "page",
    "action",
    "urgency",
    "guidelines",
    "review_required",
    "held",
    "reviewed",
    "supersedes",
    "superseded_by",
    "policy_version",
    "model",
    "model_version",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ERRORS = responses(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_FORMATS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of the log. As NDJSON and CSV, the header `Link` leads to the next page.",
        "content": {_NDJSON: {"schema": {"type": "string"}}, _CSV: {"schema": {"type": "string"}}},
    }
}
Ulid = Annotated[str, StringConstraints(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]


def router_for(*, store: Store, keys: Keys) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"], responses=_ERRORS)
    Reader = Annotated[ApiKey, Security(needs(Scope.AUDIT, keys), scopes=[Scope.AUDIT])]  # noqa: N806, a type

    @router.get("", summary="Read the decision log", response_model=DecisionPage, responses=_FORMATS)
    def list_decisions(
        request: Request,
        reader: Reader,
        since: Annotated[Moment | None, Query(alias="from", description="Decided at this time or later.")] = None,
        until: Annotated[Moment | None, Query(alias="to", description="Decided before this time.")] = None,
        action: Action | None = None,
        guideline: Annotated[Identifier | None, Query(description="Cites this guideline.")] = None,
        page: Identifier | None = None,
        urgency: Urgency | None = None,
        kind: Kind | None = None,
        reviewed: Annotated[bool | None, Query(description="Whether a person has looked at it.")] = None,
        policy_version: Identifier | None = None,
        comment_id: Identifier | None = None,
        cursor: Annotated[Ulid | None, Query(description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = 100,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Decisions, newest first, as JSON, NDJSON or CSV by `Accept`. They never hold the text itself."""
        wanted = LogFilter(
            since=since,
            until=until,
            action=action,
            guideline=guideline,
            page=page,
            urgency=urgency,
            kind=kind,
            reviewed=reviewed,
            policy_version=policy_version,
            comment_id=comment_id,
        )
        with store.read() as work:
            found = [LoggedOut.logged(one) for one in work.decisions.find(wanted, before=cursor, limit=limit + 1)]
        items, more = found[:limit], len(found) > limit
        _log.info("the decision log was read", extra={"key": reader.id, "decisions": len(items)})
        following = items[-1].decision_id if more else None
        headers = {"Link": f'<{request.url.include_query_params(cursor=following)}>; rel="next"'} if following else {}
        if _NDJSON in accept:
            lines = "".join(f"{item.model_dump_json()}\n" for item in items)
            return Response(lines, media_type=_NDJSON, headers=headers)
        if _CSV in accept:
            return Response(_csv(items), media_type=f"{_CSV}; charset=utf-8", headers=headers)
        return Response(DecisionPage(items=items, next=following).model_dump_json(), media_type="application/json", headers=headers)

    @router.get(
        "/{decision_id}",
        summary="Read one decision with its history",
        response_model=DecisionHistory,
        responses=responses(HTTPStatus.NOT_FOUND),
    )
    def get_decision(decision_id: Annotated[Identifier, Path()], reader: Reader) -> Response:
        """A decision, and every decision on the same comment, oldest first."""
        with store.read() as work:
            history = [LoggedOut.logged(one) for one in work.decisions.history(decision_id)]
        _log.info("a decision was read", extra={"key": reader.id, "decision": history[-1].decision_id})
        decision = next(one for one in history if one.decision_id == decision_id)
        return Response(DecisionHistory(decision=decision, history=history).model_dump_json(), media_type="application/json")

    return router


def _csv(items: Sequence[LoggedOut]) -> str:
    """The flat part of each decision. A cell never begins like a formula: spreadsheets would run it."""
    output = io.StringIO()
    writer = csv.DictWriter(output, fieldnames=_COLUMNS)
    writer.writeheader()
    for one in items:
        cells = one.model_dump(mode="json", include=set(_COLUMNS))
        cells |= {
            "guidelines": " ".join(guideline.id for guideline in one.guidelines),
            "review_required": one.review.required,
            "held": one.review.held,
            "policy_version": one.policy.version,
            "model": one.model.name,
            "model_version": one.model.version,
        }
        writer.writerow({name: f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for name, cell in cells.items()})
    return output.getvalue()

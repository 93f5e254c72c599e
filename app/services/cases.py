"""Judged cases as JSON lines: the form in which a service keeps the texts that its pack is tested with."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.comment import Author, Comment, Goal, Kind, Mention, Relation
from app.domain.decision import Action, Urgency
from app.domain.finding import FindingKind
from app.errors import InvalidRequest
from app.policy.conditions import OneOrMany
from app.services.evaluation import Case


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Finding(_Shape):
    kind: FindingKind
    text: str


class _Mention(_Shape):
    id: str = ""
    name: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class _Author(_Shape):
    relation: Relation = Relation.PUBLIC


class _Expect(_Shape):
    action: Annotated[tuple[Action, ...], OneOrMany] = Field(min_length=1)
    cites_any: Annotated[tuple[str, ...], OneOrMany] = ()
    not_cites: Annotated[tuple[str, ...], OneOrMany] = ()
    urgency_at_least: Urgency | None = None
    findings: tuple[_Finding, ...] = ()


class _Case(_Shape):
    id: str
    category: str = "all"
    kind: Kind = Kind.COMMENT
    page: str = ""
    page_goal: Goal | None = None
    text: str
    author: _Author | None = None
    mentions: tuple[_Mention, ...] = ()
    expect: _Expect


def read_cases(lines: Iterable[str]) -> Iterator[Case]:
    """Cases, one a line. Raises InvalidRequest, which names the line and the key and never the text."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _Case.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            key = ".".join(str(part) for part in first["loc"]) or "the line"
            raise InvalidRequest(f"Line {number}: {key}: {first['msg']}. Mend it and run again.") from None
        yield Case(
            id=case.id,
            category=case.category,
            comment=Comment(
                text=case.text,
                id=case.id,
                kind=case.kind,
                page=case.page,
                page_goal=case.page_goal,
                author=Author(relation=case.author.relation if case.author else Relation.PUBLIC),
                mentions=tuple(Mention(id=one.id, name=one.name, start=one.start, end=one.end) for one in case.mentions),
            ),
            actions=case.expect.action,
            cites_any=case.expect.cites_any,
            not_cites=case.expect.not_cites,
            urgency_at_least=case.expect.urgency_at_least or Urgency.ROUTINE,
            findings=tuple((one.kind, one.text) for one in case.expect.findings),
        )

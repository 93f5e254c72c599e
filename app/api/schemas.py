"""The shapes on the wire, apart from the domain so that either can change without the other.

Offsets are half-open and count Unicode code points of the text as it was sent. Times are RFC 3339 in UTC.
"""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SkipValidation, StrictBool, StrictInt, StringConstraints

from app.domain.analysis import Label
from app.domain.comment import Author, Comment, Goal, Kind, Mention, Parent, Relation
from app.domain.decision import Action, Decision, Urgency
from app.domain.finding import About, FindingKind, Form
from app.errors import FieldError, InvalidRequest, PorchlightError, TextTooLong
from app.services.ports import Logged
from app.services.triage import LARGEST_BATCH

_MOST_MENTIONS = 256
_SCORE_DIGITS = 4
# An example without nulls, which FastAPI leaves out: the text is an edit.
_DECISION: dict[str, Any] = {
    "decision_id": "01JD8M3V6QZ4T0X9C2B7K5N1WR",
    "comment_id": "fb:1234_5678",
    "action": "remove",
    "urgency": "soon",
    "review": {"required": True, "reasons": ["a removal for somebody's safety is checked by a person"], "held": True},
    "guidelines": [
        {"id": "personal-information", "title": "Private details stay private", "because": "it shows a phone number of a private person"}
    ],
    "explanation": {
        "author": "Your comment is hidden, since it shows a phone number.",
        "moderator": "Check whose number it is.",
        "language": "en",
        "template": "personal-information/remove",
    },
    "findings": [
        {"kind": "phone_number", "start": 22, "end": 34, "score": 0.99, "source": "phone_numbers", "about": "other", "form": "plain"}
    ],
    "labels": {"personal_attack": 0.02},
    "redacted_text": "Everybody ring him on [phone number]!",
    "supersedes": "01JD8M2A4HX7Q0S5M9V3C6E8TB",
    "policy": {"pack": "frontline", "version": "sha256:5f2c"},
    "model": {"name": "patterns", "version": "1"},
    "decided_at": "2026-11-23T09:00:01Z",
}

# PostgreSQL keeps no NUL in text, and no platform has control characters in its ids.
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[^\x00-\x1f\x7f]*$")]
Short = Annotated[str, StringConstraints(max_length=512)]


class _In(BaseModel):
    """What comes in. A field that is not known is refused: a mistyped one would be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class AuthorIn(_In):
    """Who wrote the text. Platforms differ in what they tell."""

    id: Short | None = None
    name: Short | None = None
    relation: Relation = Field(Relation.PUBLIC, description="What the author is to the organisation, as you know it.")


class MentionIn(_In):
    """A person or account that the platform tagged."""

    id: Short | None = None
    name: Short
    start: StrictInt = Field(ge=0, description="The first code point of the mention.")
    end: StrictInt = Field(ge=0, description="The code point after its last.")


class ParentIn(_In):
    """The text that this one answers."""

    id: Short | None = None
    text: str = ""


class TriageRequest(_In):
    """One text to be triaged. Only `text` is required."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "Everybody ring him on 0491 570 156!"},
                {
                    "id": "fb:1234_5678",
                    "kind": "comment",
                    "page": "main",
                    "text": "@Wren Alder thank you for coming to our open day",
                    "author": {"id": "u1", "name": "Robin Hale", "relation": "public"},
                    "mentions": [{"id": "u2", "name": "Wren Alder", "start": 0, "end": 11}],
                    "parent": {"id": "fb:1234", "text": "Our open day was lovely."},
                    "language": "en",
                    "created_at": "2026-11-23T09:00:00Z",
                },
            ]
        }
    )

    text: str = Field(min_length=1, description="The text, exactly as it was written; at most 20 kB in UTF-8.")
    id: Identifier | None = Field(
        None,
        description="Your own id of the comment. The same id and text again gives the same decision; the same id with another "
        "text is an edit. Left out, the comment gets an id of ours.",
    )
    kind: Kind = Field(Kind.COMMENT, description="What sort of text this is; it decides which question is asked of it.")
    page: str | None = Field(None, description="A page that the policy names; the default page when it is left out.")
    page_goal: Goal | None = Field(None, description='A goal to judge by instead of the page\'s own; only with `"record": false`.')
    author: AuthorIn | None = None
    mentions: Annotated[list[MentionIn], Field(max_length=_MOST_MENTIONS)] | None = None
    parent: ParentIn | None = None
    language: Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z0-9_-]*$")] | None = Field(
        None, description="The language of the text, as a BCP 47 tag, where you know it."
    )
    created_at: AwareDatetime | None = Field(None, description="When the text was written.")
    record: StrictBool = Field(True, description="`false` makes it a trial: nothing is stored.")

    def comment(self, *, pages: Collection[str], default_page: str, max_text_bytes: int) -> Comment:
        """The comment. Raises TextTooLong, or InvalidRequest naming the fields that do not fit each other or the policy."""
        if len(self.text.encode()) > max_text_bytes:
            raise TextTooLong(errors=(FieldError("text", f"is longer than {max_text_bytes} bytes in UTF-8"),))
        if self.parent and len(self.parent.text.encode()) > max_text_bytes:
            raise TextTooLong(errors=(FieldError("parent/text", f"is longer than {max_text_bytes} bytes in UTF-8"),))
        problems = tuple(self._problems(pages))
        if problems:
            raise InvalidRequest(errors=problems)
        author = self.author or AuthorIn()
        return Comment(
            text=self.text,
            id=self.id or "",
            kind=self.kind,
            page=self.page or default_page,
            page_goal=self.page_goal,
            author=Author(id=author.id or "", name=author.name or "", relation=author.relation),
            mentions=tuple(Mention(id=one.id or "", name=one.name, start=one.start, end=one.end) for one in self.mentions or ()),
            parent=Parent(id=self.parent.id or "", text=self.parent.text) if self.parent else None,
            language=self.language or "",
            created_at=self.created_at,
        )

    def _problems(self, pages: Collection[str]) -> list[FieldError]:
        problems = []
        if self.page and self.page not in pages:
            problems.append(FieldError("page", "is not a page of this policy; leave it out for the default page"))
        if self.page_goal and self.record:
            problems.append(FieldError("page_goal", 'is for trials: send "record": false with it, or name a page'))
        for number, mention in enumerate(self.mentions or ()):
            if mention.end < mention.start:
                problems.append(FieldError(f"mentions/{number}/end", "is before the start"))
            elif mention.end > len(self.text):
                problems.append(FieldError(f"mentions/{number}/end", "is outside the text; offsets count Unicode code points"))
        return problems


class BatchRequest(_In):
    """Several texts at once. Each is checked by itself, so that one that is not valid does not stop the others."""

    items: Annotated[list[SkipValidation[TriageRequest]], Field(min_length=1, max_length=LARGEST_BATCH)]


class ReviewOut(_Out):
    """Whether a person must look before the decision takes effect, and why."""

    required: bool
    reasons: list[str]
    held: bool = Field(description="Whether the text stays hidden while it waits.")


class GuidelineOut(_Out):
    """A guideline that the decision rests on; the first is the reason for the action."""

    id: str
    title: str
    because: str


class ExplanationOut(_Out):
    """What may be sent to the author, and what the moderator reads. Neither repeats the text."""

    author: str
    moderator: str
    language: str
    template: str


class FindingOut(_Out):
    """A personal or locating detail of the text."""

    kind: FindingKind
    start: int
    end: int
    score: float
    source: str
    about: About = Field(description="Whose detail it is, where that can be told.")
    form: Form = Field(description="How much it tells: a first name is not a full name.")


class PolicyOut(_Out):
    """Which pack judged."""

    pack: str
    version: str


class ModelOut(_Out):
    """What read the text."""

    name: str
    version: str


class DecisionOut(_Out):
    """What to do with the text, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DECISION]})

    decision_id: str
    comment_id: str
    action: Action
    urgency: Urgency
    review: ReviewOut
    guidelines: list[GuidelineOut]
    explanation: ExplanationOut
    findings: list[FindingOut]
    labels: dict[Label, float] = Field(description="What the text does, each with a score from 0 to 1.")
    redacted_text: str = Field(description="The text with its private findings taken out.")
    supersedes: str | None = Field(description="The decision on an earlier text of the same comment.")
    policy: PolicyOut
    model: ModelOut
    decided_at: AwareDatetime

    @classmethod
    def of(cls, decision: Decision) -> "DecisionOut":
        """The decision as it is answered."""
        return cls(**_fields(decision))


class LoggedOut(DecisionOut):
    """A decision as the log tells of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_DECISION | {"kind": "comment", "page": "main", "reviewed": False, "superseded_by": "01JD8N7K1PD5W2F8Y4G0R6J3ZA"}]
        }
    )

    kind: Kind
    page: str
    reviewed: bool = Field(description="Whether a person has looked at it.")
    superseded_by: str | None = Field(description="The decision on a later text of the same comment.")

    @classmethod
    def logged(cls, logged: Logged) -> "LoggedOut":
        """The decision with what the log adds."""
        return cls(
            **_fields(logged.decision),
            kind=logged.kind,
            page=logged.page,
            reviewed=logged.reviewed,
            superseded_by=logged.superseded_by,
        )


class DecisionHistory(_Out):
    """A decision, and every decision on the same comment, oldest first."""

    decision: LoggedOut
    history: list[LoggedOut]


class DecisionPage(_Out):
    """A page of the log, newest first. `next` is the cursor of the page after it."""

    items: list[LoggedOut]
    next: str | None


class FieldProblem(_Out):
    """One thing wrong with one field; `pointer` is the way to it, as in `items/3/text`."""

    pointer: str
    detail: str


class Problem(_Out):
    """A problem document (RFC 9457). It never repeats what somebody wrote."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []

    @classmethod
    def of(cls, error: PorchlightError) -> "Problem":
        """The error as it is answered."""
        return cls.make(error.status, slug=error.slug, detail=error.detail, errors=error.errors)

    @classmethod
    def make(cls, status: HTTPStatus, *, slug: str, detail: str, errors: Sequence[FieldError] = ()) -> "Problem":
        """A problem of this status."""
        return cls(
            type=f"urn:porchlight:problem:{slug}",
            title=status.phrase,
            status=status,
            detail=detail,
            errors=[FieldProblem(pointer=one.pointer, detail=one.detail) for one in errors],
        )


class BatchAnswer(_Out):
    """The answers, in the order of the request: each a decision or a problem."""

    items: list[DecisionOut | Problem]


class DatabaseOut(_Out):
    """How the database is kept. `journal_mode` is SQLite's."""

    name: str
    journal_mode: str | None


class Health(_Out):
    """What is running."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "version": "0.1.0",
                    "policy": _DECISION["policy"],
                    "model": _DECISION["model"],
                    "patterns_only": True,
                    "database": {"name": "sqlite", "journal_mode": "wal"},
                }
            ]
        }
    )

    status: str
    version: str
    policy: PolicyOut
    model: ModelOut
    patterns_only: bool
    database: DatabaseOut


def _fields(decision: Decision) -> dict[str, Any]:
    judgement = decision.judgement
    return {
        "decision_id": decision.id,
        "comment_id": decision.comment_id,
        "action": judgement.action,
        "urgency": judgement.urgency,
        "review": ReviewOut(required=judgement.review.required, reasons=list(judgement.review.reasons), held=judgement.held),
        "guidelines": [GuidelineOut(id=one.guideline, title=one.title, because=one.because) for one in judgement.citations],
        "explanation": ExplanationOut(
            author=judgement.explanation.author,
            moderator=judgement.explanation.moderator,
            language=judgement.explanation.language,
            template=judgement.explanation.template,
        ),
        "findings": [
            FindingOut(
                kind=one.kind,
                start=one.start,
                end=one.end,
                score=round(one.score, _SCORE_DIGITS),
                source=one.source,
                about=one.about,
                form=one.form,
            )
            for one in decision.analysis.findings
        ],
        "labels": {label: round(score, _SCORE_DIGITS) for label, score in decision.analysis.labels.items()},
        "redacted_text": decision.redacted_text,
        "supersedes": decision.supersedes,
        "policy": PolicyOut(pack=judgement.policy.pack, version=judgement.policy.version),
        "model": ModelOut(name=decision.model.name, version=decision.model.version),
        "decided_at": decision.decided_at,
    }

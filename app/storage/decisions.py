"""Decisions: what was answered, with what it rests on. The words are sealed, the facts are plain."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, insert, select, tuple_

from app.domain.analysis import Analysis, ClaimMatch, Label, Language, ModelStamp
from app.domain.comment import Kind
from app.domain.decision import Action, Citation, Decision, Explanation, Judgement, PolicyStamp, Review, Urgency
from app.domain.finding import About, Finding, FindingKind, Form
from app.errors import NotFound
from app.services.ports import DataKey, Entry, LogFilter, Logged, Place, Seal, Standing
from app.storage import reviews
from app.storage.comments import add_comments, keys_of, written
from app.storage.tables import citations, decisions
from app.storage.tables import reviews as review_rows

_COMMENT = "decisions.sealed_comment"
_WORDS = "decisions.sealed_words"
_later = decisions.alias("later")


@dataclass(frozen=True, slots=True)
class SqlDecisions:
    """The decisions, within one transaction."""

    connection: Connection
    seal: Seal

    def standing(self, places: Collection[Place]) -> Mapping[Place, Standing]:
        """The latest decision on each comment that has one."""
        wanted = tuple_(decisions.c.sender, decisions.c.comment_id).in_([(place.sender, place.comment_id) for place in places])
        latest = select(decisions).where(wanted, ~exists().where(_later.c.supersedes == decisions.c.id))
        rows = self.connection.execute(latest).all()
        return {
            _place(row): Standing(version=row.version, fingerprint=row.fingerprint, decision=decision)
            for row, decision in zip(rows, self._decisions(rows), strict=True)
        }

    def add_many(self, entries: Sequence[Entry]) -> None:
        """Write down comments, decisions and what waits for review. Raises Conflict when a version is there already."""
        keys = add_comments(self.connection, self.seal, [entry.place for entry in entries if entry.version == 1])
        keys |= keys_of(self.connection, self.seal, {entry.place for entry in entries} - keys.keys())
        self.connection.execute(insert(decisions), [_to_row(entry, keys[entry.place]) for entry in entries])
        cited = [_citation_row(entry.decision.id, *one) for entry in entries for one in enumerate(entry.decision.judgement.citations)]
        if cited:
            self.connection.execute(insert(citations), cited)
        reviews.add_waiting(self.connection, [entry.decision for entry in entries if entry.decision.judgement.review.required])

    def find(self, wanted: LogFilter, *, before: str | None, limit: int) -> list[Logged]:
        """Decisions newest first, at most `limit`, from the one after `before` (a decision's id) on."""
        statement = _matching(wanted).order_by(decisions.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(decisions.c.id < before)
        return self._logged(statement)

    def get(self, decision_id: str) -> Logged:
        """One decision. Raises NotFound."""
        found = self._logged(_logged_rows().where(decisions.c.id == decision_id))
        if not found:
            raise NotFound
        return found[0]

    def history(self, decision_id: str) -> list[Logged]:
        """Every decision on the same comment, oldest first. Raises NotFound."""
        same = decisions.alias("same")
        place = select(same.c.sender, same.c.comment_id).where(same.c.id == decision_id)
        statement = _logged_rows().where(tuple_(decisions.c.sender, decisions.c.comment_id).in_(place)).order_by(decisions.c.version)
        found = self._logged(statement)
        if not found:
            raise NotFound
        return found

    def _logged(self, statement: Select[Any]) -> list[Logged]:
        rows = self.connection.execute(statement).all()
        return [
            Logged(
                decision=decision,
                kind=Kind(row.kind),
                page=row.page,
                reviewed=row.review_state == reviews.DECIDED,
                superseded_by=row.superseded_by,
            )
            for row, decision in zip(rows, self._decisions(rows), strict=True)
        ]

    def _decisions(self, rows: Sequence[Row[Any]]) -> Iterable[Decision]:
        keys = keys_of(self.connection, self.seal, {_place(row) for row in rows})
        cited = self._cited([row.id for row in rows])
        return [_from_row(row, cited[row.id], keys.get(_place(row))) for row in rows]

    def _cited(self, ids: Sequence[str]) -> Mapping[str, list[Citation]]:
        cited: dict[str, list[Citation]] = defaultdict(list)
        if ids:
            statement = select(citations).where(citations.c.decision_id.in_(ids)).order_by(citations.c.position)
            for row in self.connection.execute(statement):
                cited[row.decision_id].append(Citation(guideline=row.guideline, title=row.title, because=row.because))
        return cited


def _logged_rows() -> Select[Any]:
    return (
        select(decisions, review_rows.c.state.label("review_state"), _later.c.id.label("superseded_by"))
        .outerjoin(review_rows, review_rows.c.decision_id == decisions.c.id)
        .outerjoin(_later, _later.c.supersedes == decisions.c.id)
    )


def _matching(wanted: LogFilter) -> Select[Any]:
    statement = _logged_rows()
    for column, value in (
        (decisions.c.action, wanted.action),
        (decisions.c.page, wanted.page),
        (decisions.c.urgency, wanted.urgency),
        (decisions.c.kind, wanted.kind),
        (decisions.c.policy_version, wanted.policy_version),
        (decisions.c.comment_id, wanted.comment_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(decisions.c.decided_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(decisions.c.decided_at < wanted.until)
    if wanted.guideline is not None:
        cites = exists().where(citations.c.decision_id == decisions.c.id, citations.c.guideline == wanted.guideline)
        statement = statement.where(cites)
    if wanted.reviewed is not None:
        state = review_rows.c.state
        statement = statement.where(state == reviews.DECIDED if wanted.reviewed else state.is_distinct_from(reviews.DECIDED))
    return statement


def _place(row: Row[Any]) -> Place:
    return Place(sender=row.sender, comment_id=row.comment_id)


def _to_row(entry: Entry, key: DataKey) -> dict[str, Any]:
    decision, judgement, comment = entry.decision, entry.decision.judgement, entry.comment
    words = {
        "redacted_text": decision.redacted_text,
        "author": judgement.explanation.author,
        "moderator": judgement.explanation.moderator,
    }
    return {
        "id": decision.id,
        "sender": entry.place.sender,
        "comment_id": entry.place.comment_id,
        "version": entry.version,
        "supersedes": decision.supersedes,
        "fingerprint": entry.fingerprint,
        "kind": comment.kind.value,
        "page": comment.page,
        "action": judgement.action.value,
        "urgency": judgement.urgency.value,
        "held": judgement.held,
        "policy_pack": judgement.policy.pack,
        "policy_version": judgement.policy.version,
        "model_name": decision.model.name,
        "model_version": decision.model.version,
        "decided_at": decision.decided_at,
        "payload": _payload(decision),
        "sealed_comment": key.seal(written(comment), column=_COMMENT, row=decision.id),
        "sealed_words": key.seal(json.dumps(words).encode("ascii"), column=_WORDS, row=decision.id),
    }


def _payload(decision: Decision) -> dict[str, Any]:
    analysis, judgement = decision.analysis, decision.judgement
    return {
        "findings": [
            [one.kind.value, one.start, one.end, one.score, one.source, one.about.value, one.form.value] for one in analysis.findings
        ],
        "labels": {label.value: score for label, score in analysis.labels.items()},
        "claim": [analysis.claim.id, analysis.claim.score] if analysis.claim else None,
        "language": [analysis.language.tag, analysis.language.covered],
        "review_reasons": list(judgement.review.reasons),
        "explanation": [judgement.explanation.language, judgement.explanation.template],
    }


def _citation_row(decision_id: str, position: int, citation: Citation) -> dict[str, Any]:
    return {
        "decision_id": decision_id,
        "position": position,
        "guideline": citation.guideline,
        "title": citation.title,
        "because": citation.because,
    }


def _from_row(row: Row[Any], cited: Sequence[Citation], key: DataKey | None) -> Decision:
    """The decision again. Of an erased comment only the facts are left: its words are empty."""
    payload = row.payload
    words = json.loads(key.open(row.sealed_words, column=_WORDS, row=row.id)) if key else {}
    language, template = payload["explanation"]
    reasons = tuple(payload["review_reasons"])
    return Decision(
        id=row.id,
        comment_id=row.comment_id,
        judgement=Judgement(
            action=Action(row.action),
            urgency=Urgency(row.urgency),
            review=Review(required=bool(reasons), reasons=reasons),
            citations=tuple(cited),
            explanation=Explanation(
                author=words.get("author", ""), moderator=words.get("moderator", ""), language=language, template=template
            ),
            held=row.held,
            policy=PolicyStamp(pack=row.policy_pack, version=row.policy_version),
        ),
        analysis=_analysis(payload),
        redacted_text=words.get("redacted_text", ""),
        model=ModelStamp(name=row.model_name, version=row.model_version),
        decided_at=row.decided_at,
        supersedes=row.supersedes,
    )


def _analysis(payload: Mapping[str, Any]) -> Analysis:
    tag, covered = payload["language"]
    return Analysis(
        findings=tuple(
            Finding(FindingKind(kind), start, end, score, source, About(about), Form(form))
            for kind, start, end, score, source, about, form in payload["findings"]
        ),
        labels=MappingProxyType({Label(name): score for name, score in payload["labels"].items()}),
        claim=ClaimMatch(*payload["claim"]) if payload["claim"] else None,
        language=Language(tag=tag, covered=covered),
    )

"""Comments: whose they are, and the data key that seals every text of theirs."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_

from app.domain.comment import Comment
from app.services.ports import DataKey, Place, Seal
from app.storage.tables import comments


def row_name(place: Place) -> str:
    """What a data key is bound to; the length keeps two places apart whatever their parts hold."""
    return f"{len(place.sender)}:{place.sender}:{place.comment_id}"


def keys_of(connection: Connection, seal: Seal, places: Collection[Place]) -> dict[Place, DataKey]:
    """The open data keys of comments that are there and were not erased."""
    if not places:
        return {}
    wanted = tuple_(comments.c.sender, comments.c.comment_id).in_([(place.sender, place.comment_id) for place in places])
    rows = connection.execute(select(comments).where(wanted, comments.c.data_key.is_not(None)))
    return {
        place: seal.unwrap(row.data_key, key_id=row.key_id, owner=row_name(place))
        for row in rows
        for place in (Place(sender=row.sender, comment_id=row.comment_id),)
    }


def add_comments(connection: Connection, seal: Seal, places: Sequence[Place]) -> dict[Place, DataKey]:
    """Write down new comments, each with a data key of its own."""
    keys: dict[Place, DataKey] = {place: seal.new_key(owner=row_name(place)) for place in places}
    if keys:
        connection.execute(
            insert(comments),
            [
                {"sender": place.sender, "comment_id": place.comment_id, "key_id": key.key_id, "data_key": key.wrapped}
                for place, key in keys.items()
            ],
        )
    return keys


def other_keys(connection: Connection, key_id: str) -> list[str]:
    """The ids of key-encryption keys, other than this one, that stored comments need."""
    return list(
        connection.scalars(select(comments.c.key_id).where(comments.c.key_id != key_id, comments.c.data_key.is_not(None)).distinct())
    )


def written(comment: Comment) -> bytes:
    """Everything that people wrote, or that tells who they are, as it is sealed."""
    value: dict[str, Any] = {
        "text": comment.text,
        "author": {"id": comment.author.id, "name": comment.author.name, "relation": comment.author.relation},
        "mentions": [{"id": one.id, "name": one.name, "start": one.start, "end": one.end} for one in comment.mentions],
        "parent": {"id": comment.parent.id, "text": comment.parent.text} if comment.parent else None,
        "language": comment.language,
        "created_at": comment.created_at.isoformat() if comment.created_at else None,
    }
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")

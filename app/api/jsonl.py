"""The contract as lines: a request a line comes in, a decision or a problem a line goes out, in the same order."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from pydantic import ValidationError

from app.api.body import value_of
from app.api.problems import invalid_item
from app.api.schemas import DecisionOut, Problem, TriageRequest
from app.domain.comment import Comment
from app.domain.decision import Decision
from app.errors import PorchlightError, TextTooLong

CommentOf = Callable[[TriageRequest], Comment]
"""Makes a comment of a request. Raises PorchlightError when it does not fit the policy."""

Trial = Callable[[Sequence[Comment]], Sequence[Decision | PorchlightError]]
"""Answers comments in order, and records nothing."""


def read_batch(lines: BinaryIO, *, most: int, max_bytes: int) -> list[bytes | None]:
    """At most this many lines, fewer at the end; None stands for a line that is longer than `max_bytes`."""
    batch: list[bytes | None] = []
    while len(batch) < most and (line := lines.readline(max_bytes + 1)):
        fits = line.endswith(b"\n") or len(line) <= max_bytes
        batch.append(line if fits else None)
        while not fits:
            rest = lines.readline(max_bytes)
            fits = rest.endswith(b"\n") or not rest
    return batch


def answer_batch(batch: Sequence[bytes | None], *, comment_of: CommentOf, trial: Trial) -> Iterator[str]:
    """A line of JSON for each line. `record` is not heeded: nothing is recorded here."""
    read = [_read(line, comment_of) for line in batch]
    answers = iter(trial([one for one in read if isinstance(one, Comment)]))
    for one in read:
        yield line_of(next(answers) if isinstance(one, Comment) else one)


def line_of(answer: Decision | PorchlightError) -> str:
    """The answer as POST /v1/triage gives it, on one line."""
    return (Problem.of(answer) if isinstance(answer, PorchlightError) else DecisionOut.of(answer)).model_dump_json()


def _read(line: bytes | None, comment_of: CommentOf) -> Comment | PorchlightError:
    if line is None:
        return TextTooLong()
    try:
        request = TriageRequest.model_validate(value_of(line))
        return comment_of(request.model_copy(update={"record": False}))
    except ValidationError as error:
        return invalid_item(error)
    except PorchlightError as error:
        return error

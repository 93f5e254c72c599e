"""Every error that Porchlight raises on purpose.

PorchlightError                    500
├── SettingsError                  (at start)    a setting is missing or wrong
├── PolicyError                    (at load)     the policy pack cannot be used
├── Unauthorised                   401           no key, or one that is not known
├── Forbidden                      403           the key lacks the scope
├── NotFound                       404           there is nothing under this id
├── Conflict                       409           the request contradicts what is there
├── TextTooLong                    413           over the limit of text that is read
├── InvalidRequest                 422           the request is not what the contract asks for
├── TooManyRequests                429           slow down; says for how long
└── Busy                           503           the queue is full; says when to come back

A message never repeats what a person wrote: messages travel to logs and to other machines.
"""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field of a request; `pointer` is the way to it, as in `items/3/text`."""

    pointer: str
    detail: str


class PorchlightError(Exception):
    """Something went wrong in Porchlight. The log has the trace; try again, then tell us."""

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    slug: str = "internal"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(self.detail)


class SettingsError(PorchlightError):
    """A setting is missing or wrong."""

    slug = "settings"


class PolicyError(PorchlightError):
    """The policy pack cannot be used as it is."""

    slug = "policy"


class Unauthorised(PorchlightError):
    """Send a key that this service knows, as `Authorization: Bearer KEY`."""

    status = HTTPStatus.UNAUTHORIZED
    slug = "unauthorised"


class Forbidden(PorchlightError):
    """The key lacks the scope that this needs. Ask an administrator for a key that has it."""

    status = HTTPStatus.FORBIDDEN
    slug = "forbidden"


class NotFound(PorchlightError):
    """There is nothing under this id."""

    status = HTTPStatus.NOT_FOUND
    slug = "not-found"


class Conflict(PorchlightError):
    """The request contradicts what is there. Read it again, then repeat the request."""

    status = HTTPStatus.CONFLICT
    slug = "conflict"


class TextTooLong(PorchlightError):
    """The text is over the limit. Send at most 20 kB of text in UTF-8."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    slug = "text-too-long"


class InvalidRequest(PorchlightError):
    """The request is not what the contract asks for. `errors` names each field; /docs shows the contract."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "invalid-request"


class TooManyRequests(PorchlightError):
    """Too many requests from this key. Wait as long as `Retry-After` says."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    slug = "too-many-requests"


class Busy(PorchlightError):
    """More is waiting than can be read soon. Nothing was taken in: send it again after `Retry-After`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug = "busy"

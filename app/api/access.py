"""Who may do what: the key in `Authorization: Bearer`, and the scopes that it carries."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.domain.key import ApiKey, Scope
from app.errors import Forbidden, Unauthorised
from app.services.keys import Keys

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key made by `porchlight keys create`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def needs(scope: Scope, keys: Keys) -> Callable[[HTTPAuthorizationCredentials | None], Awaitable[ApiKey]]:
    """A dependency that gives the caller's key. Raises Unauthorised without one, Forbidden without the scope."""

    async def key_with_scope(credentials: Credentials) -> ApiKey:
        if credentials is None:
            raise Unauthorised
        key = keys.remembered(credentials.credentials)
        if key is None:
            # The database may take its time; the event loop may not.
            key = await run_in_threadpool(keys.authenticate, credentials.credentials)
        if scope not in key.scopes:
            raise Forbidden(f"This needs a key with the scope `{scope}`. Ask an administrator for one.")
        return key

    return key_with_scope


def gate(scope: Scope, keys: Keys) -> Callable[[Request], Awaitable[None]]:
    """The same question, to be asked before a body is read: whoever has no key may send as much as they like."""
    key_with_scope = needs(scope, keys)

    async def admit(request: Request) -> None:
        await key_with_scope(await _bearer(request))

    return admit

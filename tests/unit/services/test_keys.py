from datetime import UTC, datetime, timedelta

import pytest

from app.domain.key import Scope
from app.errors import InvalidRequest, NotFound, Unauthorised
from app.services.keys import Keys, digest_of
from tests.fakes import MemoryStore


class Clock:
    """A clock that a test moves."""

    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def keys(store: MemoryStore, clock: Clock) -> Keys:
    return Keys(store, clock=clock)


def test_a_secret_opens_what_its_key_may(keys: Keys) -> None:
    new = keys.create(name=" our website ", scopes=[Scope.TRIAGE])
    known = keys.authenticate(new.secret)
    assert (known.id, known.name, known.scopes) == (new.key.id, "our website", frozenset({Scope.TRIAGE}))


def test_a_secret_is_random_and_kept_nowhere(keys: Keys, store: MemoryStore) -> None:
    secrets = {keys.create(name="a", scopes=[Scope.TRIAGE]).secret for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= 43 for secret in secrets)
    assert set(store.api_keys) == {digest_of(secret) for secret in secrets}
    assert not any(secret in repr(store) for secret in secrets)


@pytest.mark.parametrize("secret", ["", "porchlight_", "x" * 10_000, "\ud800", "é"])
def test_an_unknown_secret_opens_nothing(keys: Keys, secret: str) -> None:
    with pytest.raises(Unauthorised):
        keys.authenticate(secret)
    assert keys.remembered(secret) is None


def test_a_key_is_remembered_for_a_moment_only(keys: Keys, clock: Clock) -> None:
    new = keys.create(name="a", scopes=[Scope.TRIAGE])
    assert keys.remembered(new.secret) is None
    keys.authenticate(new.secret)
    remembered = keys.remembered(new.secret)
    assert remembered is not None
    assert remembered.id == new.key.id
    clock.pass_(seconds=16)
    assert keys.remembered(new.secret) is None


def test_a_revoked_key_is_refused_here_at_once_and_elsewhere_soon(keys: Keys, store: MemoryStore, clock: Clock) -> None:
    elsewhere = Keys(store, clock=clock)
    new = keys.create(name="a", scopes=[Scope.TRIAGE])
    for one in (keys, elsewhere):
        one.authenticate(new.secret)
    keys.revoke(new.key.id)
    assert keys.remembered(new.secret) is None
    with pytest.raises(Unauthorised):
        keys.authenticate(new.secret)
    clock.pass_(seconds=16)
    assert elsewhere.remembered(new.secret) is None
    with pytest.raises(Unauthorised):
        elsewhere.authenticate(new.secret)
    assert keys.all()[0].revoked_at is not None


def test_last_use_is_noted_at_most_once_a_minute(keys: Keys, store: MemoryStore, clock: Clock) -> None:
    new = keys.create(name="a", scopes=[Scope.TRIAGE])
    before = store.writes
    for _ in range(3):
        keys.authenticate(new.secret)
        clock.pass_(seconds=16)
    assert store.writes == before + 1
    assert keys.all()[0].last_used_at == Clock.now
    clock.pass_(seconds=60)
    keys.authenticate(new.secret)
    assert store.writes == before + 2


@pytest.mark.parametrize(("name", "scopes"), [("", [Scope.TRIAGE]), (" ", [Scope.TRIAGE]), ("a", [])])
def test_a_key_needs_a_name_and_a_scope(keys: Keys, name: str, scopes: list[Scope]) -> None:
    with pytest.raises(InvalidRequest):
        keys.create(name=name, scopes=scopes)


def test_what_is_not_there_cannot_be_revoked(keys: Keys) -> None:
    with pytest.raises(NotFound):
        keys.revoke("nobody")

"""The service in this process, on a database of its own, over an analyser that knows digits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.domain.key import Scope
from app.ledger.seal import KeySeal
from app.main import assemble
from app.services.keys import Keys
from app.settings import Settings
from app.storage.database import open_database
from app.storage.unit_of_work import SqlStore
from tests.fakes import FakeAnalyzer, frontline

SEAL_KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="


@dataclass(frozen=True, slots=True)
class Service:
    """The running application, and what lies under it."""

    client: TestClient
    app: FastAPI
    settings: Settings
    analyzer: FakeAnalyzer
    store: SqlStore

    def key(self, *scopes: Scope) -> dict[str, str]:
        """Headers with a new key of these scopes."""
        new = Keys(self.store).create(name="test", scopes=scopes)
        return {"Authorization": f"Bearer {new.secret}"}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Service]]:
    """Starts services, and ends them with the module."""
    running: list[tuple[TestClient, SqlStore]] = []

    def _start() -> Service:
        settings = Settings(data_dir=Path(tmp_path_factory.mktemp("data")), seal_key=SecretStr(SEAL_KEY))
        analyzer = FakeAnalyzer()
        app = assemble(settings, policy=frontline(), analyzer=analyzer)
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        key = settings.seal_key_bytes
        assert key is not None
        store = SqlStore(open_database(settings.database), KeySeal(key))
        running.append((client, store))
        return Service(client, app, settings, analyzer, store)

    yield _start
    for client, store in running:
        if client.portal is not None:
            client.__exit__(None, None, None)
        store.database.close()


@pytest.fixture(scope="module")
def service(start: Callable[[], Service]) -> Service:
    return start()


@pytest.fixture(scope="module")
def sender(service: Service) -> dict[str, str]:
    return service.key(Scope.TRIAGE)


@pytest.fixture(scope="module")
def auditor(service: Service) -> dict[str, str]:
    return service.key(Scope.AUDIT)

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings, describe, load_settings

ROOT = Path(__file__).parents[2]
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PORCHLIGHT_{name.upper()}", raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database == f"sqlite:///{ROOT}/.data/porchlight.db"
    assert settings.rules_dir == ROOT / "rules"
    assert settings.try_page is True
    assert settings.seal_key_bytes is None


def test_what_is_set_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORCHLIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORCHLIGHT_PORT", "80")
    monkeypatch.setenv("PORCHLIGHT_TRY_PAGE", "off")
    monkeypatch.setenv("PORCHLIGHT_SEAL_KEY", KEY)
    settings = load_settings()
    assert settings.database == f"sqlite:///{tmp_path}/porchlight.db"
    assert settings.seal_key_file == tmp_path / "seal.key"
    assert settings.port == 80
    assert settings.try_page is False
    assert settings.seal_key_bytes == b"01234567890123456789012345678901"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "99999"),
        ("LOG_LEVEL", "LOUD"),
        ("PUBLIC_URL", "our page"),
        ("SEAL_KEY", "c2hvcnQ="),
        ("SEAL_KEY", "not base64"),
        ("QUEUE_MAX", "255"),
        ("THREADS", "0"),
        ("TRY_PAGE", "hidden"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PORCHLIGHT_{name}", value)
    with pytest.raises(SettingsError, match=f"PORCHLIGHT_{name}: ") as raised:
        load_settings()
    assert value not in raised.value.detail


@pytest.mark.parametrize("name", ["PORCHLIGHT_PROT", "porchlight_prot", "PORCHLIGHT_"])
def test_a_variable_that_is_no_setting_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "80")
    with pytest.raises(SettingsError, match=f"{name} is not a setting"):
        load_settings()


def test_a_key_never_shows_in_what_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORCHLIGHT_SEAL_KEY", KEY)
    assert KEY not in repr(load_settings())


def test_the_page_of_settings_is_true() -> None:
    """Renew it with: .venv/bin/python -c "from app.settings import describe; print(describe(), end='')" > docs/settings.md"""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == describe()

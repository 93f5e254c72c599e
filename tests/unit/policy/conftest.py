"""The default pack, and a copy of it that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from app.policy.assemble import load_policy
from app.policy.engine import Policy

from .facts import PUBLIC_URL, RULES


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(RULES, public_url=PUBLIC_URL)


@pytest.fixture
def pack_copy(tmp_path: Path) -> Path:
    root = tmp_path / "rules"
    # Examples and lexicons decide nothing here, one claim stands for all of them, and all take long to read.
    shutil.copytree(RULES, root, ignore=shutil.ignore_patterns("examples", "lexicons"))
    claims = root / "claims.yaml"
    head, first, *_ = claims.read_text(encoding="utf-8").split("\n- id:")
    claims.write_text(f"{head}\n- id:{first}\n", encoding="utf-8")
    return root


@pytest.fixture
def bare_copy(pack_copy: Path) -> Path:
    """The same with no words but the ordinary ones, which is quicker where only decisions matter."""
    for folder in (pack_copy / "templates" / "en").iterdir():
        if folder.is_dir() and folder.name != "ordinary":
            shutil.rmtree(folder)
    return pack_copy

"""From a folder to a policy that may judge: read, worded, and held against the safety floor."""

from pathlib import Path

from app.policy.engine import Policy
from app.policy.explain import Catalogue
from app.policy.floor import breaches
from app.policy.loader import PackProblems, load_pack
from app.policy.pack import Pack


def catalogue_of(pack: Pack, *, public_url: str) -> Catalogue:
    """The pack's templates, ready to explain."""
    return Catalogue(
        templates=pack.root / "templates",
        language=pack.settings.language,
        organisation=pack.settings.organisation,
        countries=pack.countries,
        claims=pack.claims,
        public_url=public_url,
    )


def load_policy(root: Path, *, public_url: str) -> Policy:
    """The policy in `root`. Raises PolicyError when the pack is broken or weakens a safety guideline."""
    pack = load_pack(root)
    policy = Policy(pack=pack, catalogue=catalogue_of(pack, public_url=public_url))
    problems = breaches(policy)
    if problems:
        raise PackProblems(problems)
    return policy

"""From a folder to a policy that may judge: read, worded, and held against the safety floor."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from app.domain.analysis import Label
from app.policy.conditions import Thresholds
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
        guidelines=pack.guidelines,
        countries=pack.countries,
        claims=pack.claims,
        public_url=public_url,
    )


def load_policy(root: Path, *, public_url: str, likely: Mapping[Label, float] | None = None) -> Policy:
    """The policy in `root`. Raises PolicyError when the pack is broken or weakens a safety guideline.

    `likely` are the thresholds that were chosen together with the trained reader: they stand where the
    pack gives a label none of its own.
    """
    pack = with_thresholds(load_pack(root), likely or {})
    policy = Policy(pack=pack, catalogue=catalogue_of(pack, public_url=public_url))
    problems = breaches(policy)
    if problems:
        raise PackProblems(problems)
    return policy


def with_thresholds(pack: Pack, likely: Mapping[Label, float]) -> Pack:
    """The pack with a reader's thresholds; `possible` and `sure` keep their order around them.

    `possible` keeps its distance as well: it is asked where a doubt must go to the survivor.
    """
    merged = dict(pack.thresholds)
    for label, value in likely.items():
        if label not in pack.settings.thresholds:
            usual = pack.thresholds[label]
            possible = min(usual.possible, value * usual.possible / usual.likely)
            merged[label] = Thresholds(possible=possible, likely=value, sure=max(usual.sure, value))
    return replace(pack, thresholds=MappingProxyType(merged))

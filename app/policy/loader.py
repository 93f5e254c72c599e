"""Reads a policy pack from its folder. Every error names the file, the key and the line.

The pack's version is the SHA-256 over the names and bytes of its files, in order of name, without the
examples: they test the pack and decide nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from app.domain.analysis import Label
from app.domain.decision import PolicyStamp
from app.errors import PolicyError
from app.policy.pack import Pack
from app.policy.schema import GUIDELINE_IDS, Claim, Country, Example, Guideline, PackFile

M = TypeVar("M", bound=BaseModel)

if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    # The same safe loader in C where PyYAML was built with it: a pack loads five times faster.
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Helplines(RootModel[dict[str, Country]]):
    model_config = ConfigDict(frozen=True)


class _Claims(RootModel[tuple[Claim, ...]]):
    model_config = ConfigDict(frozen=True)


class _Examples(RootModel[tuple[Example, ...]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a pack, with the place to mend it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class PackProblems(PolicyError):
    """The policy pack cannot be used as it is."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"The policy pack cannot be used. Mend these, then run `porchlight policy check`:\n{lines}")


def load_pack(root: Path) -> Pack:
    """Read and check the pack in `root`. Raises PackProblems with everything that is wrong at once."""
    if not (root / "pack.yaml").is_file():
        raise PolicyError(f"No policy pack in {root}: pack.yaml is missing. Set PORCHLIGHT_RULES_DIR to the folder that holds it.")
    reader = _Reader(root)
    settings = reader.read("pack.yaml", PackFile)
    guidelines = [(path.name, reader.read(f"guidelines/{path.name}", Guideline)) for path in sorted((root / "guidelines").glob("*.yaml"))]
    claims = reader.read("claims.yaml", _Claims)
    helplines = reader.read("helplines.yaml", _Helplines)
    lexicons = {path.stem: reader.read_plain(f"lexicons/{path.name}") for path in sorted((root / "lexicons").glob("*.yaml"))}
    examples = {path.stem: reader.read(f"examples/{path.name}", _Examples) for path in sorted((root / "examples").glob("*.yaml"))}
    by_id = {guideline.id: guideline for _, guideline in guidelines if guideline is not None}
    reader.problems.extend(_missing(by_id, reader))
    reader.problems.extend(_twice([claim.id for claim in claims.root] if claims else []))
    if reader.problems or settings is None or claims is None or helplines is None:
        raise PackProblems(reader.problems)
    default = settings.thresholds["default"]
    return Pack(
        root=root,
        settings=settings,
        guidelines=tuple(by_id[guideline_id] for guideline_id in settings.order),
        claims=MappingProxyType({claim.id: claim for claim in claims.root}),
        countries=MappingProxyType(helplines.root),
        lexicons=MappingProxyType(lexicons),
        examples=MappingProxyType({topic: cases.root for topic, cases in examples.items() if cases is not None}),
        thresholds=MappingProxyType({label: settings.thresholds.get(label, default) for label in Label}),
        stamp=PolicyStamp(pack=settings.pack, version=content_hash(root)),
    )


def content_hash(root: Path) -> str:
    """`sha256:` over every file that decides or words something."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith("examples/") and not path.name.startswith("."):
            content = path.read_bytes()
            digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
            digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def _twice(claim_ids: list[str]) -> Iterator[Problem]:
    for number, claim_id in enumerate(claim_ids):
        if claim_id in claim_ids[:number]:
            yield Problem("claims.yaml", 1, f"{number}.id", f"the id {claim_id} is given twice")


def _missing(by_id: dict[str, Guideline], reader: "_Reader") -> Iterator[Problem]:
    seen_broken = {problem.file for problem in reader.problems}
    for guideline_id in GUIDELINE_IDS:
        file = f"guidelines/{guideline_id}.yaml"
        if guideline_id not in by_id and file not in seen_broken:
            yield Problem(file, 1, "id", f"the guideline {guideline_id} is missing; every guideline has a file of its own")
    for guideline in by_id.values():
        for case in guideline.cases:
            for other in case.instead_of:
                if other not in GUIDELINE_IDS:
                    yield Problem(f"guidelines/{guideline.id}.yaml", 1, f"cases.{case.id}.instead_of", f"{other} is not a guideline")


class _Reader:
    """Reads YAML into models and keeps what is wrong, with lines."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def read_plain(self, name: str) -> object:
        """The file's plain values; None, and a problem, when it is not YAML."""
        parsed = self._parse(name)
        return None if parsed is None else parsed[0]

    def read(self, name: str, model: type[M]) -> M | None:
        """The file as the model; None, and problems, when it does not fit."""
        parsed = self._parse(name)
        if parsed is None:
            return None
        value, node = parsed
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                line, key = _place(node, one["loc"])
                self.problems.append(Problem(name, line, key, _in_words(one)))
            return None

    def _parse(self, name: str) -> tuple[Any, yaml.Node] | None:
        path = self.root / name
        try:
            text = path.read_text(encoding="utf-8")
            node = yaml.compose(text, Loader=_Loader)
            value = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506, a SafeLoader
        except FileNotFoundError:
            self.problems.append(Problem(name, 1, "", "the file is missing"))
        except UnicodeDecodeError:
            self.problems.append(Problem(name, 1, "", "the file is not UTF-8 text; save it as UTF-8"))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(Problem(name, line, "", f"not YAML: {error.problem}"))
        else:
            if node is not None:
                return value, node
            self.problems.append(Problem(name, 1, "", "the file is empty"))
        return None


class _UniqueKeys(_Loader):
    """YAML as pydantic wants it, where a key given twice is an error and not a silent loss."""


def _unique_mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def _place(node: yaml.Node, loc: tuple[int | str, ...]) -> tuple[int, str]:
    """The line, from 1, and the dotted key of a pydantic error in the YAML that it came from.

    pydantic puts names of union members into its path; what is not a key of the YAML is left out.
    """
    keys: list[str] = []
    line = node.start_mark.line + 1
    for part in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
            keys.append(str(part))
        elif isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                continue
            line = pair[0].start_mark.line + 1
            node = pair[1]
            keys.append(str(part))
    return line, ".".join(keys)


def _in_words(error: Any) -> str:
    """A pydantic error for somebody who writes guidelines, not programs."""
    match error["type"]:
        case "missing":
            return f"`{error['loc'][-1]}` is missing"
        case "extra_forbidden":
            return f"`{error['loc'][-1]}` is not a key here; look for a typing error"
        case _:
            return str(error["msg"]).removeprefix("Value error, ")

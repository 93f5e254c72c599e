"""The HTTP contract as a page shows it, made of the OpenAPI document, so that the page cannot tell another story."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_FIRST_ERROR = 400
_NOT_IN_AN_ANCHOR = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of the body. `where` is `path`, `query`, `header` or `body`."""

    name: str
    where: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that an operation answers with; `kind` is its `type`."""

    status: int
    title: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `request` and `answer` are examples, empty where there is none.

    `scope` is what the key must carry; it is empty where no key is asked for.
    """

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    fields: tuple[Field, ...]
    request: str
    status: int
    answer: str
    media_types: tuple[str, ...]
    problems: tuple[Problem, ...]


def operations_of(document: Document) -> tuple[Operation, ...]:
    """Every operation, in the document's order."""
    schemas = document.get("components", {}).get("schemas", {})
    return tuple(
        _operation(method, path, operation, schemas) for path, methods in document["paths"].items() for method, operation in methods.items()
    )


def _operation(method: str, path: str, operation: Document, schemas: Document) -> Operation:
    answers = {int(status): one for status, one in operation["responses"].items()}
    status = min(answers)
    content = answers[status].get("content", {})
    body = operation.get("requestBody", {}).get("content", {}).get(_JSON)
    return Operation(
        anchor=_NOT_IN_AN_ANCHOR.sub("-", f"{method}{path}".lower()).strip("-"),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=operation["description"],
        scope=" ".join(scope for way in operation.get("security", ()) for scopes in way.values() for scope in scopes),
        fields=(*_parameters(operation, schemas), *_body_fields(body, schemas)),
        request=_shown(body, schemas) if body else "",
        status=status,
        answer=_shown(content[min(content)], schemas) if content else "",
        media_types=tuple(sorted(content)),
        problems=tuple(_problem(number, one) for number, one in sorted(answers.items()) if number >= _FIRST_ERROR),
    )


def _parameters(operation: Document, schemas: Document) -> Iterator[Field]:
    for one in operation.get("parameters", ()):
        yield Field(one["name"], one["in"], _kind(one["schema"], schemas), one.get("required", False), one.get("description", ""))


def _body_fields(body: Document | None, schemas: Document) -> Iterator[Field]:
    schema = _whole(body["schema"], schemas) if body else {}
    for name, one in schema.get("properties", {}).items():
        about = one.get("description", "") or _whole(one, schemas).get("description", "")
        yield Field(name, "body", _kind(one, schemas), name in schema.get("required", ()), about)


def _problem(status: int, answer: Document) -> Problem:
    example = answer["content"][_PROBLEM]["example"]
    return Problem(status, example["title"], example["type"], example["detail"])


def _whole(schema: Document, schemas: Document) -> Document:
    """The schema itself, where this one only points to it or also allows null."""
    if "$ref" in schema:
        return _whole(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return _whole(next(one for one in schema["anyOf"] if one.get("type") != "null"), schemas)
    return schema


def _kind(schema: Document, schemas: Document) -> str:
    """What a value may be, in words."""
    whole = _whole(schema, schemas)
    words = _plain_kind(whole, schemas)
    if "minimum" in whole and "maximum" in whole:
        words += f" from {whole['minimum']} to {whole['maximum']}"
    if schema.get("default") is not None:
        words += f"; {json.dumps(schema['default'])} when left out"
    return words


def _plain_kind(whole: Document, schemas: Document) -> str:
    if "enum" in whole:
        return "one of " + ", ".join(str(one) for one in whole["enum"])
    if whole.get("format") == "date-time":
        return "time"
    if whole["type"] == "array":
        return f"list of {_plain_kind(_whole(whole['items'], schemas), schemas)}s"
    return str(whole["type"])


def _shown(media: Document, schemas: Document) -> str:
    example = media["example"] if "example" in media else _example(media["schema"], schemas)
    return example.strip() if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)


def _example(schema: Document, schemas: Document) -> Any:
    """The schema's own example, the one with most to see; else one made of its parts."""
    whole = _whole(schema, schemas)
    if "examples" in whole:
        return max(whole["examples"], key=len)
    if "properties" in whole:
        return {name: _example(one, schemas) for name, one in whole["properties"].items()}
    if whole.get("type") == "array":
        return [_example(whole["items"], schemas)]
    return None

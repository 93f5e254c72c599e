"""The public pages: try a text and see the decision, read the guidelines, and read the HTTP interface.

All work without a script. Nothing that is typed is stored, logged or put in a URL, and no page asks
another host for anything.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.domain.comment import Comment, Goal, Kind
from app.domain.decision import Decision
from app.domain.finding import Finding
from app.errors import InvalidRequest, NotFound, PorchlightError, TextTooLong
from app.policy.engine import Policy
from app.policy.schema import Country
from app.ui.marks import pieces
from app.ui.reference import operations_of

Triage = Callable[[Comment], Awaitable[Decision]]

_HERE = Path(__file__).parent
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# The page for programs has no script at all.
_HEADERS_WITHOUT_SCRIPT = _HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
# A byte takes three characters when a form sends it; the other fields are short.
_FORM_BYTES_FOR_A_BYTE = 3
_OTHER_FIELDS_BYTES = 4096
_MAX_FIELDS = 8


def router_for(
    *,
    policy: Policy,
    triage: Triage | None,
    contract: Callable[[], Mapping[str, Any]],
    max_text_bytes: int = 20_480,
) -> APIRouter:
    """The pages as a router. `contract` gives the OpenAPI document, asked for once the application is complete.

    `triage` answers a trial and records nothing. Its PorchlightErrors become a message above the form. Without it there is
    no page to try a text on.
    """
    static = _Static(_HERE / "static")
    render = _renderer(policy, static, try_page=triage is not None)
    router = APIRouter(include_in_schema=False)
    if triage is None:
        _add_quiet_page(router, render)
    else:
        _add_try_page(router, render, triage, max_text_bytes)

    @router.get("/guidelines")
    async def show_guidelines() -> Response:
        return _page(render("guidelines.html", guidelines=policy.pack.guidelines, countries=_countries(policy)))

    @router.get("/docs")
    async def show_contract() -> Response:
        document = contract()
        return _page(render("docs.html", document=document, operations=operations_of(document)), headers=_HEADERS_WITHOUT_SCRIPT)

    @router.get("/static/{name}")
    async def static_file(name: str) -> Response:
        return static.response(name)

    return router


def _add_quiet_page(router: APIRouter, render: Callable[..., str]) -> None:
    @router.get("/")
    async def show_where_to_go() -> Response:
        return _page(render("quiet.html"))


def _add_try_page(router: APIRouter, render: Callable[..., str], triage: Triage, max_text_bytes: int) -> None:
    @router.get("/")
    async def show_form() -> Response:
        return _page(render("try.html", form=_Form()))

    @router.get("/try")
    async def back_to_form() -> Response:
        return RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER, headers=_HEADERS)

    @router.post("/try")
    async def try_text(request: Request) -> Response:
        form = _Form()
        try:
            form = await _form(request, max_text_bytes=max_text_bytes)
            comment = form.comment()
            decision = await triage(comment)
        except PorchlightError as error:
            return _page(render("try.html", form=form, error=error), status=error.status, retry_after=error.retry_after)
        marked = pieces(comment.text, decision.analysis.findings)
        return _page(render("try.html", form=form, decision=decision, pieces=marked))


@dataclass(frozen=True, slots=True)
class _Form:
    """What was typed, so that it is still there beside the answer."""

    text: str = ""
    kind: str = Kind.COMMENT
    goal: str = ""

    def comment(self) -> Comment:
        """The comment to be tried. Raises InvalidRequest when the form is not what the page sends."""
        if not self.text.strip():
            raise InvalidRequest("Please write or paste a text first.")
        if self.kind not in set(Kind) or self.goal not in {"", *Goal}:
            raise InvalidRequest("Please choose the kind of text and the goal from the lists.")
        return Comment(text=self.text, kind=Kind(self.kind), page_goal=Goal(self.goal) if self.goal else None)


async def _form(request: Request, *, max_text_bytes: int) -> _Form:
    """The form that the browser sent. Stops reading, and raises TextTooLong, once it cannot fit."""
    limit = _FORM_BYTES_FOR_A_BYTE * max_text_bytes + _OTHER_FIELDS_BYTES
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TextTooLong
    try:
        fields = parse_qs(body.decode("ascii", errors="replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise InvalidRequest("Please send the form as the page does.") from None
    # Browsers send each new line as two characters; people typed one.
    text = fields.get("text", [""])[0].replace("\r\n", "\n")
    if len(text.encode()) > max_text_bytes:
        raise TextTooLong
    return _Form(text=text, kind=fields.get("kind", [Kind.COMMENT])[0], goal=fields.get("goal", [""])[0])


def _page(html: str, *, status: int = HTTPStatus.OK, retry_after: int | None = None, headers: Mapping[str, str] = _HEADERS) -> HTMLResponse:
    headers = {**headers, "Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return HTMLResponse(html, status_code=status, headers=headers)


def _countries(policy: Policy) -> dict[str, Country]:
    """The countries of the pack's pages with their helplines, the default page's first."""
    settings = policy.pack.settings
    pages = [settings.pages[settings.default_page], *settings.pages.values()]
    return {page.country: policy.pack.countries[page.country] for page in pages}


def _renderer(policy: Policy, static: "_Static", *, try_page: bool) -> Callable[..., str]:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["dial"] = _dial
    environment.filters["in_words"] = _with_code
    environment.filters["kinds_in_words"] = lambda findings: _kinds_in_words(policy, findings)
    environment.globals.update(pack=policy.pack.settings, static=static.url, try_page=try_page, kinds=tuple(Kind), goals=tuple(Goal))

    def render(name: str, **values: object) -> str:
        return environment.get_template(name).render(**values)

    return render


def _dial(number: str) -> str:
    """The number as a `tel:` link needs it; empty when it is not a number."""
    return "" if any(char.isalpha() for char in number) else "".join(char for char in number if char.isdigit() or char == "+")


def _with_code(text: str) -> Markup:
    """The text, with what stands between backticks set as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts))


def _kinds_in_words(policy: Policy, findings: Iterable[Finding]) -> str:
    words = policy.pack.settings.detail_words
    return words["and"].join(dict.fromkeys(words.get(finding.kind.value, words["other"]) for finding in findings))


class _Static:
    """The few files beside the pages, read once; a changed file gets a new URL, so browsers may keep them."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _MEDIA_TYPES}

    def url(self, name: str) -> str:
        """Where the page finds this file."""
        return f"/static/{name}?v={hashlib.sha256(self._files[name]).hexdigest()[:12]}"

    def response(self, name: str) -> Response:
        """The file. Raises NotFound."""
        if name not in self._files:
            raise NotFound
        return Response(
            self._files[name],
            media_type=_MEDIA_TYPES[Path(name).suffix],
            headers=_HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"},
        )

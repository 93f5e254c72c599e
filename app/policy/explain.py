"""Explanations: written by people as templates in the pack, filled with guidelines, numbers and links.

A template sees no finding, no name and no text, so it cannot repeat one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound

from app.domain.analysis import Analysis
from app.domain.comment import Comment
from app.domain.decision import Action, Citation, Explanation, Review, Urgency
from app.errors import PolicyError
from app.policy.schema import Claim, Country, Organisation, Page


@dataclass(frozen=True, slots=True)
class GuidelineLink:
    """A guideline as a template cites it: its title and its place on the public page."""

    id: str
    title: str
    url: str


class Catalogue:
    """The pack's templates in every language that it has, with what they may mention.

    `public_url` is where authors reach this service, without a slash at the end.
    """

    def __init__(
        self,
        *,
        templates: Path,
        language: str,
        organisation: Organisation,
        countries: Mapping[str, Country],
        claims: Mapping[str, Claim],
        public_url: str,
    ) -> None:
        self._language = language
        self._organisation = organisation
        self._countries = countries
        self._claims = claims
        self._public_url = public_url.rstrip("/")
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            undefined=StrictUndefined,
            # The words go into JSON and mail as plain text; pages escape them themselves.
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )

    def languages(self) -> tuple[str, ...]:
        """The languages that the pack has templates in."""
        return tuple(sorted({name.split("/")[0] for name in self._templates.list_templates()}))

    def names(self) -> tuple[str, ...]:
        """Every template of the pack's own language, as `guideline/action`."""
        prefix = f"{self._language}/"
        return tuple(name.removeprefix(prefix).removesuffix(".j2") for name in self._templates.list_templates() if name.startswith(prefix))

    def explain(
        self,
        *,
        comment: Comment,
        analysis: Analysis,
        page: Page,
        action: Action,
        urgency: Urgency,
        review: Review,
        citations: tuple[Citation, ...],
        template: str,
    ) -> Explanation:
        """The author's words and the moderator's, in the author's language where the pack has it."""
        language = self._choose(comment.language or analysis.language.tag)
        author = "" if action is Action.KEEP else self._author(template, language, analysis, page, action, citations)
        moderator = self._moderator(language, page, action, urgency, review, citations)
        return Explanation(author=author, moderator=moderator, language=language, template=template if author else "")

    def _choose(self, tag: str) -> str:
        wanted = tag.split("-")[0].lower()
        return wanted if wanted in self.languages() else self._language

    def _author(self, template: str, language: str, analysis: Analysis, page: Page, action: Action, citations: tuple[Citation, ...]) -> str:
        claim = self._claims.get(analysis.claim.id) if analysis.claim else None
        country = self._countries[page.country]
        cited = [
            GuidelineLink(id=one.guideline, title=one.title, url=f"{self._public_url}/guidelines#{one.guideline}") for one in citations
        ]
        return self._render(
            (f"{language}/{template}.j2", f"{self._language}/{template}.j2", f"{self._language}/ordinary/{action.value}.j2"),
            organisation=self._organisation,
            page=page,
            country=country,
            guidelines=cited,
            claim=claim,
            guidelines_url=f"{self._public_url}/guidelines",
        )

    def _moderator(
        self, language: str, page: Page, action: Action, urgency: Urgency, review: Review, citations: tuple[Citation, ...]
    ) -> str:
        return self._render(
            (f"{language}/moderator.j2", f"{self._language}/moderator.j2"),
            page=page,
            action=action.value,
            urgency=urgency.value,
            review=review,
            citations=citations,
        )

    def _render(self, names: Iterable[str], **values: object) -> str:
        try:
            text = self._templates.select_template(list(names)).render(**values)
        except TemplateNotFound as error:
            raise PolicyError(f"The pack has no template {error.name}; `porchlight policy check` lists what is missing.") from error
        except TemplateError as error:
            raise PolicyError(f"A template of the pack cannot be rendered: {error.message}.") from error
        return text.strip()

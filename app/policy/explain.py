"""Explanations: written by people as templates in the pack, filled with guidelines, numbers and links.

A template sees no finding, no name and no text, so it cannot repeat one.

A template is `<language>/<guideline>/<action>.j2`. Words for one kind of text stand beside it, as in
`<action>.draft.j2`, and words for any guideline stand in `ordinary/`. The first of these that exists is
used, each in the author's language before the pack's own:

    guideline/action.kind · ordinary/action.kind · guideline/action · ordinary/action
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.domain.analysis import Analysis
from app.domain.comment import Comment, Kind
from app.domain.decision import Action, Citation, Explanation, Review, Urgency
from app.errors import PolicyError
from app.policy.schema import Claim, Country, Guideline, Organisation, Page

AUTHOR_VARIABLES = frozenset(
    {
        "action",
        "because",
        "claim",
        "country",
        "guidelines",
        "guidelines_url",
        "kind",
        "organisation",
        "page",
        "review",
        "urgency",
    }
)
"""What a template for the author may mention."""

MODERATOR_VARIABLES = frozenset({"action", "citations", "kind", "page", "review", "urgency"})
"""What `moderator.j2` may mention."""

MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class GuidelineLink:
    """A guideline as a template cites it: what it says, why, and its place on the public page."""

    id: str
    title: str
    rule: str
    why: str
    url: str


class Catalogue:
    """The pack's templates in every language that it has, with what they may mention.

    They are read once, so that what is sent is what the pack's version stands for. `public_url` is where
    authors reach this service, without a slash at the end. Raises PolicyError for a template that is not one.
    """

    def __init__(
        self,
        *,
        templates: Path,
        language: str,
        organisation: Organisation,
        guidelines: Iterable[Guideline],
        countries: Mapping[str, Country],
        claims: Mapping[str, Claim],
        public_url: str,
    ) -> None:
        self.language = language
        self._organisation = organisation
        self._countries = countries
        self._claims = claims
        self._guidelines_url = f"{public_url.rstrip('/')}/guidelines"
        self._links = {
            one.id: GuidelineLink(id=one.id, title=one.title, rule=one.rule, why=one.why, url=f"{self._guidelines_url}#{one.id}")
            for one in guidelines
        }
        self.sources: Mapping[str, str] = {
            path.relative_to(templates).as_posix().removesuffix(".j2"): path.read_text(encoding="utf-8")
            for path in sorted(templates.rglob("*.j2"))
        }
        # A pack comes from a folder that others may edit, so its templates reach nothing but their variables.
        # The words go into JSON and mail as plain text; pages escape them themselves.
        self.environment = ImmutableSandboxedEnvironment(
            loader=DictLoader({f"{name}.j2": source for name, source in self.sources.items()}),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._languages = frozenset(name.split("/")[0] for name in self.sources)
        self._compile()

    def languages(self) -> tuple[str, ...]:
        """The languages that the pack has templates in."""
        return tuple(sorted(self._languages))

    def names(self, language: str) -> tuple[str, ...]:
        """Every template of a language, as `guideline/action`, without the shared pieces (`_words`)."""
        prefix = f"{language}/"
        within = (name.removeprefix(prefix) for name in self.sources if name.startswith(prefix))
        return tuple(name for name in within if not name.rsplit("/", 1)[-1].startswith("_"))

    def resolve(self, template: str, *, action: Action, kind: Kind, language: str) -> str | None:
        """The full name of the template that would be used, as in `en/spam/remove`; None when there is none."""
        wanted = (f"{template}.{kind.value}", f"ordinary/{action.value}.{kind.value}", template, f"ordinary/{action.value}")
        return next(
            (f"{tag}/{name}" for name in wanted for tag in (language, self.language) if f"{tag}/{name}" in self.sources),
            None,
        )

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
        """The author's words, in the author's language where the pack has them, and the moderator's in the pack's own.

        `template` of the answer is the one that was used, so that a wording can be found again.
        """
        moderator = self._render(
            f"{self.language}/{MODERATOR}",
            page=page,
            kind=comment.kind.value,
            action=action.value,
            urgency=urgency.value,
            review=review,
            citations=citations,
        )
        if action is Action.KEEP:
            return Explanation(author="", moderator=moderator, language=self.language, template="")
        name = self.resolve(template, action=action, kind=comment.kind, language=self._choose(comment.language or analysis.language.tag))
        if name is None:
            raise PolicyError(f"The pack has no template {template}; `porchlight policy check` lists what is missing.")
        author = self.words(
            name,
            kind=comment.kind,
            page=page,
            action=action,
            urgency=urgency,
            review=review.required,
            citations=citations,
            claim=self._claims.get(analysis.claim.id) if analysis.claim else None,
        )
        language, _, used = name.partition("/")
        return Explanation(author=author, moderator=moderator, language=language, template=used)

    def words(
        self,
        name: str,
        *,
        kind: Kind,
        page: Page,
        action: Action,
        urgency: Urgency,
        review: bool,
        citations: tuple[Citation, ...],
        claim: Claim | None,
    ) -> str:
        """One template for the author, by its full name as in `en/spam/remove`, filled in."""
        return self._render(
            name,
            organisation=self._organisation,
            page=page,
            country=self._countries[page.country],
            kind=kind.value,
            action=action.value,
            urgency=urgency.value,
            review=review,
            guidelines=[self._links[one.guideline] for one in citations],
            because=citations[0].because if citations else "",
            claim=claim,
            guidelines_url=self._guidelines_url,
        )

    def _choose(self, tag: str) -> str:
        wanted = tag.replace("_", "-").lower()
        return wanted if wanted in self._languages else wanted.split("-")[0]

    def _compile(self) -> None:
        for name in self.sources:
            try:
                self.environment.get_template(f"{name}.j2")
            except TemplateSyntaxError as error:
                raise PolicyError(f"templates/{name}.j2:{error.lineno}: not a template: {error.message}") from error

    def _render(self, name: str, **values: object) -> str:
        try:
            text = self.environment.get_template(f"{name}.j2").render(**values)
        except TemplateError as error:
            raise PolicyError(f"templates/{name}.j2 cannot be rendered: {error.message}") from error
        return re.sub(r"\n{3,}", "\n\n", text).strip()

"""The answer to a borrower who asks why: a letter as plain paragraphs, lists and facts.

A letter carries no score, no code and no name of a model: it says what was decided, why, on which
facts from whom, what may help, and that a person can be asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lending_core.identity.masking import mask_id_number
from lending_core.operations.console import Book
from lending_core.operations.explanations import Reason
from lending_core.operations.outlooks import Outlook
from lending_core.policy.document import Policy
from lending_core.policy.reviews import answer_due_on, review_rules
from lending_core.scoring.advice import advice_rules
from lending_core.scoring.features import CONSENT_SOURCES, register
from pages.ui import explanation_words as words
from pages.ui import feature_values
from pages.ui import format as shown
from pages.ui.text import reference_name, sentence

# From the worst for the borrower to the best.
_RANKS = ("decline", "review", "approve")


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, a list of points, a closing line, and facts by name."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    closing: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter in one language; `footer` stands below everything."""

    language: str
    title: str
    sections: tuple[Section, ...]
    footer: str


@dataclass(frozen=True, eq=False)
class Answered:
    """An application with everything that its explanation rests on. `features` is what was known of
    the applicant, `allowed` the sources as in `sources_allowed`."""

    case: dict[str, Any]
    features: dict[str, Any]
    policy: Policy
    reasons: Sequence[Reason]
    allowed: pl.DataFrame
    outlook: Outlook
    book: Book


def letter(answered: Answered, language: str) -> Letter:
    """The explanation of one application in `en` or `zh`; names as the reader's role may see them,
    the ID number always masked."""
    case = answered.case
    is_simulated = "simulated" if answered.book.is_simulated else "real"
    return Letter(
        language,
        sentence("letter.title", language, application_id=case["application_id"]),
        (
            _decision(answered, language),
            _why(answered, language),
            _may_help(answered, language),
            _rights(answered, language),
            *_sources(answered, language),
        ),
        sentence(f"letter.footer_{is_simulated}", language, on=shown.day(answered.book.open_on)),
    )


def _decision(answered: Answered, language: str) -> Section:
    case = answered.case
    facts = {
        "name": case["name"],
        "id_number": mask_id_number(case["id_number"]),
        "applied_on": shown.day(case["applied_on"]),
        "product_code": reference_name("product", case["product_code"], language),
        "amount_asked_fen": shown.money(case["amount_asked_fen"]),
        "instalments": shown.count(case["instalments_asked"]),
        "outcome": sentence(f"letter.outcome_{case['outcome_now']}", language),
    }
    if case["outcome_now"] == "approve" and case["annual_rate"] is not None:
        facts["limit_fen"] = shown.money(case["limit_fen"])
        facts["annual_rate"] = shown.rate(case["annual_rate"])
    named = ((sentence(f"column.{name}", language), value) for name, value in facts.items())
    return Section(sentence("letter.decision", language), facts=tuple(named))


def _why(answered: Answered, language: str) -> Section:
    case = answered.case
    by = "machine" if case["review_outcome"] is None else "person"
    reasons = words.reason_texts(answered.reasons, answered.policy, language)
    return Section(
        sentence(f"letter.why_{case['outcome_now']}", language),
        (sentence(f"letter.by_{by}", language),),
        tuple(reasons) or (sentence("letter.no_objection", language),),
    )


def _sources(answered: Answered, language: str) -> list[Section]:
    """What was known from each source, with the consent it was read by; what was not asked for."""
    known = feature_values.known(answered.features, answered.case["kind"], language)
    read = [
        _source(answered, source, rows, language)
        for (source,), rows in known.filter("is_known").group_by("source", maintain_order=True)
    ]
    asked = [source for source in CONSENT_SOURCES if source in known["source"]]
    missing = [each for each in asked if each not in answered.allowed["source"]]
    names = sentence("application.list_separator", language).join(
        sentence(f"source.{source}", language) for source in missing
    )
    unread = (sentence("letter.not_read", language, sources=names),) if missing else ()
    return [*read, Section(sentence("letter.not_used", language), (*unread, _never(language)))]


def _source(answered: Answered, source: Any, rows: pl.DataFrame, language: str) -> Section:
    # How many others came with the same things is about those others.
    own = [name for name in rows["feature"] if register()[name].purpose != "fraud_prevention"]
    facts = [
        (
            reference_name("feature", name, language),
            words.value_text(name, answered.features[name], language),
        )
        for name in own
    ]
    name = (
        sentence(f"source.{source}", language)
        if source in CONSENT_SOURCES
        else sentence(f"letter.from_{source}", language)
    )
    title = sentence("letter.source_title", language, source=name)
    return Section(title, (_consent(answered, source, language),), facts=tuple(facts))


def _consent(answered: Answered, source: str, language: str) -> str:
    if source not in CONSENT_SOURCES:
        return sentence(f"letter.own_{source}", language)
    given = answered.allowed.filter(pl.col("source") == source).rows(named=True)
    if not given:
        return sentence("letter.consent_unrecorded", language)
    # A book's open day may lie before the day on the wall: what was read had been allowed by then.
    on = min(shown.day(given[0]["granted_at"]), shown.day(answered.case["applied_on"]))
    said = sentence("letter.consent", language, on=on, version=given[0]["text_version"])
    if given[0]["withdrawn_at"] is None:
        return said
    withdrawn_on = shown.day(given[0]["withdrawn_at"])
    return f"{said} {sentence('letter.consent_withdrawn', language, on=withdrawn_on)}"


def _never(language: str) -> str:
    return sentence("letter.never_used", language)


def _may_help(answered: Answered, language: str) -> Section:
    seen, case = answered.outlook, answered.case
    title = sentence("letter.may_help", language)
    no_promise = sentence("letter.no_promise", language)
    if case["outcome_now"] == "approve" and seen.today.outcome != "approve":
        return Section(title, (sentence("letter.nothing_needed", language),))
    if _RANKS.index(seen.today.outcome) > _RANKS.index(case["outcome"]):
        already = sentence(f"letter.already_{seen.today.outcome}", language)
        return Section(title, (already,), closing=no_promise)
    if not seen.ways:
        most = advice_rules().changes_max
        return Section(title, (sentence("letter.nothing_helps", language, most=most),))
    lines = tuple(words.way_text(way, seen.facts, language) for way in seen.ways)
    hope = sentence(f"letter.hope_{seen.hope}", language)
    return Section(title, (hope,), lines, no_promise)


def _rights(answered: Answered, language: str) -> Section:
    requested_on, days = answered.case["requested_on"], review_rules().answer_days
    review = sentence("letter.right_to_person", language, days=days)
    if requested_on is not None:
        due_on = shown.day(answer_due_on(requested_on))
        on = shown.day(requested_on)
        review = sentence("letter.person_asked", language, on=on, due_on=due_on)
    correct = sentence("letter.right_to_correct", language, days=advice_rules().objection_days)
    withdraw = sentence("letter.right_to_withdraw", language)
    return Section(sentence("letter.rights", language), (review, correct, withdraw))

"""The compliance register in words: rules, how they stand, what was found and about what."""

from typing import Any

from lending_core.compliance.finding import sentence
from lending_core.compliance.register import Rule, Words, checks
from lending_core.portfolio.collection_rules import agencies
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import person_name, reference_name, sentences, t
from pages.ui.text import sentence as text

# Chapters of the facts, by the letters before the number.
CHAPTERS = ("IL", "ZD", "PR", "MK", "CR", "PI", "DS", "AC", "PV", "EC", "CO", "LT", "PM")
_REFERENCE = {"funder_code": "funder", "product_code": "product", "feature": "feature"}
_SUBJECTS = {"funder": "funder", "product": "product", "feature": "feature"}


def chapter(rule: Rule) -> str:
    """The chapter of a rule: the letters of its id."""
    return rule.rule_id.partition("-")[0]


def said(words: Words | None) -> str:
    """Words of the register in the session's language."""
    return "" if words is None else words[session.language()]


def title(rule: Rule) -> str:
    """A rule's id and name."""
    return f"{rule.rule_id} · {said(rule.title)}"


def place(rule: Rule) -> str:
    """The instrument and article that a rule stands in."""
    article = t("compliance.article", article=rule.article) if rule.article else ""
    return f"{said(rule.instrument)}{article}"


def finding(row: dict[str, Any], language: str) -> str:
    """What was found, as a sentence."""
    check = checks()[row["check_name"]]
    named = {**row, "detail": _detail(row["detail"], check.detail, language)}
    return sentence(check, named, language)


def subject(kind: str, number: str, language: str) -> str:
    """What a finding is about."""
    if kind in _SUBJECTS:
        return reference_name(_SUBJECTS[kind], number, language)
    if kind == "agency":
        return _agency(number, language)
    if kind == "book":
        return text("compliance.subject.book", language)
    return text(f"compliance.subject.{kind}", language, number=number)


def standing(row: dict[str, Any], language: str) -> str:
    """How a finding stands: what people said to it, or that nothing could be judged."""
    code = "unjudged" if checks()[row["check_name"]].is_unjudged else row["standing"]
    return text(f"compliance.finding.{code}", language)


def parameter(value: Any) -> str:
    """A number or list that a rule is held against."""
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return t("compliance.rows", rows=shown.count(len(value)))
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return t("compliance.whole_document")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _detail(detail: str | None, kinds: str, language: str) -> str | None:
    if detail is None:
        return None
    parts, kind_of = detail.split(" / "), kinds.split("/")
    if len(parts) != len(kind_of):
        kind_of = [kind_of[0]] * len(parts)
    return " / ".join(
        _named(part, kind, language) for part, kind in zip(parts, kind_of, strict=True)
    )


def _named(code: str, kind: str, language: str) -> str:
    if kind in _REFERENCE:
        return reference_name(_REFERENCE[kind], code, language)
    if kind == "agency":
        return _agency(code, language)
    if kind == "person":
        return person_name(code, language)
    known = sentences(language)
    table = {"part": "compliance.part", "hold": "hold_kind"}.get(kind, kind)
    if kind == "policy":
        return text("compliance.subject.policy", language, number=code)
    return known.get(f"{table}.{code}", code)


def _agency(code: str, language: str) -> str:
    return agencies()[code].names[language] if code in agencies() else code

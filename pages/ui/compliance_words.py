"""The compliance register in words: rules, how they stand, what was found and about what."""

from typing import Any

from lending_core.compliance.finding import sentence
from lending_core.compliance.register import Rule, Words, checks
from pages.ui import collection_words, session
from pages.ui import format as shown
from pages.ui.text import person_name, reference_name, sentences, t

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


def finding(row: dict[str, Any]) -> str:
    """What was found, as a sentence."""
    check = checks()[row["check_name"]]
    named = {**row, "detail": _detail(row["detail"], check.detail)}
    return sentence(check, named, session.language())


def subject(kind: str, number: str) -> str:
    """What a finding is about."""
    if kind in _SUBJECTS:
        return reference_name(_SUBJECTS[kind], number, session.language())
    if kind == "agency":
        return collection_words.agency_name(number)
    if kind == "book":
        return t("compliance.subject.book")
    return t(f"compliance.subject.{kind}", number=number)


def parameter(value: Any) -> str:
    """A number or list that a rule is held against."""
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return t("compliance.rows", rows=shown.count(len(value)))
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return t("compliance.whole_document")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _detail(detail: str | None, kinds: str) -> str | None:
    if detail is None:
        return None
    parts, kind_of = detail.split(" / "), kinds.split("/")
    if len(parts) != len(kind_of):
        kind_of = [kind_of[0]] * len(parts)
    return " / ".join(_named(part, kind) for part, kind in zip(parts, kind_of, strict=True))


def _named(code: str, kind: str) -> str:
    language = session.language()
    if kind in _REFERENCE:
        return reference_name(_REFERENCE[kind], code, language)
    if kind == "agency":
        return collection_words.agency_name(code)
    if kind == "person":
        return person_name(code)
    known = sentences(language)
    table = {"part": "compliance.part", "hold": "hold_kind"}.get(kind, kind)
    if kind == "policy":
        return t("compliance.subject.policy", number=code)
    return known.get(f"{table}.{code}", code)

"""Whether the house's own texts keep to the rules: creatives, the cost sheet, scripts of calls."""

from collections.abc import Mapping

import polars as pl

from lending_core.compliance.finding import named
from lending_core.compliance.marketing import creatives, faults
from lending_core.compliance.register import Rule
from lending_core.errors import LANGUAGES
from lending_core.identity.consents import consents
from lending_core.products.catalogue import catalogue

# Language -> text, by code.
Texts = Mapping[str, Mapping[str, str]]


def house_texts() -> dict[str, dict[str, str]]:
    """What the house says to borrowers and is held to words of marketing: creatives, names of
    products, texts of consents."""
    products = {
        f"product:{code}": {"en": each.name_en, "zh": each.name_zh}
        for code, each in catalogue().items()
    }
    asked = {
        f"consent:{source}": {"en": each.texts[-1].en, "zh": each.texts[-1].zh}
        for source, each in consents().items()
    }
    return {**advertised(), **products, **asked}


def advertised() -> dict[str, dict[str, str]]:
    """What the house advertises its loans with."""
    return {f"creative:{code}": text for code, text in creatives().items()}


def broken_texts(texts: Texts, rule_id: str) -> pl.DataFrame:
    """Places of texts that break a rule of marketing (MK-05, PR-05)."""
    return named(
        {"subject_id": f"{code} ({language})", "detail": fault.said}
        for code, spoken in texts.items()
        for language in LANGUAGES
        for fault in faults(spoken[language])
        if fault.rule_id == rule_id
    )


def words_missing(texts: Texts, rule: Rule) -> pl.DataFrame:
    """Words of the rule that none of the texts of a language says (PR-07, PR-08)."""
    whole = {
        language: "\n".join(spoken[language] for spoken in texts.values()).lower()
        for language in LANGUAGES
    }
    return named(
        {"subject_id": f"cost_sheet ({language})", "detail": word}
        for language in LANGUAGES
        for word in rule.parameters[f"words_{language}"]
        if word not in whole[language]
    )


def unsaid(scripts: Texts, rule: Rule) -> pl.DataFrame:
    """Scripts of calls that leave out who calls (CO-06)."""
    return named(
        {"subject_id": f"script:{party} ({language})", "detail": word}
        for party, spoken in scripts.items()
        for language in LANGUAGES
        for word in rule.parameters["words"]
        if word not in spoken[language]
    )


def said(notes: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Notes of contacts with a word of threat (CO-07); only the word is kept. `notes`: as the query
    `compliance/contact_note`."""
    return named(
        {"subject_id": row["subject_id"], "detail": word}
        for row in notes.rows(named=True)
        for word in rule.parameters["words"]
        if word in row["note"].lower()
    )

"""The list that is published: lenders, who lends jointly, agencies (ZD-03, CO-08)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lending_core.compliance.paper import Paper, Table
from lending_core.compliance.register import referred
from lending_core.funding.funders import Agreement, Funder
from lending_core.portfolio.collection_rules import Agency
from lending_core.products.catalogue import catalogue


def listed(funders: Mapping[str, Funder], on: date) -> list[Funder]:
    """Lenders that are licensed and on the list on a day, in the order of the register."""
    return [each for each in funders.values() if each.may_lend_on(on)]


def agreed(
    agreements: Sequence[Agreement], funders: Mapping[str, Funder], on: date
) -> list[Agreement]:
    """Agreements that hold on a day between lenders that are on the list."""
    codes = {each.funder_code for each in listed(funders, on)}
    return [
        each
        for each in agreements
        if each.holds_on(on) and {each.lead_code, each.partner_code} <= codes
    ]


def published(agencies: Iterable[Agency]) -> list[Agency]:
    """Agencies that may collect: on the published list, without violence on record."""
    return [each for each in agencies if each.is_published and not each.has_violent_record]


@dataclass(frozen=True)
class Known:
    """Who is known to the house on a day: the registers that the list is taken from."""

    funders: Mapping[str, Funder]
    agreements: Sequence[Agreement]
    agencies: Sequence[Agency]
    on: date
    is_simulated: bool


def list_paper(known: Known, language: str, made_at: datetime) -> Paper:
    """The list on one page, in `en` or `zh`."""
    tables = [
        _lenders(listed(known.funders, known.on), language),
        _joint(agreed(known.agreements, known.funders, known.on), known.funders, language),
        _agencies(published(known.agencies), language),
    ]
    return Paper(
        language=language,
        title=_word("list.title", language),
        subtitle=_word("list.subtitle", language, on=known.on),
        footer=_word("list.footer", language),
        made_at=made_at,
        warning=_word("list.simulated", language) if known.is_simulated else "",
        tables=[table for table in tables if table.rows],
        notes=[_word("list.footer", language), _word("list.complain", language)],
    )


def _lenders(funders: Sequence[Funder], language: str) -> Table:
    rows = [
        [
            _name(each, language),
            _word(f"lender_type.{each.lender_type}", language),
            each.licence_number,
            _day(each.listed_on),
            ", ".join(_name(catalogue()[code], language) for code in each.product_codes),
        ]
        for each in funders
    ]
    return _table("lenders", ("name", "kind", "licence", "since", "products"), rows, language)


def _joint(agreements: Sequence[Agreement], funders: Mapping[str, Funder], language: str) -> Table:
    rows = [
        [
            _name(funders[each.lead_code], language),
            _name(funders[each.partner_code], language),
            _day(each.listed_on),
        ]
        for each in agreements
    ]
    return _table("joint", ("lead", "partner", "since"), rows, language)


def _agencies(agencies: Sequence[Agency], language: str) -> Table:
    return _table("agencies", ("name",), [[each.names[language]] for each in agencies], language)


def _table(code: str, names: Sequence[str], rows: list[list[str]], language: str) -> Table:
    return Table(
        _word(f"list.{code}", language),
        [_word(f"list.{name}", language) for name in names],
        rows,
        [False] * len(names),
        [3 if name in ("name", "products") else 2 for name in names],
    )


def _name(record: Any, language: str) -> str:
    return str(getattr(record, f"name_{language}"))


def _day(on: date) -> str:
    return "—" if on == date.min else on.isoformat()


def _word(code: str, language: str, **facts: Any) -> str:
    words: dict[str, str] = referred(f"publication.toml#{code}")
    return words[language].format(**facts)

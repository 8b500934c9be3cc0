"""The fields of a funder's terms in a form, each with what is wrong with it below it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.funding.funders import Funder
from lending_core.funding.terms_checks import Fault
from lending_core.money import FEN_PER_YUAN
from lending_core.policy.document import opening_policy
from lending_core.products.catalogue import catalogue
from pages.ui import session
from pages.ui.text import funder_name, product_name, refusal_text, region_codes, region_name, t

_WIDTH_MIN = 200
_INSTALMENTS_MAX = 360
_NAME_MAX = 80
# No licence to lend is older than the first bank; the picker offers ten years by itself.
_EARLIEST = date(1949, 10, 1)
_LATEST = date(2199, 12, 31)


@dataclass
class Sheet:
    """A form of one lender: what its fields begin with, and where faults are said. `of` tells its
    widgets apart from those of another lender or version."""

    of: str
    start: dict[str, Any]
    slots: dict[str, DeltaGenerator] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """A widget's key: the browser holds the shown names of a choice, so with the other
        language's it is another widget."""
        return f"funder_{name}_{self.of}_{session.language()}"

    @contextmanager
    def place(self, name: str) -> Iterator[None]:
        """Where a field stands, with room below it for what is wrong."""
        with st.container(gap="xxsmall"):
            yield
            self.slots[name] = st.empty()

    def say(self, faults: Iterable[Fault]) -> None:
        """Says below each field what is wrong with it: the first of several things."""
        for fault in reversed(list(faults)):
            self.slots[fault.field].error(refusal_text(fault.why), icon=":material/error:")


def blank(lender_type: str) -> dict[str, Any]:
    """What the fields of a new lender begin with: usual bounds; what only somebody knows is
    empty."""
    nothing = dict.fromkeys(
        (
            *("name_en", "name_zh", "licence_number", "licence_on", "listed_on", "delisted_on"),
            *("annual_cost", "quota_fen", "daily_quota_fen", "guarantee_budget_fen"),
            *("tier1_fen", "total_loans_fen", "region_codes", "bands"),
        )
    )
    return nothing | {
        "funder_code": "",
        "lender_type": lender_type,
        "product_codes": (),
        "group_code": "",
        "annual_rate_min": Decimal("0.036"),
        "annual_rate_max": Decimal("0.24"),
        "instalments_min": 3,
        "instalments_max": 24,
        "share_min": Decimal("0.3"),
        "share_max": Decimal("0.7"),
        "guarantee_rate": Decimal(0),
        "offer_part_min": Decimal("0.05"),
    }


def of_funder(funder: Funder) -> dict[str, Any]:
    """What the fields begin with: the terms in force. A day that nobody knows is empty."""
    terms = {name: value for name, value in vars(funder).items() if name != "sources"}
    unknown = {name for name in ("licence_on", "listed_on") if terms[name] == date.min}
    return terms | dict.fromkeys(unknown)


def terms(sheet: Sheet, codes: Iterable[str]) -> dict[str, Any]:
    """Every term, part by part; returns them as `funding.terms_checks.faults` takes them. `codes`:
    the lenders of the register."""
    asked = {name: sheet.start[name] for name in ("funder_code", "lender_type")}
    for part, fields in _PARTS.items():
        st.markdown(f"**{t(f'funder.part_{part}')}**")
        with st.grid(4, min_column_width=_WIDTH_MIN, gap="small"):
            for name in fields:
                with sheet.place(name):
                    asked[name] = _FIELDS[name](sheet, name)
        if part == "who":
            asked["group_code"] = _group(sheet, codes)
        if part == "what":
            asked |= _lists(sheet)
    return asked


def _text(sheet: Sheet, name: str) -> str:
    return st.text_input(
        t(f"funder_input.{name}"), sheet.start[name] or "", key=sheet.key(name), max_chars=_NAME_MAX
    ).strip()


def day(sheet: Sheet, name: str) -> date | None:
    """A day of any year; None where the field is empty."""
    return st.date_input(
        t(f"funder_input.{name}"),
        sheet.start[name],
        min_value=_EARLIEST,
        max_value=_LATEST,
        key=sheet.key(name),
        format="YYYY-MM-DD",
    )


def _yuan(sheet: Sheet, name: str) -> int | None:
    """Fen of an amount in yuan; None where the field is empty."""
    fen = sheet.start[name]
    yuan = st.number_input(
        t(f"funder_input.{name}"),
        min_value=0.0,
        value=None if fen is None else fen / FEN_PER_YUAN,
        step=100_000.0,
        format="%.2f",
        key=sheet.key(name),
        placeholder=t("funder.no_limit") if name == "daily_quota_fen" else None,
    )
    return None if yuan is None else round(yuan * FEN_PER_YUAN)


def percent(sheet: Sheet, name: str) -> Decimal | None:
    """A share from a field in percent; None where it is empty."""
    value = sheet.start[name]
    percent = st.number_input(
        t(f"funder_input.{name}"),
        min_value=0.0,
        max_value=100.0,
        value=None if value is None else float(value * 100),
        step=0.1,
        format="%.2f",
        key=sheet.key(name),
    )
    return None if percent is None else Decimal(f"{percent:.2f}") / 100


def _part(sheet: Sheet, name: str) -> Decimal:
    return percent(sheet, name) or Decimal(0)


def _instalments(sheet: Sheet, name: str) -> int:
    return st.number_input(
        t(f"funder_input.{name}"),
        min_value=1,
        max_value=_INSTALMENTS_MAX,
        value=sheet.start[name],
        step=1,
        key=sheet.key(name),
    )


def _group(sheet: Sheet, codes: Iterable[str]) -> str:
    """Whom the law counts as one partner with this lender (IL-22); empty: nobody else."""
    own = sheet.start["funder_code"]
    held = sheet.start["group_code"]
    others = ["", *(code for code in codes if code != own)]
    with sheet.place("group_code"):
        return st.selectbox(
            t("funder_input.group_code"),
            others,
            index=others.index(held) if held in others else 0,
            format_func=_group_name,
            key=sheet.key("group_code"),
        )


def _group_name(code: str) -> str:
    return funder_name(code) if code else t("funder.no_group")


def _lists(sheet: Sheet) -> dict[str, tuple[str, ...] | None]:
    """Products, regions and bands; none chosen of the last two means all."""
    start, kind = sheet.start, sheet.start["lender_type"]
    may_fund = [code for code, each in catalogue().items() if kind in each.lender_types]
    with sheet.place("product_codes"):
        products = st.multiselect(
            t("funder_term.products"),
            may_fund,
            default=[code for code in start["product_codes"] if code in may_fund],
            format_func=product_name,
            key=sheet.key("product_codes"),
            placeholder=t("funder.choose_products"),
        )
    regions = st.multiselect(
        t("funder_term.regions"),
        region_codes(),
        default=list(start["region_codes"] or ()),
        format_func=region_name,
        key=sheet.key("region_codes"),
        placeholder=t("input.all"),
    )
    bands = st.multiselect(
        t("funder_term.bands"),
        sorted({band.name for band in opening_policy().band} | set(start["bands"] or ())),
        default=list(start["bands"] or ()),
        key=sheet.key("bands"),
        placeholder=t("input.all"),
    )
    return {
        "product_codes": tuple(products),
        "region_codes": tuple(regions) or None,
        "bands": tuple(bands) or None,
    }


_FIELDS: dict[str, Callable[[Sheet, str], Any]] = {
    **dict.fromkeys(("name_zh", "name_en", "licence_number"), _text),
    **dict.fromkeys(("licence_on", "listed_on", "delisted_on"), day),
    **dict.fromkeys(("quota_fen", "daily_quota_fen", "guarantee_budget_fen"), _yuan),
    **dict.fromkeys(("tier1_fen", "total_loans_fen"), _yuan),
    **dict.fromkeys(("annual_cost", "annual_rate_min", "annual_rate_max"), percent),
    **dict.fromkeys(("share_min", "share_max", "guarantee_rate", "offer_part_min"), _part),
    **dict.fromkeys(("instalments_min", "instalments_max"), _instalments),
}
_PARTS = {
    "who": (*("name_zh", "name_en", "licence_number", "licence_on", "listed_on", "delisted_on"),),
    "what": ("annual_rate_min", "annual_rate_max", "instalments_min", "instalments_max"),
    "money": ("annual_cost", "quota_fen", "daily_quota_fen", "offer_part_min"),
    "beside": (
        *("share_min", "share_max", "tier1_fen", "total_loans_fen"),
        *("guarantee_rate", "guarantee_budget_fen"),
    ),
}

"""Which month end, and which of its loans, the provisions screen looks at: kept in the URL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from lending_core.operations.provision_lists import Selection
from lending_core.products.catalogue import catalogue
from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.classification import classification
from pages.ui import inputs
from pages.ui.text import product_name, t

STAGES = ("1", "2", "3")
VIEWS = ("loans", "movement", "agreement", "model", "overlays", "facts")


def choose(month_ends: Sequence[date]) -> tuple[date, Selection]:
    """Month end, and the filters of the list: product, class, stage, bucket."""
    with st.grid(5, min_column_width=170, gap="small"):
        on = inputs.month(t("provisions.month"), month_ends, key="month")
        products = inputs.choose_many(
            t("column.product_code"), list(catalogue()), key="product", name_of=product_name
        )
        classes = inputs.choose_many(
            t("column.asset_class"),
            classification().codes,
            key="class",
            name_of=_class_name,
        )
        stages = inputs.choose_many(t("column.stage"), STAGES, key="stage")
        buckets = inputs.choose_many(t("column.bucket"), bucket_codes(), key="bucket")
    chosen = Selection(
        stages=tuple(int(stage) for stage in stages),
        asset_classes=tuple(classes),
        buckets=tuple(buckets),
        product_codes=tuple(products),
    )
    return on, chosen


def narrowed(chosen: Selection, clicked: Sequence[Sequence[str]]) -> Selection:
    """The same, for the product and the stage of the mark clicked last, if any."""
    if not clicked:
        return chosen
    product_code, stage = clicked[-1]
    products = (product_code,) if product_code else chosen.product_codes
    return replace(chosen, product_codes=products, stages=(int(stage),))


def view() -> str:
    """Which part of the screen stands below the figures."""
    return inputs.choose_view(t("provisions.view"), VIEWS, key="view", name_of=_view_name)


def _class_name(code: str) -> str:
    return t(f"asset_class.{code}")


def _view_name(code: str) -> str:
    return t(f"provisions.view_{code}")

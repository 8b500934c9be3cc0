"""The parts of a policy as frames for editing, and edited frames back as a new policy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_type_hints

import polars as pl

from lending_core.policy.document import (
    Band,
    Cap,
    Gate,
    Policy,
    ProductLimit,
    check_caps,
    read_rows,
)
from lending_core.policy.fields import exact_text


def gates_frame(policy: Policy) -> pl.DataFrame:
    """One row per gate, columns as in `Gate`; `value` is text, so that it stays exact."""
    return _frame(Gate, policy.gate, as_text=("value",))


def bands_frame(policy: Policy) -> pl.DataFrame:
    """One row per score band, columns as in `Band`."""
    return _frame(Band, policy.band)


def products_frame(policy: Policy) -> pl.DataFrame:
    """One row per product, columns as in `ProductLimit`."""
    return _frame(ProductLimit, policy.product)


def caps_frame(policy: Policy) -> pl.DataFrame:
    """One row per cap, columns as in `Cap`; `value` is text."""
    return _frame(Cap, policy.cap, as_text=("value",))


def with_gates(policy: Policy, frame: pl.DataFrame) -> Policy:
    """The policy with the gates of an edited frame. Raises `InvalidInput` naming the cell."""
    return replace(policy, gate=read_rows(Gate, frame.to_dicts(), "gate"))


def with_bands(policy: Policy, frame: pl.DataFrame) -> Policy:
    """The policy with the bands of an edited frame. Raises `InvalidInput` naming the cell."""
    return replace(policy, band=read_rows(Band, frame.to_dicts(), "band"))


def with_products(policy: Policy, frame: pl.DataFrame) -> Policy:
    """The policy with the products of an edited frame. Raises `InvalidInput` naming the cell."""
    return replace(policy, product=read_rows(ProductLimit, frame.to_dicts(), "product"))


def with_caps(policy: Policy, frame: pl.DataFrame) -> Policy:
    """The policy with the caps of an edited frame. Raises `InvalidInput` naming the cell."""
    caps = read_rows(Cap, frame.to_dicts(), "cap")
    check_caps(caps)
    return replace(policy, cap=caps)


def rows_of(policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table by its name in the document, columns as in the frames above."""
    frames = {
        "gate": gates_frame(policy),
        "band": bands_frame(policy),
        "product": products_frame(policy),
        "cap": caps_frame(policy),
    }
    return {part: frame.to_dicts() for part, frame in frames.items()}


def with_rows(policy: Policy, rows: Mapping[str, list[dict[str, Any]]]) -> Policy:
    """The policy with edited rows as in `rows_of`. Raises `InvalidInput` naming the cell."""
    tables: dict[str, Any] = {
        part: read_rows(kind, rows[part], part) for part, kind in PARTS.items()
    }
    check_caps(tables["cap"])
    return replace(policy, **tables)


PARTS = {"gate": Gate, "band": Band, "product": ProductLimit, "cap": Cap}
COLUMN_TYPES = {str: pl.String, int: pl.Int64, bool: pl.Boolean}


def _frame(kind: type, rows: tuple[Any, ...], as_text: tuple[str, ...] = ()) -> pl.DataFrame:
    hints = get_type_hints(kind)
    schema = {name: COLUMN_TYPES.get(hint, pl.String) for name, hint in hints.items()}
    cells = {name: [_cell(getattr(row, name), name in as_text) for row in rows] for name in schema}
    return pl.DataFrame(cells, schema=schema)


def _cell(value: Any, as_text: bool) -> Any:
    return exact_text(value) if as_text and value is not None else value

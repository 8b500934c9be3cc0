"""Personal columns on their way out of the store: opened and masked here, and nowhere else."""

from collections.abc import Callable

import polars as pl

from lending_core.access.permissions import Actor, Permission
from lending_core.identity.masking import (
    LONG_NUMBER,
    MASK,
    mask_id_number,
    mask_name,
    mask_phone,
)
from lending_core.store.engine import Store, Transaction

# What people wrote in their own words, which may name people.
_WRITTEN = ("review_words", "confirmed_words", "note")
# What people wrote of policies, models, lenders and figures.
_OF_THE_HOUSE = (
    *("note", "reason", "step_reason", "answer_reason", "end_reason", "statement", "name"),
)
_MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "id_number": mask_id_number,
    "phone": mask_phone,
    "licence_number": mask_id_number,
}
# What stands where a person's key is destroyed.
ERASED = MASK * 3


def masked(reader: Store | Transaction, actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a query with personal columns masked, whoever reads: plain values come from
    `unmasking` only. What reviewers and collectors wrote comes for roles that may handle personal
    data, and as nothing for others. Raises `InvalidState` without the key of the book."""
    may_read = actor.may(Permission.VIEW_PERSONAL_DATA)
    written = [name for name in _WRITTEN if name in rows.columns]
    hidden = [pl.lit(None, pl.String).alias(name) for name in written if not may_read]
    plain = reader.opened(rows.with_columns(hidden))
    return plain.with_columns(
        _shown(rows[name], plain[name], mask)
        for name, mask in _MASKS.items()
        if name in rows.columns
    )


def masked_rows(store: Store, actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """As `masked`, the way a list finishes its pages."""
    return masked(store, actor, rows)


def about_people(reader: Store | Transaction, actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the `reason` that staff gave for a step on a borrower's loan: in plain for
    roles that may handle personal data, and as nothing for others."""
    if actor.may(Permission.VIEW_PERSONAL_DATA):
        return reader.opened(rows)
    return rows.with_columns(reason=pl.lit(None, pl.String))


def of_the_house(
    reader: Store | Transaction, actor: Actor | None, rows: pl.DataFrame
) -> pl.DataFrame:
    """The rows with what staff wrote of policies, models, lenders and figures in plain. They write
    of no person there; where one did all the same, numbers as long as a phone's are masked for who
    may not handle personal data, or for everybody without an `actor`."""
    plain = reader.opened(rows)
    if actor is not None and actor.may(Permission.VIEW_PERSONAL_DATA):
        return plain
    texts = [name for name in _OF_THE_HOUSE if plain.schema.get(name) == pl.String]
    return plain.with_columns(pl.col(texts).str.replace_all(LONG_NUMBER, ERASED))


def _shown(kept: pl.Series, plain: pl.Series, mask: Callable[[str], str]) -> pl.Series:
    """Masked; `ERASED` where there is something that opens no more."""
    shown = [
        (None if token is None else ERASED) if text is None else mask(text)
        for token, text in zip(kept.to_list(), plain.to_list(), strict=True)
    ]
    return pl.Series(kept.name, shown, dtype=pl.String)

"""Cached reads of vintage and roll rates, each a question to `reads.answer`."""

import polars as pl

from lending_core.operations import listing, rolls, vintages
from lending_core.operations.reports import BookFilter
from lending_core.operations.rolls import Rolled
from lending_core.operations.vintages import Asked, Behind, Vintage
from pages.ui.reads import answer, answer_for_all


def vintage(asked: Asked) -> Vintage:
    """What was lent and what went bad, by cohort: see `vintages.vintage`."""
    return answer_for_all(vintages.vintage, asked)


def count_bad_loans(asked: Asked, behind: Behind) -> int:
    """How many loans are behind a point of a vintage."""
    return answer_for_all(vintages.count_bad_loans, asked, behind)


def told_of_bad_loans(asked: Asked, behind: Behind, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns that any of these loans tells."""
    return answer_for_all(vintages.told_of_bad_loans, asked, behind, columns)


def bad_loans(asked: Asked, behind: Behind, page: listing.Asked) -> pl.DataFrame:
    """One page of the loans behind a point of a vintage: see `vintages.bad_loans`."""
    return answer(vintages.bad_loans, asked, behind, page)


def part_values() -> dict[str, list[str]]:
    """The values of each dimension that loans have, most loans first."""
    return answer_for_all(vintages.part_values)


def own_segments() -> pl.DataFrame:
    """One row per segment that an imported tape brought, and value: see `vintages.own_segments`."""
    return answer_for_all(vintages.own_segments)


def policy_versions() -> list[int]:
    """Versions of the limit policy that decided loans: see `vintages.policy_versions_lent`."""
    return answer_for_all(vintages.policy_versions_lent)


def changed_loans() -> int:
    """How many loans are told otherwise now: see `vintages.changed_loans`."""
    return answer_for_all(vintages.changed_loans)


def knows_amounts() -> bool:
    """Whether the book tells the amount of every loan: see `vintages.knows_amounts`."""
    return answer_for_all(vintages.knows_amounts)


def moves(chosen: BookFilter) -> pl.DataFrame:
    """One row per month end, stage before and state now: see `rolls.moves`."""
    return answer_for_all(rolls.moves, chosen)


def count_rolled(rolled: Rolled) -> int:
    """How many loans moved so in a month."""
    return answer_for_all(rolls.count_rolled, rolled)


def told_of_rolled(rolled: Rolled, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns that any of these loans tells."""
    return answer_for_all(rolls.told_of_rolled, rolled, columns)


def rolled_loans(rolled: Rolled, page: listing.Asked) -> pl.DataFrame:
    """One page of the loans that moved so in a month: see `rolls.rolled_loans`."""
    return answer(rolls.rolled_loans, rolled, page)

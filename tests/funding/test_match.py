"""The cheapest eligible lender with room funds the whole loan."""

from decimal import Decimal

import polars as pl

from lending_core.funding.match import match

SCHEMA = {
    "funder_code": pl.String,
    "product_codes": pl.List(pl.String),
    "annual_cost": pl.Decimal(9, 6),
    "room_fen": pl.Int64,
}


def funders(*rows: tuple[str, list[str], str, int]) -> pl.DataFrame:
    typed = [(code, products, Decimal(cost), room) for code, products, cost, room in rows]
    return pl.DataFrame(typed, schema=SCHEMA, orient="row")


def loans(*principals_fen: int, product_code: str = "weilidai") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "loan_id": range(1, len(principals_fen) + 1),
            "product_code": product_code,
            "principal_fen": principals_fen,
        }
    )


def pairs(matched: pl.DataFrame) -> list[tuple[int, str, int]]:
    return sorted(matched.select("loan_id", "funder_code", "share_fen").rows())


def test_the_cheapest_funder_comes_first() -> None:
    offered = funders(("dear", ["weilidai"], "0.05", 1000), ("cheap", ["weilidai"], "0.02", 1000))

    matched = match(loans(400), offered)

    assert pairs(matched) == [(1, "cheap", 400)]


def test_a_full_funder_passes_the_loan_to_the_next() -> None:
    offered = funders(("cheap", ["weilidai"], "0.02", 500), ("dear", ["weilidai"], "0.05", 1000))

    matched = match(loans(400, 200, 300), offered)

    assert pairs(matched) == [(1, "cheap", 400), (2, "dear", 200), (3, "dear", 300)]


def test_room_is_used_to_the_last_fen() -> None:
    offered = funders(("only", ["weilidai"], "0.02", 600))

    matched = match(loans(400, 200), offered)

    assert pairs(matched) == [(1, "only", 400), (2, "only", 200)]


def test_one_fen_above_the_room_is_not_funded() -> None:
    offered = funders(("only", ["weilidai"], "0.02", 599))

    matched = match(loans(400, 200), offered)

    assert pairs(matched) == [(1, "only", 400)]


def test_a_product_that_nobody_funds_stays_unmatched() -> None:
    offered = funders(("only", ["weilidai"], "0.02", 1000))

    matched = match(loans(400, product_code="fenfu"), offered)

    assert pairs(matched) == []


def test_equal_costs_go_to_the_first_code_whatever_the_order() -> None:
    b, a = ("b", ["weilidai"], "0.02", 1000), ("a", ["weilidai"], "0.02", 1000)

    assert pairs(match(loans(1), funders(b, a))) == pairs(match(loans(1), funders(a, b)))


def test_without_funders_nothing_is_matched() -> None:
    assert pairs(match(loans(400), funders())) == []

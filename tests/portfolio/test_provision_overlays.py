"""What an overlay adds: a percent of its part of the book, a sum, never more than its cap."""

from decimal import Decimal

import polars as pl

from lending_core.portfolio.provision_overlays import Overlay, overlay_fen

LOSSES = pl.DataFrame(
    {
        "product_code": ["fenfu", "fenfu", "weilidai", None],
        "stage": [1, 2, 1, 1],
        "ecl_fen": [1_000, 2_005, 500, 7],
    }
)


def test_a_percent_is_of_the_scopes_loss_rounded_once() -> None:
    tenth = Overlay(1, 10_000, percent=Decimal("0.1"), scope={"product_code": ["fenfu"]})

    # A tenth of 3,005 is 300.5: half to even.
    assert overlay_fen(tenth, LOSSES) == 300


def test_without_a_scope_it_is_of_the_whole_book() -> None:
    assert overlay_fen(Overlay(1, 10_000, percent=Decimal("0.5")), LOSSES) == 1_756


def test_stages_narrow_a_scope_further() -> None:
    scope = {"product_code": ["fenfu"], "stage": ["2"]}

    assert overlay_fen(Overlay(1, 10_000, percent=Decimal("0.2"), scope=scope), LOSSES) == 401


def test_no_overlay_passes_its_cap() -> None:
    assert overlay_fen(Overlay(1, 250, percent=Decimal("0.5")), LOSSES) == 250
    assert overlay_fen(Overlay(1, 250, amount_fen=300), LOSSES) == 250
    assert overlay_fen(Overlay(1, 250, amount_fen=200), LOSSES) == 200

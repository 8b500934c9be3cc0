"""The answer of the provisions screen: how much, against its rules, against what is booked."""

import polars as pl

from lending_core.operations.provision_figures import LINE, ProvisionFigures
from lending_core.portfolio.provision_assumptions import ratio_rules
from pages.ui import format as shown
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t


def key_figures(found: ProvisionFigures) -> list[KeyFigure]:
    """Expected loss, provision ratio, coverage, bad loans, what rules ask for, what is booked."""
    rules, now = ratio_rules(), found.ratios
    return [
        _expected(found),
        KeyFigure(
            t("provisions.ratio"),
            shown.rate(now.provision_ratio),
            help=t(
                "provisions.ratio_help",
                rule=shown.rate(rules.provision_ratio),
                low=shown.rate(rules.provision_ratio_low),
                loans=shown.money(now.loans_fen),
            ),
        ),
        KeyFigure(
            t("provisions.coverage"),
            shown.percent(now.coverage),
            help=t(
                "provisions.coverage_help",
                rule=f"{rules.coverage:.0%}",
                low=f"{rules.coverage_low:.0%}",
                bad=shown.money(now.bad_fen),
            ),
        ),
        KeyFigure(
            t("provisions.bad"),
            shown.rate(now.bad_fen / now.loans_fen if now.loans_fen else None),
            help=t("provisions.bad_help", bad=shown.money(now.bad_fen)),
        ),
        _required(found),
        _booked(found),
    ]


def note() -> str:
    """What the figures are held to and compared with."""
    rules = ratio_rules()
    return t(
        "provisions.compared",
        ratio=shown.rate(rules.provision_ratio),
        coverage=f"{rules.coverage:.0%}",
    )


def _expected(found: ProvisionFigures) -> KeyFigure:
    lines = int(found.groups.filter(pl.col("kind") == LINE)["ecl_fen"].sum())
    opening = None if found.movement is None else found.movement["all_fen"][0]
    now = found.ratios.provision_fen
    return KeyFigure(
        t("provisions.expected"),
        headline(now),
        help=t(
            "provisions.expected_help",
            full=shown.money(now),
            loans=shown.money(found.ecl_fen - lines),
            lines=shown.money(lines),
            overlays=shown.money(found.overlay_fen),
        ),
        change=f"{now / opening - 1:+.1%}" if opening else None,
        rising_is="bad",
    )


def _required(found: ProvisionFigures) -> KeyFigure:
    now = found.ratios
    word = "above" if now.surplus_fen >= 0 else "below"
    return KeyFigure(
        t("provisions.required"),
        headline(now.required_fen),
        help=t(
            f"provisions.required_help_{word}",
            full=shown.money(now.required_fen),
            rule=t(f"provisions.binding_{now.binding}"),
            gap=shown.money(abs(now.surplus_fen)),
        ),
    )


def _booked(found: ProvisionFigures) -> KeyFigure:
    booked = found.booked
    if booked is None:
        return KeyFigure(t("provisions.booked"), shown.DASH, help=t("provisions.booked_unknown"))
    gap = booked.provision_fen - found.ratios.provision_fen
    word = "more" if gap >= 0 else "less"
    return KeyFigure(
        t("provisions.booked"),
        headline(booked.provision_fen),
        help=t(
            f"provisions.booked_help_{word}",
            full=shown.money(booked.provision_fen),
            gap=shown.money(abs(gap)),
            ratio=shown.rate(booked.provision_ratio),
            coverage=shown.percent(booked.coverage),
        ),
    )

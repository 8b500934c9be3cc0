"""Codes of collections in words: stages, states, why a case stands where it does in the queue."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from lending_core.operations.month_contacts import COLLECTOR
from lending_core.portfolio.collection_rules import BORROWER, agencies, conduct, recovery
from lending_core.portfolio.conduct import Way, local_time
from lending_core.portfolio.recovery import WRITTEN_OFF
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import person_name, sentence, t, unmarked


def stage_name(stage: str) -> str:
    """A stage of lateness by its name; what was written off in words."""
    return t("case_stage.written_off") if stage == WRITTEN_OFF else stage


def state_name(state: str) -> str:
    """What goes on with a case."""
    return t(f"case_state.{state}")


def clock(at: datetime | None) -> str:
    """A borrower's time to the minute: `2026-11-22 08:00`."""
    return shown.DASH if at is None else f"{at:%Y-%m-%d %H:%M}"


def way_name(way: Way) -> str:
    """How somebody is contacted; third persons are only called, so who they are says it all."""
    if way.party == BORROWER:
        return t(f"contact_channel.{way.channel}")
    return t(f"contact_party.{way.party}")


def collector_name(user_name: str) -> str:
    """Name of whoever made a contact; those of the simulated history say so."""
    stem, _, number = user_name.rpartition("_")
    if stem == COLLECTOR:
        return t("collections.simulated_collector", number=number)
    return person_name(user_name)


def queue_in_words(rows: pl.DataFrame, *, language: str) -> pl.DataFrame:
    """Cases with case_why, contacts_count and contact_outcome as they are listed, and as they go
    into files."""
    facts = rows.rows(named=True)
    return rows.with_columns(
        case_why=pl.Series([_why(row, language) for row in facts], dtype=pl.String),
        contacts_count="attempts",
        contact_outcome="last_outcome",
    )


def rates_in_words(rates: pl.DataFrame) -> pl.DataFrame:
    """Rates of the model with amount_band in words."""
    bands = [band_name(place) for place in rates["amount_band"]]
    return rates.select(
        pl.col("stage").alias("case_stage"),
        pl.Series("amount_band", bands),
        pl.col("cases").alias("cases_seen"),
        "own_rate",
        "start_rate",
        used_rate="rate",
    )


def factors_in_words(factors: pl.DataFrame) -> pl.DataFrame:
    """Factors of the model with what each is about in words."""
    names = [t(f"{factor}.{value}") for factor, value in factors.select("factor", "value").rows()]
    return factors.select(
        pl.Series("recovery_factor", names),
        pl.col("cases").alias("cases_seen"),
        pl.col("own_factor").alias("own_ratio"),
        pl.col("multiple").alias("multiple_ratio"),
    )


def minute_text(at: datetime) -> str:
    """An instant of the store (UTC without a zone) by the borrowers' clock: `08:00`. The day is
    today's, which a simulated book counts otherwise."""
    return f"{local_time(at.replace(tzinfo=UTC), conduct()):%H:%M}"


def agency_name(code: str) -> str:
    """Name of an agency of the register in the session's language, else the code."""
    return agencies()[code].names[session.language()] if code in agencies() else code


def log_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """What happened, with case_entry, entry_detail and entry_by as they are listed."""
    facts = rows.rows(named=True)
    names = [None if row["actor"] is None else collector_name(row["actor"]) for row in facts]
    return rows.with_columns(
        case_entry=pl.Series([t(f"case_entry.{row['entry']}") for row in facts], dtype=pl.String),
        entry_detail=pl.Series([_detail(row) for row in facts], dtype=pl.String),
        entry_by=pl.Series(names, dtype=pl.String),
    )


def complaints_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Complaints, with whom they are about (the house where no agency) and who recorded them."""
    names = [collector_name(user_name) for user_name in rows["recorded_by"]]
    about = [
        t("complaints.of_house") if code is None else agency_name(code)
        for code in rows["agency_code"]
    ]
    return rows.with_columns(
        complaint_kind="kind",
        agency=pl.Series(about, dtype=pl.String),
        entry_by=pl.Series(names, dtype=pl.String),
    )


def collectors_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """What each collector did, under the names of the list's columns."""
    names = [collector_name(user_name) for user_name in rows["user_name"]]
    return rows.select(
        pl.Series("entry_by", names, dtype=pl.String),
        "promised_fen",
        contacts_count="contacts",
        connected_count="connected",
        connected_share="connected_rate",
        promises_count="promises",
        kept_count="kept",
        broken_count="broken",
        kept_share="kept_rate",
    )


def agencies_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The register with each agency's name and standing, and what came in of what it was given."""
    facts = rows.rows(named=True)
    return rows.with_columns(
        agency=pl.Series([agency_name(row["agency_code"]) for row in facts], dtype=pl.String),
        agency_standing=pl.Series([_standing(row) for row in facts], dtype=pl.String),
        placed_count="placed",
        complaints_count="complaints",
        contacts_count="contacts",
        findings_count="findings",
        recovered_share=pl.when(pl.col("placed_fen") > 0).then(
            pl.col("recovered_fen") / pl.col("placed_fen")
        ),
    )


def _standing(agency: dict[str, Any]) -> str:
    if agency["has_violent_record"]:
        return t("collection_team.agency_violent")
    if not agency["is_published"]:
        return t("collection_team.agency_unpublished")
    return t("collection_team.agency_red" if agency["is_red"] else "collection_team.agency_fine")


def _detail(row: dict[str, Any]) -> str | None:
    """What an entry of the log is about, in one line; None where its name says it all."""
    said = {
        "contact": lambda: t(
            "case_detail.contact",
            way=way_name(Way(row["channel"], row["party"])),
            outcome=t(f"contact_outcome.{row['code']}"),
        ),
        "agency_contact": lambda: _reported(row),
        "promise": lambda: t("case_detail.promise", **_facts(row)),
        "hold": lambda: t(
            "case_detail.hold" if row["until_on"] else "case_detail.hold_endless",
            kind=t(f"hold_kind.{row['code']}"),
            **_facts(row),
        ),
        "hold_lifted": lambda: t(f"hold_kind.{row['code']}"),
        "complaint": lambda: t(f"complaint_kind.{row['code']}"),
        "handed_over": lambda: t(
            "case_detail.handed_over", agency=agency_name(row["code"]), **_facts(row)
        ),
        "recalled": lambda: t(f"recall_reason.{row['code']}"),
        "hardship": lambda: t(
            "case_detail.hardship", easing=t(f"easing_name.{row['code']}"), **_facts(row)
        ),
    }
    return unmarked(said[row["entry"]]()) if row["entry"] in said else None


def _reported(row: dict[str, Any]) -> str:
    """An agency's contact, and the rules that it broke."""
    told = t(
        "case_detail.agency_contact",
        agency=agency_name(row["agency_code"]),
        way=way_name(Way(row["channel"], row["party"])),
        outcome=t(f"contact_outcome.{row['code']}"),
    )
    if not row["bars"]:
        return told
    bars = [t(f"conduct_finding.{bar}") for bar in row["bars"].split(",")]
    broken = t("collection_case.separator").join(bars)
    return t("case_detail.broken", told=told, broken=broken)


def _facts(row: dict[str, Any]) -> dict[str, str]:
    return {"amount": shown.money(row["amount_fen"]), "until": shown.day(row["until_on"])}


def _why(row: dict[str, Any], language: str) -> str:
    """Why a case stands where it does: what such cases pay, and what was seen of it."""
    parts = [sentence("collections.why_rate", language, rate=shown.percent(row["rate"]))]
    if row["promise_standing"] != "none":
        parts.append(sentence(f"promise_standing.{row['promise_standing']}", language))
    parts.append(sentence(f"contact_standing.{row['contact_standing']}", language))
    # Quiet hours are the same for all, and said once above.
    bars = [bar for bar in row["barred"] if bar != "quiet_hours"]
    parts += [sentence(f"contact_bar.{bar}", language) for bar in bars]
    return sentence("collection_case.separator", language).join(parts)


def band_name(place: int) -> str:
    """Which amounts are together at this place among the edges of the expectation."""
    edges = recovery().amount_edges_fen
    if place == 0:
        return unmarked(t("collections.band_first", most=shown.whole_yuan(edges[0])))
    if place == len(edges):
        return unmarked(t("collections.band_last", least=shown.whole_yuan(edges[-1])))
    least, most = shown.whole_yuan(edges[place - 1]), shown.whole_yuan(edges[place])
    return unmarked(t("collections.band_between", least=least, most=most))

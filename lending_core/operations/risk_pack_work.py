"""Sections of a risk pack that tell what people work on: early warnings and collections."""

import polars as pl

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import collection_team, warning_reports
from lending_core.operations.console import book
from lending_core.portfolio.pack import Section, Table
from lending_core.store.engine import Store

_ALERT = {
    "rule": pl.String,
    "segment_kind": pl.String,
    "segment": pl.String,
    "severity": pl.String,
    "alert_status": pl.String,
    "raised_on": pl.Date,
    "owner": pl.String,
}
_PROMISES = ("month_end_on", "promises", "promised_fen", "kept", "broken", "kept_rate")
_CONTACTS = ("month_end_on", "contacts", "connected", "cases_contacted")


def warnings(store: Store, actor: Actor) -> Section:
    """Alerts that are not over, the most urgent first."""
    found = warning_reports.alerts(store, actor)
    rows = [
        {
            "rule": each.rule,
            "segment_kind": each.segment_kind,
            "segment": each.segment,
            "severity": each.severity,
            "alert_status": each.status,
            "raised_on": each.raised_on,
            "owner": each.owner,
        }
        for each in found
    ]
    if not rows:
        return Section("warnings", notes=("no_warning",))
    return Section("warnings", tables=[Table("warnings", pl.DataFrame(rows, schema=_ALERT))])


def collections(store: Store, actor: Actor) -> Section | None:
    """What became of cases, promises and contacts; None for who may not see them, and of a tape."""
    if not actor.may(Permission.VIEW_COLLECTIONS) or book(store).shape is not None:
        return None
    cures = collection_team.cures_by_month(store, actor)
    if cures.is_empty():
        return Section("collections", notes=("no_case",))
    promises = collection_team.promises_by_month(store, actor)
    contacts = collection_team.contacts_by_month(store, actor)
    tables = [
        Table("cures", cures),
        Table("promises", promises.select(_PROMISES)),
        Table(
            "contacts",
            contacts.select(*_CONTACTS, contacts_per_case_ratio="contacts_per_case"),
        ),
    ]
    told = [table for table in tables if not table.frame.is_empty()]
    return Section("collections", tables=told, notes=("collections",))

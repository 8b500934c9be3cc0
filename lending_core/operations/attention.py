"""What needs a person, gathered from every part of the book."""

from datetime import timedelta

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import month_start
from lending_core.operations import policies, reports
from lending_core.operations.console import book
from lending_core.portfolio.attention import Alert, BookState, alerts, thresholds
from lending_core.portfolio.delinquency import headline_rates, roll_rates
from lending_core.servicing.buckets import HEADLINE_DAYS
from lending_core.store.engine import Store


def attention(store: Store, actor: Actor) -> list[Alert]:
    """Alerts of the whole book on its open day, the most urgent first."""
    require(actor, Permission.VIEW_BOOK)
    everything = reports.BookFilter()
    current = book(store)
    state = BookState(
        open_on=current.open_on,
        waiting=store.read("waiting_review"),
        rates=headline_rates(reports.bucket_by_month(store, actor, everything)),
        rolls=roll_rates(reports.roll_by_month(store, actor, everything)),
        entered_90=store.read(
            "entered_stage",
            month_end_on=current.business_on,
            previous_month_end_on=month_start(current.business_on) - timedelta(days=1),
            entry_days_past_due=HEADLINE_DAYS[1] + 1,
        ),
        funders=reports.funder_room(store, actor),
        policies=policies.policy_versions(store, actor),
    )
    return alerts(state, thresholds())

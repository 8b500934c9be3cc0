"""What came of the applications that a version decided: for the guard and for trials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lending_core.dates import newest_month_end
from lending_core.operations.console import book
from lending_core.policy.trials import Outcome
from lending_core.policy.watch import watch
from lending_core.store.engine import Store, Transaction


@dataclass(frozen=True)
class Window:
    """Applications from a day on, before another (None: until now); each customer's first one
    only, where customers are what is compared."""

    from_on: date
    before_on: date | None = None
    is_once_per_customer: bool = False


def outcomes(
    reader: Store | Transaction, policy_versions: Sequence[int], window: Window
) -> dict[int, Outcome]:
    """Version -> what came of the applications it decided in a window, 0 of everything included."""
    measures = watch()
    rows = reader.reports.read(
        "policy_outcome",
        **vars(window),
        policy_versions=list(policy_versions),
        late_days=measures.late_days,
        late_months=measures.late_months,
        ripe_until=measures.ripe_until(newest_month_end(book(reader).business_on)),
    )
    found = {row["policy_version"]: Outcome(**row) for row in rows.rows(named=True)}
    nothing = {version: Outcome(version, 0, 0, 0, 0, None, None) for version in policy_versions}
    return nothing | found

"""What one person proposed and a second one answers: who may, and the step that is kept."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from lending_core.errors import InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment


def waiting_version(
    known: pl.DataFrame, moment: Moment, version_id: int, refusals: Mapping[str, str]
) -> dict[str, Any]:
    """The row of a version (version_id, step, changed_by) that waits and that somebody else than
    the actor proposed. `refusals`: what is said of one that is `unknown` or `answered`. Raises
    `NotFound`, `InvalidState` and `NotAllowed`."""
    rows = known.filter(pl.col("version_id") == version_id).rows(named=True)
    if not rows:
        raise NotFound(refusals["unknown"], version_id=version_id)
    if rows[0]["step"] != "proposed":
        raise InvalidState(refusals["answered"], version_id=version_id)
    if rows[0]["changed_by"] == moment.actor.user_name:
        raise NotAllowed("funder_own_work")
    return rows[0]


def keep_step(
    transaction: Transaction,
    moment: Moment,
    table: str,
    subject: Mapping[str, int],
    answer: tuple[str, str | None],
) -> None:
    """Appends an answer (step, reason) to a table of steps. `subject`: the column that names what
    is answered, with its number."""
    step, reason = answer
    row = {
        **subject,
        "step": step,
        "reason": reason,
        "stepped_on": moment.business_on,
        "stepped_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append(table, pl.DataFrame([row], schema_overrides={"reason": pl.String}))

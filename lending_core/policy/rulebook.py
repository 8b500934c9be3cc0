"""Which version of the policy decides whom, on which day: the one in force, or the one on trial."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.errors import InvalidState
from lending_core.policy.life_cycle import Step, changes_after, in_force
from lending_core.policy.trials import Trial, places_bp


@dataclass(frozen=True)
class Rulebook:
    """Every step of every version, oldest first, and every trial."""

    steps: tuple[Step, ...]
    trials: tuple[Trial, ...] = ()

    def champion(self, on: date) -> int:
        """The version in force on a day. Raises `InvalidState` before the first."""
        step = in_force(self.steps, on)
        if step is None:
            raise InvalidState("no_policy_in_force", on=on)
        return step.policy_version

    def ends_on(self, trial: Trial) -> date | None:
        """The first day after a trial: when it was ended, or when what it is tried against changes.
        None while neither is known."""
        known = (trial.ended_on, changes_after(self.steps, trial.started_on))
        return min((on for on in known if on), default=None)

    def trial(self, on: date) -> Trial | None:
        """The trial that runs on a day."""
        for trial in reversed(self.trials):
            end = self.ends_on(trial)
            if trial.runs(on) and (end is None or on < end):
                return trial
        return None

    def version(self, on: date, customer_id: int) -> int:
        """The version that decides a customer on a day."""
        trial = self.trial(on)
        if trial is not None and trial.has(customer_id):
            return trial.policy_version
        return self.champion(on)

    def versions(self, applicants: pl.DataFrame) -> pl.Series:
        """As `version` for each applicant (applied_on, customer_id), named policy_version."""
        days = applicants["applied_on"].unique().to_list()
        by_day = {on: self.champion(on) for on in days}
        on_trial = {on: trial for on in days if (trial := self.trial(on))}
        deciding = pl.col("applied_on").replace_strict(by_day, return_dtype=pl.Int64)
        for trial in set(on_trial.values()):
            places = places_bp(trial.salt, applicants["customer_id"])
            is_in = pl.lit(places < trial.share_bp) & pl.col("applied_on").is_in(
                [on for on, each in on_trial.items() if each == trial]
            )
            deciding = pl.when(is_in).then(pl.lit(trial.policy_version)).otherwise(deciding)
        return applicants.select(policy_version=deciding).to_series()

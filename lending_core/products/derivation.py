"""Which level a loan is repaid by: first derivation, second try, and again after each event."""

from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.money import divide_round
from lending_core.products.events import Events, Timeline
from lending_core.products.level import Ratio, annuity_ratio, annuity_ratios, level_instalments
from lending_core.products.repayment import Numbers, Plan, Rows, roll

Indices = npt.NDArray[np.int64]
# Distinct annuity ratios, and which of them each loan has.
Ratios = tuple[list[Ratio], Indices]

REPAID_IN_EQUAL_PRINCIPAL = ("equal_principal", "daily_interest", "flat")


def repay(plan: Plan, pattern_of: Indices, rate_of: Indices) -> Rows:
    """Instalments of loans without events. Loans that agree in `pattern_of` and `rate_of` bear
    the same rate factors, so that each annuity is computed once."""
    levels = _first_levels(plan, pattern_of, rate_of)
    return _roll_and_try_again(plan, levels, np.zeros_like(plan.counts))


def repay_with_events(plan: Plan, timeline: Timeline, events: Events, pattern_of: Indices) -> Rows:
    """Instalments of loans with draws and rate changes, writing `events` into the plan.

    The contract is made without them; each then changes the level from its period on, derived
    from what is owed there and full-period rate factors. Raises `ValueError` where more than is
    owed would be repaid early.
    """
    levels = np.array(_first_levels(plan, pattern_of, timeline.rates))
    rows = _roll_and_try_again(plan, levels, np.zeros_like(plan.counts))
    for phase in range(int(events.phase.max()) + 1):
        touching = events.of(events.phase == phase)
        for wave in range(int(touching.wave.max()) + 1):
            timeline.add(touching.of(touching.wave == wave))
        _derive_again(plan, levels, rows, touching)
    return rows


def _derive_again(plan: Plan, levels: Numbers, rows: Rows, events: Events) -> None:
    """New levels and rows, in place, for the loans of `events`, which share a period of each."""
    firsts = np.flatnonzero(events.wave == 0)
    loans, starts = events.loan[firsts], events.start[firsts]
    lowest = np.minimum.reduceat(events.drawn, firsts)
    before = np.maximum(starts - 1, 0), loans
    left = rows.owed[before] - rows.principal[before] + plan.draws_when_due[before]
    balance = np.where(starts > 0, left, plan.opening[loans])
    if (balance + np.minimum(lowest, 0) < 0).any():
        raise ValueError("more is repaid early than is owed")
    part = plan.of(loans)
    level = _levels_from(part, starts, balance + plan.draws[starts, loans])
    is_new = np.arange(len(levels))[:, None] >= starts
    held = np.where(is_new, level, levels[:, loans])
    rows.replace(loans, _roll_and_try_again(part, held, starts))
    levels[:, loans] = held


def _first_levels(plan: Plan, pattern_of: Indices, rate_of: Indices) -> Numbers:
    """The level of each period and loan at disbursement: the same in every period."""
    if plan.method == "equal_instalment":
        level = _level_instalments(plan, plan.opening, _distinct_ratios(plan, pattern_of, rate_of))
    else:
        level = _principal_level(plan, plan.opening, plan.counts - plan.grace)
    return np.broadcast_to(_unless_fixed(plan, level), plan.factors.shape)


def _levels_from(plan: Plan, starts: Indices, owed: Numbers) -> Numbers:
    """The level that repays what each loan owes in its period `starts`."""
    firsts = np.maximum(starts, plan.grace)
    if plan.method == "equal_instalment":
        return _unless_fixed(plan, _level_instalments(plan, owed, _ratios_from(plan, firsts)))
    return _unless_fixed(plan, _principal_level(plan, owed, plan.counts - firsts))


def _level_instalments(plan: Plan, owed: Numbers, of_each: Ratios) -> Numbers:
    multiples = np.maximum(plan.multiples, 1)
    return level_instalments(owed, *of_each, multiples, plan.rounding)


def _unless_fixed(plan: Plan, level: Numbers) -> Numbers:
    return np.where(plan.fixed_levels > 0, plan.fixed_levels, level)


def _ratios_from(plan: Plan, firsts: Indices) -> Ratios:
    """Annuity ratios of the loans' periods from `firsts` on, and which of them each loan has."""
    found: dict[tuple[int, ...], int] = {}
    columns = zip(
        plan.denominators.tolist(), plan.factors.T.tolist(), firsts, plan.counts, strict=True
    )
    ratio_of = [
        found.setdefault((denominator, *factors[first:count]), len(found))
        for denominator, factors, first, count in columns
    ]
    ratios = [annuity_ratio(list(factors), denominator) for denominator, *factors in found]
    return ratios, np.array(ratio_of)


def _principal_level(plan: Plan, owed: Any, instalments: Any) -> Any:
    if plan.method in REPAID_IN_EQUAL_PRINCIPAL:
        return divide_round(owed, instalments, plan.rounding)
    return owed * 0


def _roll_and_try_again(plan: Plan, levels: Numbers, starts: Indices) -> Rows:
    """Rows under `levels`, new from `starts` on. Where one leaves a last instalment that differs
    from it by more than half a fen for each instalment, move the level by the average and keep
    that if the difference shrinks.

    `levels` takes the kept ones where it is writable. Not for instalments in multiples nor for
    fixed levels.
    """
    rows = roll(plan, levels)
    if plan.method != "equal_instalment":
        return rows
    instalments = plan.counts - np.maximum(starts, plan.grace)
    final = np.arange(len(plan.counts))
    difference = rows.last(plan.counts) - levels[plan.counts - 1, final]
    is_far = np.abs(difference) > instalments // 2
    move = divide_round(difference, instalments, plan.rounding)
    is_derived = (plan.multiples == 0) & (plan.fixed_levels == 0)
    loans = np.flatnonzero(is_far & (move != 0) & is_derived)
    if len(loans) == 0:
        return rows
    periods = np.arange(len(levels))[:, None]
    moved = levels[:, loans] + np.where(periods >= starts[loans], move[loans], 0)
    tried = roll(plan.of(loans), moved)
    counts = plan.counts[loans]
    still = tried.last(counts) - moved[counts - 1, np.arange(len(loans))]
    better = np.flatnonzero(np.abs(still) < np.abs(difference[loans]))
    rows.replace(loans[better], tried.of(better))
    if levels.flags.writeable:
        levels[:, loans[better]] = moved[:, better]
    return rows


def _distinct_ratios(plan: Plan, pattern_of: Indices, rate_of: Indices) -> Ratios:
    """Annuity ratios that occur among the loans, and which of them each loan has."""
    longest = int(plan.counts.max()) + 1
    rates, rate_number = np.unique(rate_of, return_inverse=True)
    key = (pattern_of * len(rates) + rate_number) * longest + plan.grace
    _, some_loan, series_of = np.unique(key, return_index=True, return_inverse=True)
    packed, ratio_of = np.unique(series_of * longest + plan.counts, return_inverse=True)
    ratios: list[Ratio] = []
    for series, counts in _runs(packed, longest):
        loan, grace = int(some_loan[series]), int(plan.grace[some_loan[series]])
        factors = [int(factor) for factor in plan.factors[grace : counts[-1], loan]]
        by_length = list(annuity_ratios(factors, int(plan.denominators[loan])))
        ratios += [by_length[count - grace - 1] for count in counts]
    return ratios, ratio_of


def _runs(packed: Indices, longest: int) -> list[tuple[int, list[int]]]:
    """`packed` in ascending order as series, each with its numbers of instalments."""
    runs: dict[int, list[int]] = {}
    for value in packed.tolist():
        runs.setdefault(value // longest, []).append(value % longest)
    return list(runs.items())

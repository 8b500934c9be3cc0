"""Which level a loan is repaid by: first derivation, second try, and again after each event."""

from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.money import divide_round
from lending_core.products.events import Event, Timeline
from lending_core.products.level import annuity_ratio, annuity_ratios, level_instalment
from lending_core.products.level import level_instalments as level_of_each
from lending_core.products.repayment import Numbers, Plan, Rows, roll

Indices = npt.NDArray[np.int64]

REPAID_IN_EQUAL_PRINCIPAL = ("equal_principal", "daily_interest", "flat")


def repay(plan: Plan, pattern_of: Indices, rate_of: Indices) -> Rows:
    """Instalments of loans without events. Loans that agree in `pattern_of` and `rate_of` bear
    the same rate factors, so that each annuity is computed once."""
    if plan.method == "equal_instalment":
        ratios, ratio_of = _distinct_ratios(plan, pattern_of, rate_of)
        multiples = np.maximum(plan.multiples, 1)
        level = level_of_each(plan.opening, ratios, ratio_of, multiples, plan.rounding)
    else:
        level = _principal_level(plan, plan.opening, plan.counts - plan.grace)
    levels = np.broadcast_to(level, plan.factors.shape)
    everyone = np.ones(len(plan.counts), np.bool_)
    starts = np.zeros_like(plan.counts)
    return _second_try(plan, levels, roll(plan, levels), starts, everyone)


def repay_with_events(plan: Plan, timeline: Timeline, events: list[Event]) -> Rows:
    """Instalments of loans with draws and rate changes, writing `events` into the plan.

    The contract is made without them; each then changes the level from its period on, derived
    from what is owed there and full-period rate factors.
    """
    loans = range(len(plan.counts))
    starts = np.zeros_like(plan.counts)
    levels = np.zeros(plan.factors.shape, dtype=object)
    rows = _derive_again(plan, levels, starts, loans)
    for phase in _phases(events):
        for event in phase:
            timeline.add(event)
        touched = {event.loan: event.start for event in phase}
        starts[list(touched)] = list(touched.values())
        rows = _derive_again(plan, levels, starts, touched)
    return rows


def _phases(events: list[Event]) -> list[list[Event]]:
    """Events of the same loan and period together; the n-th such set of every loan in phase n."""
    phases: list[list[Event]] = []
    seen: dict[int, tuple[int, int]] = {}
    for event in events:
        phase, start = seen.get(event.loan, (-1, -1))
        if event.start != start:
            phase += 1
            seen[event.loan] = (phase, event.start)
        if phase == len(phases):
            phases.append([])
        phases[phase].append(event)
    return phases


def _derive_again(plan: Plan, levels: Numbers, starts: Indices, loans: Any) -> Rows:
    """New levels for `loans` from their `starts` on, in place; rows under the levels then held."""
    owed = roll(plan, levels).owed
    is_new = np.zeros(len(plan.counts), np.bool_)
    for loan in loans:
        start = int(starts[loan])
        levels[start:, loan] = _level(plan, loan, start, int(owed[start, loan]))
        is_new[loan] = True
    return _second_try(plan, levels, roll(plan, levels), starts, is_new)


def _level(plan: Plan, loan: int, start: int, owed: int) -> int:
    count, first = int(plan.counts[loan]), max(start, int(plan.grace[loan]))
    if plan.method == "equal_instalment":
        factors = [int(factor) for factor in plan.factors[first:count, loan]]
        ratio = annuity_ratio(factors, plan.denominator)
        return level_instalment(owed, ratio, max(int(plan.multiples[loan]), 1), plan.rounding)
    return int(_principal_level(plan, owed, count - first))


def _principal_level(plan: Plan, owed: Any, instalments: Any) -> Any:
    if plan.method in REPAID_IN_EQUAL_PRINCIPAL:
        return divide_round(owed, instalments, plan.rounding)
    return owed * 0


def _second_try(
    plan: Plan, levels: Numbers, rows: Rows, starts: Indices, is_new: npt.NDArray[np.bool_]
) -> Rows:
    """Where a new level leaves a last instalment that differs from it by more than half a fen
    for each instalment, move the level by the average and keep that if the difference shrinks.

    `levels` takes the kept ones where it is writable. Not for instalments in multiples.
    """
    if plan.method != "equal_instalment":
        return rows
    instalments = plan.counts - np.maximum(starts, plan.grace)
    final = np.arange(len(plan.counts))
    difference = rows.last(plan.counts) - levels[plan.counts - 1, final]
    is_far = np.abs(difference) > instalments // 2
    move = divide_round(difference, instalments, plan.rounding)
    loans = np.flatnonzero(is_new & is_far & (move != 0) & (plan.multiples == 0))
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


def _distinct_ratios(
    plan: Plan, pattern_of: Indices, rate_of: Indices
) -> tuple[list[tuple[int, int]], Indices]:
    """Annuity ratios that occur among the loans, and which of them each loan has."""
    longest = int(plan.counts.max()) + 1
    rates, rate_number = np.unique(rate_of, return_inverse=True)
    key = (pattern_of * len(rates) + rate_number) * longest + plan.grace
    _, some_loan, series_of = np.unique(key, return_index=True, return_inverse=True)
    packed, ratio_of = np.unique(series_of * longest + plan.counts, return_inverse=True)
    ratios: list[tuple[int, int]] = []
    for series, counts in _runs(packed, longest):
        loan, grace = int(some_loan[series]), int(plan.grace[some_loan[series]])
        factors = [int(factor) for factor in plan.factors[grace : counts[-1], loan]]
        by_length = list(annuity_ratios(factors, plan.denominator))
        ratios += [by_length[count - grace - 1] for count in counts]
    return ratios, ratio_of


def _runs(packed: Indices, longest: int) -> list[tuple[int, list[int]]]:
    """`packed` in ascending order as series, each with its numbers of instalments."""
    runs: dict[int, list[int]] = {}
    for value in packed.tolist():
        runs.setdefault(value // longest, []).append(value % longest)
    return list(runs.items())

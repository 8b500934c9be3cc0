"""What is wrong with the rules of the line review, before they touch a line."""

from collections.abc import Iterator

from lending_core.policy.document import LineReview, Policy
from lending_core.policy.finding import Finding

# Of each thing that a rule may bound: its lower and its upper field.
BOUNDS = (
    ("months_open_min", None),
    ("days_past_due_min", "days_past_due_max"),
    ("used_percent_min", "used_percent_max"),
)
# A limit is not raised for who was later than a day's slip (PM-12 freezes from the first day on).
LATE_DAYS_MAX = 0


def line_findings(policy: Policy) -> Iterator[Finding]:
    """Faults of `line_review`: percentages against their action, bounds that nobody or somebody
    late meets, rows that never decide."""
    rows = policy.line_review
    codes = [row.code for row in rows]
    for number, row in enumerate(rows, start=1):
        place, facts = f"line_review[{number}]", {"line_rule": row.code}
        if codes.index(row.code) < number - 1:
            yield Finding("line_rule_twice", f"{place}.code", facts)
        if not _fits_action(row):
            yield Finding("line_rule_percent", f"{place}.limit_percent", facts)
        if _is_empty(row):
            yield Finding("line_rule_empty", place, facts)
            continue
        if row.action == "increase" and _lets_late_in(row):
            yield Finding("line_rule_rewards_late", f"{place}.days_past_due_max", facts)
        by = next((other for other in rows[: number - 1] if _covers(other, row)), None)
        if by:
            yield Finding("line_rule_shadowed", place, {**facts, "before": by.code})


def _fits_action(row: LineReview) -> bool:
    fits = {
        "freeze": row.limit_percent == 100,
        "decrease": row.limit_percent < 100,
        "increase": row.limit_percent > 100,
    }
    return fits[row.action]


def _is_empty(row: LineReview) -> bool:
    return any(
        upper is not None and low > high for (_, upper), (low, high) in _intervals(row).items()
    )


def _lets_late_in(row: LineReview) -> bool:
    return row.days_past_due_max is None or row.days_past_due_max > LATE_DAYS_MAX


def _covers(wide: LineReview, narrow: LineReview) -> bool:
    """Whether every line that meets `narrow` meets `wide`, which stands before it."""
    outer, inner = _intervals(wide), _intervals(narrow)
    is_for_the_same = wide.borrower in ("any", narrow.borrower)
    return is_for_the_same and all(
        outer[bound][0] <= inner[bound][0] and inner[bound][1] <= outer[bound][1]
        for bound in BOUNDS
    )


def _intervals(row: LineReview) -> dict[tuple[str, str | None], tuple[float, float]]:
    """From and to of each thing that a rule may bound; an absent bound is open."""

    def end(name: str | None, absent: float) -> float:
        value = getattr(row, name) if name else None
        return absent if value is None else value

    return {bound: (end(bound[0], 0), end(bound[1], float("inf"))) for bound in BOUNDS}

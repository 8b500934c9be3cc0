"""What a decision on a past application is worth: drawings, losses, income, from what is known.

What became of each application is known (`PAST_COLUMNS`), and so what a policy would have lent is
told from three kinds of evidence:

observed  has a loan: what was really drawn, moved as far as the model moves between the offer that
          was made and the offer of the policy replayed; the same offer draws the same to the fen
expected  was offered and did not take it, or still waits: comes as far as the price falls, or as
          the model says
inferred  was refused by policy or person: the model, and the score's default probability times
          `reject_default_percent`

The model, in whole fen and parts per million, each step rounded half up:

take_up   draw share, less `price_response_percent` x (rate - lowest rate of the product), never
          below 0
size      min(limit, asked) x utilisation + max(limit - asked, 0) x spare utilisation
loans     take-up x granted: 1 if approved, the share that people approve if reviewed (their word
          where it is known). Observed: 1, or take-up / take-up at the offer made where that is
          less. Expected: what take-up gains on the offer made, of those who left it
drawn     size x loans; observed: drawn then x size / size then, at most the limit, x loans
default   drawn x default probability
loss      drawn x loss given default x default probability; `scored_loss_fen` as the score has it
interest  drawn x annual rate x average life / 12
funding   drawn x funding rate x average life / 12
cost      operating cost of a drawn loan x loans
"""

from typing import Any

from sqlglot import exp

from lending_core.policy.compile import MONTHS, PPM, Stages
from lending_core.policy.document import Assumptions

# What is known of each application besides the policy's input (`store/queries/policy_past.sql`).
# past_fate: `drawn`, `offered`, `waiting` or `refused`; the offer really made, null where none was;
# past_review_percent: 100 or 0 by the word of people, null where nobody was asked.
PAST_COLUMNS = (
    "region_code",
    "scenario",
    "past_fate",
    "past_drawn_fen",
    "past_limit_fen",
    "past_rate_ppm",
    "past_review_percent",
)
EVIDENCE = ("observed", "expected", "inferred")
_EVIDENCE_OF_FATE = {
    "drawn": "observed",
    "offered": "expected",
    "waiting": "expected",
    "refused": "inferred",
}

# The money of one application, in fen; sums of these are the money of a policy.
AMOUNTS = (
    "expected_drawn_fen",
    "expected_default_fen",
    "expected_loss_fen",
    "scored_loss_fen",
    "expected_interest_fen",
    "expected_funding_fen",
    "expected_cost_fen",
)

# What is taken from interest to leave profit, each `expected_<name>_fen` of `AMOUNTS`.
COSTS = ("funding", "loss", "cost")


def money_stages(assumptions: Assumptions, decided: str = "decided") -> Stages:
    """The steps from decisions, with the offer and `PAST_COLUMNS` beside them, to their money."""
    return {
        "modelled": exp.select(exp.Star(), *_modelled(assumptions)).from_(decided),
        "taken": exp.select(exp.Star(), *_taken()).from_("modelled"),
        "drawn": exp.select(exp.Star(), *_drawn(assumptions)).from_("taken"),
        "valued": exp.select(exp.Star(), *_valued(assumptions)).from_("drawn"),
    }


def _modelled(assumptions: Assumptions) -> list[exp.Expr]:
    """What the model says of the policy's offer and of the one really made."""
    column = exp.column
    asked = assumptions.review_approval_percent
    reviewed = exp.func("coalesce", column("past_review_percent"), exp.convert(asked))
    granted = (
        exp.case()
        .when(column("outcome").eq("approve"), exp.convert(100))
        .when(column("outcome").eq("review"), reviewed)
        .else_(exp.convert(0))
    )
    evidence = exp.case()
    for fate, kind in _EVIDENCE_OF_FATE.items():
        evidence = evidence.when(column("past_fate").eq(fate), exp.Literal.string(kind))
    return [
        evidence.as_("evidence"),
        granted.as_("granted_percent"),
        _take_up(assumptions, column("rate_ppm")).as_("take_up_ppm"),
        _take_up(assumptions, column("past_rate_ppm")).as_("past_take_up_ppm"),
        _size(assumptions, column("limit_fen")).as_("size_fen"),
        _size(assumptions, column("past_limit_fen")).as_("past_size_fen"),
    ]


def _take_up(assumptions: Assumptions, rate_ppm: exp.Expr) -> exp.Expr:
    dearer = exp.Paren(this=rate_ppm - exp.column("rate_min_ppm"))
    lost = dearer * assumptions.price_response_percent // 100
    share = exp.convert(assumptions.draw_percent * (PPM // 100)) - lost
    # An offer of before may have been cheaper than the product's lowest rate of today.
    bounded = exp.func("least", share, exp.convert(PPM))
    is_known = exp.not_(dearer.copy().is_(exp.null()))
    return exp.case().when(is_known, exp.func("greatest", exp.convert(0), bounded))


def _size(assumptions: Assumptions, limit: exp.Expr) -> exp.Expr:
    asked = exp.column("amount_asked_fen")
    within = exp.func("least", limit, asked) * assumptions.utilisation_percent
    spare = exp.func("greatest", limit - asked, exp.convert(0))
    return divided(within + spare * assumptions.spare_utilisation_percent, 100)


def _taken() -> list[exp.Expr]:
    """The amount if there is a loan, and how many loans there are of one application."""
    column = exp.column
    is_drawn = column("past_fate").eq("drawn")
    take_up, before = column("take_up_ppm"), column("past_take_up_ppm")
    moved = divided(
        column("past_drawn_fen") * column("size_fen"), _or_null(column("past_size_fen"))
    )
    kept = exp.func("coalesce", moved, column("past_drawn_fen"))
    falls = exp.and_(is_drawn, take_up < before)
    rises = exp.and_(column("past_fate").eq("offered"), take_up > before)
    gained = divided(exp.Paren(this=take_up - before) * PPM, _or_null(PPM - before))
    taken = (
        exp.case()
        .when(falls, divided(take_up * PPM, _or_null(before)))
        .when(is_drawn, exp.convert(PPM))
        .when(rises, gained)
        .when(column("past_fate").eq("offered"), exp.convert(0))
        .else_(take_up)
    )
    amount = (
        exp.case()
        .when(is_drawn, exp.func("least", kept, column("limit_fen")))
        .else_(column("size_fen"))
    )
    loans = divided(exp.Paren(this=taken) * column("granted_percent"), 100)
    return [
        amount.as_("amount_fen"),
        exp.func("coalesce", loans, exp.convert(0)).as_("loans_ppm"),
    ]


def _drawn(assumptions: Assumptions) -> list[exp.Expr]:
    """Expected drawings, and the default probability that counts, in parts per million."""
    column = exp.column
    drawn = divided(column("amount_fen") * column("loans_ppm"), PPM)
    before = column("past_take_up_ppm")
    scored = scored_ppm()
    worse = divided(scored * assumptions.reject_default_percent, 100)
    default = (
        exp.case()
        .when(column("past_fate").eq("refused"), exp.func("least", worse, exp.convert(PPM)))
        .else_(scored)
    )
    return [
        exp.func("coalesce", drawn, exp.convert(0)).as_("expected_drawn_fen"),
        default.as_("default_ppm"),
        scored.as_("scored_ppm"),
        before.as_("modelled_loans_ppm"),
        divided(column("past_size_fen") * before, PPM).as_("modelled_fen"),
    ]


def _valued(assumptions: Assumptions) -> list[exp.Expr]:
    column = exp.column
    drawn, default = column("expected_drawn_fen"), column("default_ppm")
    life, year = assumptions.average_life_months, MONTHS * PPM
    on_default = divided(drawn * column("loss_given_default_ppm"), PPM)
    amounts = {
        "expected_default_fen": divided(drawn * default, PPM),
        "expected_loss_fen": divided(exp.Paren(this=on_default) * default, PPM),
        "expected_interest_fen": divided(drawn * column("rate_ppm") * life, year),
        "expected_funding_fen": divided(drawn * int(assumptions.funding_rate * PPM) * life, year),
        "scored_loss_fen": divided(exp.Paren(this=on_default.copy()) * column("scored_ppm"), PPM),
        "expected_cost_fen": divided(column("loans_ppm") * assumptions.operating_cost_fen, PPM),
    }
    return [
        exp.func("coalesce", amount, exp.convert(0)).as_(name) for name, amount in amounts.items()
    ]


def scored_ppm() -> exp.Expr:
    """The score's default probability in whole parts per million, half up."""
    return exp.cast(exp.func("round", exp.column("default_probability") * PPM), "BIGINT")


def _or_null(value: exp.Expr) -> exp.Expr:
    return exp.func("nullif", value, exp.convert(0))


def divided(amount: exp.Expr, by: Any) -> exp.Expr:
    """Whole number division by an integer or an expression, half up; neither side is negative."""
    return exp.Paren(this=exp.Paren(this=amount) + by // 2) // by

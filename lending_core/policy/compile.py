"""The policy as one SQL query, the same for one applicant and for the whole past.

Built from expression objects only; whole-number arithmetic only; common to DuckDB and Spark.
The steps are common table expressions, each adding columns to the one before:

offer    what each product offers to each band
banded   the applicant's columns, the band of the score, which gates fire
matched  the offer of the applicant's product and band; admitted or not; earnings
scaled   the base limit times each multiplier that applies, and the term that counts
capped   the amount that each cap leaves; refused already, whatever the amount
sized    the smallest of those amounts
judged   declined: refused, or less than the smallest limit that may be granted
decided  outcome, limit rounded down, rate, longest term
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from lending_core.policy.document import LIMIT_BOUND_FEN, Gate, Multiplier, Policy
from lending_core.policy.offers import Offer, offers
from lending_core.products.catalogue import Product
from lending_core.scoring.features import register

APPLICATION_COLUMNS = (
    "application_id",
    "product_code",
    "kind",
    "amount_asked_fen",
    "instalments_asked",
    "score",
    "default_probability",
)

# A rate in whole parts per million keeps price arithmetic in integers.
PPM = 1_000_000
MONTHS = 12

# Columns of an offer that meet the applicant's own are named apart from them.
OFFER_COLUMNS = {
    "offer_product_code": "VARCHAR",
    "offer_kind": "VARCHAR",
    "offer_band": "VARCHAR",
    "is_open": "BOOLEAN",
    "is_learning": "BOOLEAN",
    "admitted_share_bp": "BIGINT",
    "base_fen": "BIGINT",
    "product_max_fen": "BIGINT",
    "exposure_max_fen": "BIGINT",
    "exposure_all_lenders_max_fen": "BIGINT",
    "minimum_fen": "BIGINT",
    "earnings_percent": "BIGINT",
    "unknown_earnings_fen": "BIGINT",
    "debt_service_percent": "BIGINT",
    "offer_rate": "DECIMAL(9, 6)",
    "rate_ppm": "BIGINT",
    "rate_min_ppm": "BIGINT",
    "offer_instalments_max": "INTEGER",
    "loss_given_default_ppm": "BIGINT",
}

CAP_REASONS = {
    "product_max_fen": "limit_capped_by_product",
    "exposure_cap_fen": "limit_capped_by_exposure",
    "all_lenders_cap_fen": "limit_capped_by_all_lenders",
    "earnings_cap_fen": "limit_capped_by_income",
    "debt_service_cap_fen": "limit_capped_by_debt_service",
}

COMPARISONS: dict[str, type[exp.Binary]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">=": exp.GTE,
    ">": exp.GT,
}

DECISION_COLUMNS = (
    "application_id",
    "outcome",
    "band",
    "limit_fen",
    "annual_rate",
    "instalments_max",
)

Stages = dict[str, exp.Select]


@dataclass(frozen=True)
class Rule:
    """One way in which a gate fires: the reason it gives, when, and what it leads to."""

    reason: str
    condition: exp.Expr
    outcome: str


def input_columns() -> tuple[str, ...]:
    """What the compiled query reads of each application: the request, its score, its features."""
    return (*APPLICATION_COLUMNS, *register())


def decision_query(
    policy: Policy, products: Iterable[Product], source: str = "policy_input"
) -> exp.Select:
    """One row per row of `source`, which has the `input_columns`.

    Columns: application_id; outcome (approve, review, decline); band; limit_fen BIGINT, 0 when
    declined; annual_rate DECIMAL(9,6) and instalments_max INTEGER, null when declined; reasons
    VARCHAR[], in this order: gates that fired (`<code>_unknown` for an unknown value),
    product_not_offered, score_below_cut_off, learning_test, the cap that binds,
    limit_below_minimum.
    """
    query = exp.select(*map(exp.column, DECISION_COLUMNS), _reasons(policy).as_("reasons"))
    return with_stages(query.from_("decided"), decision_stages(policy, products, source))


def trail_query(
    policy: Policy, products: Iterable[Product], source: str = "policy_input"
) -> exp.Select:
    """As `decision_query`, with the whole trail: every rule and step as a column.

    Besides its columns: `fires_<reason>` BOOLEAN per way in which a gate fires, null where the
    value is unknown; is_admitted, earnings_fen, base_fen of band and product; `times_<code>`
    BOOLEAN per multiplier and scaled_fen after them; the amount that each cap leaves (`CAP_REASONS`
    names them, null without an offer), smallest_fen, minimum_fen; is_refused, is_declined.
    """
    trail = (
        *(_flag(rule) for rule in rules(policy)),
        *("is_admitted", "earnings_fen", "base_fen"),
        *(_applies(multiplier) for multiplier in policy.multiplier),
        *("scaled_fen", *CAP_REASONS, "smallest_fen", "minimum_fen", "is_refused", "is_declined"),
    )
    columns = map(exp.column, (*DECISION_COLUMNS, *trail))
    query = exp.select(*columns, _reasons(policy).as_("reasons")).from_("decided")
    return with_stages(query, decision_stages(policy, products, source))


def with_stages(query: exp.Select, stages: Stages) -> exp.Select:
    """The query, changed in place, with its common table expressions in front."""
    for name, stage in stages.items():
        query.with_(name, as_=stage, copy=False)
    return query


def decision_stages(
    policy: Policy, products: Iterable[Product], source: str = "policy_input"
) -> Stages:
    """The steps up to `decided`, by name; what decides and what replays both start here."""
    return {
        "offer": _offer_rows(offers(policy, products)),
        "banded": _banded(policy, source),
        "matched": _matched(),
        "scaled": _scaled(policy),
        "capped": _capped(policy),
        "sized": _sized(),
        "judged": _judged(),
        "decided": _decided(policy),
    }


def rules(policy: Policy) -> Iterator[Rule]:
    """Every way in which a gate of the policy can fire, in the document's order."""
    for gate in policy.gate:
        yield Rule(gate.code, _for_borrower(gate, _comparison(gate)), gate.outcome)
        if gate.null_outcome:
            is_unknown = exp.column(gate.feature).is_(exp.null())
            yield Rule(f"{gate.code}_unknown", _for_borrower(gate, is_unknown), gate.null_outcome)


def _comparison(rule: Gate | Multiplier) -> exp.Expr:
    compare = COMPARISONS[rule.operator]
    return compare(this=exp.column(rule.feature), expression=exp.convert(rule.value))


def _for_borrower(rule: Gate | Multiplier, condition: exp.Expr) -> exp.Expr:
    if rule.borrower == "any":
        return condition
    return exp.and_(exp.column("kind").eq(rule.borrower), condition)


def _offer_rows(offered: list[Offer]) -> exp.Select:
    rows = [tuple(offer_cells(offer)) for offer in offered]
    values = exp.values(rows, alias="offer_row", columns=list(OFFER_COLUMNS))
    typed = (exp.cast(exp.column(name), kind).as_(name) for name, kind in OFFER_COLUMNS.items())
    return exp.select(*typed).from_(values)


def offer_cells(offer: Offer) -> Iterator[str | bool | int | Decimal]:
    """The cells in the order of `OFFER_COLUMNS`."""
    yield from (offer.product_code, offer.borrower_kind, offer.band)
    yield from (offer.is_open, offer.is_learning, offer.admitted_share_bp)
    yield from (offer.base_limit_fen, offer.product_max_fen, offer.exposure_max_fen)
    yield from (offer.exposure_all_lenders_max_fen, offer.minimum_fen)
    yield from (offer.earnings_percent, offer.unknown_earnings_fen, offer.debt_service_percent)
    yield from (offer.annual_rate, int(offer.annual_rate * PPM), int(offer.annual_rate_min * PPM))
    yield offer.instalments_max
    yield int(offer.loss_given_default * PPM)


def _banded(policy: Policy, source: str) -> exp.Select:
    flags = (rule.condition.as_(_flag(rule)) for rule in rules(policy))
    times = (
        _for_borrower(multiplier, _comparison(multiplier)).as_(_applies(multiplier))
        for multiplier in policy.multiplier
    )
    columns = map(exp.column, input_columns())
    return exp.select(*columns, _band(policy).as_("band"), *flags, *times).from_(source)


def _band(policy: Policy) -> exp.Expr:
    """The lowest band takes whatever the others leave, a missing score too."""
    *upper, lowest = sorted(policy.band, key=lambda band: -band.score_from)
    bands = exp.case()
    for band in upper:
        at_least = exp.column("score") >= band.score_from
        bands = bands.when(at_least, exp.Literal.string(band.name))
    floor = exp.Literal.string(lowest.name)
    return bands.else_(floor) if upper else floor


def _matched() -> exp.Select:
    earnings = (
        exp.case()
        .when(exp.column("kind").eq("small_business"), exp.column("merchant_receipts_monthly_fen"))
        .else_(exp.column("monthly_income_fen"))
    )
    is_same = exp.and_(
        exp.column("product_code").eq(exp.column("offer_product_code")),
        exp.column("kind").eq(exp.column("offer_kind")),
        exp.column("band").eq(exp.column("offer_band")),
        exp.column("is_open"),
    )
    is_let_in = exp.column("learning_draw") < exp.column("admitted_share_bp")
    is_admitted = exp.func("coalesce", is_let_in, exp.false())
    query = exp.select(exp.Star(), earnings.as_("earnings_fen"), is_admitted.as_("is_admitted"))
    return query.from_("banded").join("offer", on=is_same, join_type="left")


def _scaled(policy: Policy) -> exp.Select:
    """The amount stays within what any rule allows, and so every product inside 64 bits."""
    column = exp.column
    amount: exp.Expr = exp.func("least", column("base_fen"), exp.convert(LIMIT_BOUND_FEN))
    for multiplier in policy.multiplier:
        applies = column(_applies(multiplier))
        percent = exp.case().when(applies, exp.convert(multiplier.percent)).else_(exp.convert(100))
        scaled = exp.Paren(this=amount * percent) // 100
        amount = exp.func("least", scaled, exp.convert(LIMIT_BOUND_FEN))
    is_offered = exp.not_(column("base_fen").is_(exp.null()))
    longest = column("offer_instalments_max")
    return exp.select(
        exp.Star(),
        exp.case().when(is_offered, amount).as_("scaled_fen"),
        exp.func("least", column("instalments_asked"), longest).as_("months"),
    ).from_("matched")


def _capped(policy: Policy) -> exp.Select:
    column = exp.column
    elsewhere = exp.func("coalesce", column("other_lenders_balance_fen"), exp.convert(0))
    owed = column("own_principal_fen") + elsewhere
    # The law counts what is granted (IL-01); it was not kept of the oldest applications.
    granted = exp.func("greatest", column("own_principal_fen"), column("own_limit_fen"))
    share = column("earnings_fen") * column("earnings_percent") // 100
    is_refused = exp.or_(exp.not_(column("is_admitted")), *_flags(policy, "decline"))
    return exp.select(
        exp.Star(),
        (column("exposure_max_fen") - granted).as_("exposure_cap_fen"),
        (column("exposure_all_lenders_max_fen") - exp.Paren(this=owed)).as_("all_lenders_cap_fen"),
        exp.func("coalesce", share, column("unknown_earnings_fen")).as_("earnings_cap_fen"),
        _debt_service_cap().as_("debt_service_cap_fen"),
        exp.func("coalesce", is_refused, exp.false()).as_("is_refused"),
    ).from_("scaled")


def _debt_service_cap() -> exp.Expr:
    """The limit whose dearest instalment fits into what the earnings leave for debt.

    Principal / n + principal x rate / 12, the first of n equal-principal instalments, is at least
    every instalment of the equal-instalment method too. Unknown earnings: the cap does not bite.
    Room above twice the exposure cap changes nothing and would only strain 64 bits.
    """
    column = exp.column
    share = column("earnings_fen") * column("debt_service_percent") // 100
    left = share - exp.func("coalesce", column("monthly_debt_service_fen"), exp.convert(0))
    room = exp.func("greatest", exp.convert(0), left)
    room = exp.func("least", room, column("exposure_max_fen") * 2)
    months = column("months")
    limit = room * (MONTHS * PPM) * months // (column("rate_ppm") * months + MONTHS * PPM)
    is_unknown = column("earnings_fen").is_(exp.null())
    return exp.case().when(is_unknown, column("scaled_fen")).else_(limit)


def _sized() -> exp.Select:
    amounts = (exp.column(name) for name in ("scaled_fen", *CAP_REASONS))
    smallest = exp.func("least", *amounts).as_("smallest_fen")
    return exp.select(exp.Star(), smallest).from_("capped")


def _judged() -> exp.Select:
    is_too_small = exp.column("smallest_fen") < exp.column("minimum_fen")
    is_declined = exp.or_(exp.column("is_refused"), is_too_small).as_("is_declined")
    return exp.select(exp.Star(), is_declined).from_("sized")


def _decided(policy: Policy) -> exp.Select:
    is_declined = exp.column("is_declined")
    is_reviewed = exp.or_(exp.false(), *_flags(policy, "review"))
    outcome = (
        exp.case()
        .when(is_declined, exp.Literal.string("decline"))
        .when(is_reviewed, exp.Literal.string("review"))
        .else_(exp.Literal.string("approve"))
    )
    step = policy.cap_value("limit_step_fen")
    limit = exp.column("smallest_fen") // step * step
    is_offered = exp.not_(is_declined)
    rate = exp.case().when(is_offered, exp.column("offer_rate"))
    longest = exp.case().when(is_offered.copy(), exp.column("offer_instalments_max"))
    return exp.select(
        exp.Star(),
        outcome.as_("outcome"),
        exp.case().when(is_declined, exp.convert(0)).else_(limit).as_("limit_fen"),
        rate.as_("annual_rate"),
        longest.as_("instalments_max"),
    ).from_("judged")


def _reasons(policy: Policy) -> exp.Expr:
    column = exp.column
    is_sized = exp.not_(column("is_refused"))
    is_unmatched = column("offer_band").is_(exp.null())
    found = {
        **{rule.reason: column(_flag(rule)) for rule in rules(policy)},
        "product_not_offered": is_unmatched,
        "score_below_cut_off": exp.not_(exp.or_(is_unmatched, column("is_admitted"))),
        "learning_test": exp.and_(is_sized, column("is_learning")),
    }
    reasons = [_reason(condition, reason) for reason, condition in found.items()]
    cap = exp.case().when(is_sized, _binding_cap())
    too_small = _reason(exp.and_(is_sized, column("is_declined")), "limit_below_minimum")
    return exp.ArrayCompact(this=exp.Array(expressions=[*reasons, cap, too_small]))


def _binding_cap() -> exp.Expr:
    """The cap that set the limit, the first of several equal ones; null when none did."""
    smallest = exp.column("smallest_fen")
    cap = exp.case().when(smallest.eq(exp.column("scaled_fen")), exp.null())
    for name, reason in CAP_REASONS.items():
        cap = cap.when(smallest.eq(exp.column(name)), _named(name, reason))
    return cap


def _named(name: str, reason: str) -> exp.Expr:
    named = exp.Literal.string(reason)
    if name != "earnings_cap_fen":
        return named
    is_unknown = exp.column("earnings_fen").is_(exp.null())
    return (
        exp.case().when(is_unknown, exp.Literal.string("limit_capped_income_unknown")).else_(named)
    )


def _reason(condition: exp.Expr, reason: str) -> exp.Expr:
    return exp.case().when(condition, exp.Literal.string(reason))


def _flags(policy: Policy, outcome: str) -> list[exp.Expr]:
    return [exp.column(_flag(rule)) for rule in rules(policy) if rule.outcome == outcome]


def _flag(rule: Rule) -> str:
    return f"fires_{rule.reason}"


def _applies(multiplier: Multiplier) -> str:
    return f"times_{multiplier.code}"

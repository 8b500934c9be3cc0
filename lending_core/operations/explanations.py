"""Why one application was answered as it was: what was read with which consent, and the reasons
that its borrower is owed (PI-04)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations.models import Model, read_model
from lending_core.operations.reports import scorecard
from lending_core.policy.document import Policy
from lending_core.policy.reviews import review_rules
from lending_core.scoring import challenger, compile
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.explain import ADVERSE_REASONS_MAX, explain
from lending_core.scoring.features import CONSENT_SOURCES, register
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store

# What only a business can have is no reason for a person.
_OF_BUSINESSES = "merchant_receipts"
# The one reason of the list that says nothing without words.
OTHER = "other"
# Where the points of the score decided: it was too low, or left too small a limit.
_BY_SCORE = ("score_below_cut_off", "limit_below_minimum")


@dataclass(frozen=True)
class Reason:
    """One reason: `rule` of the policy, `review` of the list of people (the outcome where they
    named none), `feature` that cost points, a source that was `not_allowed` or knew nothing
    (`not_known`)."""

    kind: Literal["rule", "review", "feature", "not_allowed", "not_known"]
    code: str


@dataclass(frozen=True, eq=False)
class SilentScore:
    """What a challenger said beside the model that decided. `points`: feature, points (how far it
    moves this applicant from the average of the model's own training sample; null where a card
    does not know its sample)."""

    model_version: int
    model_kind: str
    score: int
    default_probability: float
    points: pl.DataFrame


def average_points(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """One row per feature of a scorecard: feature, average_points of the applications that it
    scored and that were approved (null: none was). Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    card = scorecard(store, actor, model_version)
    seen = store.read("approved_points", model_version=model_version)
    features = {
        "place": range(1, len(card.features) + 1),
        "feature": [each.name for each in card.features],
    }
    return (
        pl.DataFrame(features)
        .join(seen, on="place", how="left", maintain_order="left")
        .select("feature", "average_points")
    )


def sources_allowed(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """One row per source allowed when the application was decided: source, granted_at,
    text_version, withdrawn_at (null: it still is)."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return store.read("application_consent", application_id=application_id)


def silent_scores(store: Store, actor: Actor, application_id: int) -> list[SilentScore]:
    """What challengers said of an application, the newest model first."""
    require(actor, Permission.VIEW_SCORES)
    known = store.read("application_features", application_id=application_id)
    rows = store.read("silent_score", application_id=application_id).rows(named=True)
    return [_silent(row, known) for row in rows]


def principal_reasons(
    case: dict[str, Any], policy: Policy, points: pl.DataFrame, allowed: Collection[str]
) -> list[Reason]:
    """Why an application was answered as it was, what weighed most first, at most four.

    A person's reason comes first where a person decided; then the rules that led to the outcome,
    and where the score did, what cost points against the average approved applicant (against the
    best possible where nobody was approved yet).
    """
    spoken = _decisive(case, policy)
    found = [*_of_people(case), *(Reason("rule", code) for code in spoken)]
    if case["outcome"] == "approve" or not set(_BY_SCORE).isdisjoint(case["reasons"]):
        # What a rule has said already is not said again for its points.
        said = {gate.feature for gate in policy.gate if gate.code in spoken}
        others = points.filter(~pl.col("feature").is_in(said))
        found += _cost_points(case["kind"], others, allowed)
    return list(dict.fromkeys(found))[:ADVERSE_REASONS_MAX]


def _of_people(case: dict[str, Any]) -> list[Reason]:
    """The reason of the last person who decided; where it is in their own words alone, which may
    name others, the outcome in its place."""
    outcome = case["outcome_now"]
    if case["review_outcome"] is None or outcome == "review":
        return []
    code = case["confirmed_reason"] or case["review_reason"]
    is_of_list = code in review_rules().reasons[outcome] and code != OTHER
    return [Reason("review", code if is_of_list else outcome)]


def _decisive(case: dict[str, Any], policy: Policy) -> list[str]:
    """Of the reasons of a decision, those that led to its outcome."""
    effects = {gate.code: gate.outcome for gate in policy.gate}
    effects |= {f"{gate.code}_unknown": gate.null_outcome or "" for gate in policy.gate}
    gates = {code: effect for code, effect in effects.items() if code in case["reasons"]}
    if case["outcome"] == "review":
        return [code for code in case["reasons"] if gates.get(code) == "review"]
    return [code for code in case["reasons"] if gates.get(code, "") in ("", case["outcome"])]


def _cost_points(kind: str, points: pl.DataFrame, allowed: Collection[str]) -> list[Reason]:
    against = pl.coalesce("lost_to_average", "points_lost")
    lost = points.filter((pl.col("points_lost") > 0) & (against > 0))
    worst = lost.sort(against, descending=True, maintain_order=True)
    known = worst.select("feature", pl.col("value").is_not_null()).rows()
    found = (_reason(name, is_known, kind, allowed) for name, is_known in known)
    return [reason for reason in found if reason is not None]


def _reason(name: str, is_known: bool, kind: str, allowed: Collection[str]) -> Reason | None:
    about = register()[name]
    if about.source == _OF_BUSINESSES and kind != "small_business":
        return None
    if is_known:
        return Reason("feature", name)
    if about.source not in CONSENT_SOURCES:
        # The own book not knowing of a late month means that there was none.
        return None
    missing = [source for source in about.consents if source not in allowed]
    return Reason("not_allowed", missing[0]) if missing else Reason("not_known", about.source)


def _silent(row: dict[str, Any], known: pl.DataFrame) -> SilentScore:
    model = read_model(row["model_kind"], row["document"])
    return SilentScore(
        row["model_version"],
        row["model_kind"],
        row["score"],
        row["default_probability"],
        _moved(model, known),
    )


def _moved(model: Model, known: pl.DataFrame) -> pl.DataFrame:
    """feature, points away from the average of the training sample, those that move most first."""
    if isinstance(model, Challenger):
        points = challenger.contributions(model, known).unpivot(
            variable_name="feature", value_name="points"
        )
    else:
        said = explain(model, compile.assess(model, known.drop("points")))
        average = pl.Series([_trained_average(model, name) for name in said["feature"]])
        points = said.select("feature", points=pl.col("points") - average.cast(pl.Float64))
    return points.sort(pl.col("points").abs(), descending=True, nulls_last=True)


def _trained_average(card: Scorecard, name: str) -> float | None:
    (feature,) = (each for each in card.features if each.name == name)
    shares = [each.count_share for each in feature.bins]
    if None in shares:
        return None
    return sum(each.points * (each.count_share or 0.0) for each in feature.bins)

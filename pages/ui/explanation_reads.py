"""Cached reads of what explains one application, each a question to `reads.answer`."""

import polars as pl

from lending_core.operations import explanations, outlooks
from lending_core.operations.explanations import Reason, SilentScore
from lending_core.operations.outlooks import Outlook
from lending_core.scoring.explain import against_average, explain
from pages.ui import reads


def points(application_id: int) -> pl.DataFrame:
    """One row per feature of the card that decided: see `explain` and `against_average`."""
    features = reads.application_features(application_id)
    version = features["model_version"].item()
    average = reads.answer(explanations.average_points, version)
    return against_average(explain(reads.scorecard(version), features), average)


def silent_scores(application_id: int) -> list[SilentScore]:
    """What challengers said beside it, the newest model first."""
    return reads.answer(explanations.silent_scores, application_id)


def sources_allowed(application_id: int) -> pl.DataFrame:
    """One row per source allowed when it was decided."""
    return reads.answer(explanations.sources_allowed, application_id)


def reasons(application_id: int) -> list[Reason]:
    """Why it was answered so, what weighed most first, at most four."""
    case = reads.application_case(application_id)
    allowed = sources_allowed(application_id)["source"].to_list()
    policy = reads.policy(case["policy_version"])
    return explanations.principal_reasons(case, policy, points(application_id), allowed)


def outlook(application_id: int) -> Outlook:
    """What would help this applicant today."""
    return reads.answer(outlooks.outlook, application_id)

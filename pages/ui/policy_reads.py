"""Cached reads of limit policies, in the pattern of `reads`."""

from typing import Any

import polars as pl

from lending_core.operations import policies
from pages.ui import reads


def versions() -> pl.DataFrame:
    """One row per version, newest first: see `policies.policy_versions`."""
    return reads.answer(policies.policy_versions)


def in_force() -> dict[str, Any] | None:
    """The version that decides now, one row of `versions`; None in a book without a policy."""
    rows = versions().filter(pl.col("policy_standing") == "in_force").rows(named=True)
    return rows[0] if rows else None

"""Why an application was decided as it was: what was known, the score, the rules, the offer.

The same panels stand on an application's own page and beside a simulated borrower.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.policy.document import Policy
from pages.ui import feature_values, panels, policy_words, reads, session
from pages.ui import format as shown
from pages.ui.text import feature_name, person_name, plain, product_name, sentences, t

# What the house knows by itself needs no consent: a dash there is nothing to tell.
OF_THE_HOUSE = "own_book"
CAP_REASONS = (
    "limit_capped_by_product",
    "limit_capped_by_exposure",
    "limit_capped_by_all_lenders",
    "limit_capped_by_income",
    "limit_capped_income_unknown",
    "limit_capped_by_debt_service",
)
Effect = Literal["approve", "review", "decline"]
_COLOURS: dict[Effect, Literal["green", "orange", "red"]] = {
    "approve": "green",
    "review": "orange",
    "decline": "red",
}
_ICONS = {
    "approve": ":material/check_circle:",
    "review": ":material/person_search:",
    "decline": ":material/cancel:",
}


@dataclass(frozen=True)
class RuleStep:
    """One rule that was asked: what it leads to when it fires, and whether it did."""

    reason: str
    effect: Effect
    fired: bool


def reason_text(reason: str, policy: Policy | None = None) -> str:
    """Why, as a sentence; a rule that somebody added to the policy, by what it asks."""
    return policy_words.reason_text(reason, policy, session.language()) or reason


def outcome_badge(outcome: Effect) -> None:
    """The outcome in its colour and word."""
    st.badge(t(f"outcome.{outcome}"), icon=_ICONS[outcome], color=_COLOURS[outcome])


def facts(case: dict[str, Any]) -> None:
    """Who asked for what, when, through which channel."""
    named(
        {
            "name": plain(case["name"]),
            "product_code": product_name(case["product_code"]),
            "scenario": t(f"scenario.{case['scenario']}"),
            "channel": t(f"channel.{case['channel']}"),
            "amount_asked_fen": shown.money(case["amount_asked_fen"]),
            "instalments": shown.count(case["instalments_asked"]),
            "applied_on": shown.day(case["applied_on"]),
        }
    )


def named(values: dict[str, str]) -> None:
    """Facts side by side, each under the name of its column; long ones wrap."""
    with st.grid(len(values), min_column_width=110, gap="xsmall"):
        for column, value in values.items():
            with st.container(gap=None):
                st.caption(t(f"column.{column}"))
                st.markdown(f"**{value}**")


def rule_steps(policy: Policy, kind: str, reasons: Sequence[str]) -> list[RuleStep]:
    """Every gate of the policy that was asked of this kind of borrower, in the policy's order,
    then what else the decision says; caps of the limit are not rules."""
    gates = [gate for gate in policy.gate if gate.borrower in ("any", kind)]
    asked = [(gate.code, gate.outcome) for gate in gates]
    asked += [(f"{gate.code}_unknown", gate.null_outcome) for gate in gates if gate.null_outcome]
    steps = [
        RuleStep(reason, effect, reason in reasons)  # type: ignore[arg-type]
        for reason, effect in asked
    ]
    named = {step.reason for step in steps}
    others = [reason for reason in reasons if reason not in named and reason not in CAP_REASONS]
    return steps + [
        RuleStep(reason, "approve" if reason == "learning_test" else "decline", True)
        for reason in others
    ]


def inputs(features: dict[str, Any], kind: str, *, key: str) -> None:
    """What was known on the day, by source; what was not is a dash with the reason."""
    rows = feature_values.known(features, kind, session.language())
    table = pl.DataFrame(
        {
            t("column.feature"): [feature_name(name) for name in rows["feature"]],
            t("column.value"): rows["value"],
            t("column.source"): [
                t(f"source.{source}")
                if is_known or source == OF_THE_HOUSE
                else t("application.not_known")
                for source, is_known in rows.select("source", "is_known").rows()
            ],
        }
    )
    with st.container(border=True, key=key):
        panels.heading(t("application.inputs_title"), t("application.inputs_note"))
        st.table(table, border="horizontal", hide_index=True, alt=t("application.inputs_title"))


def rules(case: dict[str, Any], *, key: str) -> None:
    """Which rules fired, in words and first; the ones that passed behind a click."""
    policy = reads.policy(case["policy_version"])
    steps = rule_steps(policy, case["kind"], case["reasons"])
    fired = [step for step in steps if step.fired]
    passed = [step for step in steps if not step.fired]
    with st.container(border=True, key=key, gap="small"):
        panels.heading(
            t("application.rules_title"),
            t("application.rules_note", version=case["policy_version"]),
        )
        outcome_badge(case["outcome"])
        for step in fired:
            why = reason_text(step.reason, policy)
            st.markdown(f":{_COLOURS[step.effect]}[{_ICONS[step.effect]}] {why}")
        if not fired:
            st.markdown(t("application.no_rule_fired"))
        with st.expander(t("application.rules_passed", count=len(passed))):
            st.caption(t("application.rules_passed_intro"))
            for step in passed:
                st.markdown(
                    t(
                        "application.would_lead_to",
                        reason=reason_text(step.reason, policy),
                        outcome=t(f"outcome.{step.effect}"),
                    )
                )


def offer(case: dict[str, Any], *, key: str) -> None:
    """Limit and price with what binds named; nothing where none was offered."""
    if case["annual_rate"] is None:
        return
    caps = [reason for reason in case["reasons"] if reason in CAP_REASONS]
    with st.container(border=True, key=key, gap="small"):
        panels.heading(t("application.offer_title"), t("application.offer_note"))
        named(
            {
                "limit_fen": shown.money(case["limit_fen"]),
                "annual_rate": shown.rate(case["annual_rate"]),
                "band": case["band"],
            }
        )
        if case["outcome"] == "decline":
            st.markdown(t("application.limit_by_person"))
        else:
            by_band = t("application.capped_by_band", band=case["band"])
            st.markdown(reason_text(caps[0]) if caps else by_band)


def events(subjects: Sequence[tuple[str, int]], *, key: str) -> None:
    """What the ledger keeps of these things, oldest first, each with its place in the chain."""
    kept = pl.concat(reads.events_of(*subject) for subject in subjects).sort("event_id")
    with st.container(border=True, key=key, gap="xsmall"):
        panels.heading(t("application.events_title"), t("application.events_note"))
        for event in kept.rows(named=True):
            st.markdown(
                t(
                    "application.event",
                    event_id=event["event_id"],
                    action=_action(event["action"]),
                    person=person_name(event["actor"]),
                    at=shown.instant(event["recorded_at"]),
                    hash=event["hash"][:12],
                )
            )


def _action(action: str) -> str:
    known = sentences(session.language())
    return t(f"action.{action}") if f"action.{action}" in known else action

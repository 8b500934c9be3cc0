"""Policy documents of before in today's form: the same decisions, and nothing made up."""

from typing import Any

# What a part meant that a document of before does not have: no bound, no effect.
NEUTRAL_BAND = {"instalments_max": 360}
NEUTRAL_CAPS = {
    "exposure_all_lenders_person_fen": 1_000_000_000,
    "exposure_all_lenders_small_business_fen": 1_000_000_000,
}
NEUTRAL_GUARD = {
    "applications_min": 0,
    "approval_percent_min": 0,
    "approval_percent_max": 100,
    "loans_min": 0,
    "early_late_percent_max": 100,
}
NEUTRAL_ASSUMPTION = {
    "price_response_percent": 0,
    "reject_default_percent": 100,
    "operating_cost_fen": 0,
    "capital_percent": 0,
}


def modern(document: dict[str, Any]) -> dict[str, Any]:
    """The document of a policy, turned into today's form where its gates say an outcome instead of
    a purpose, which all did before; any other document as it is, faults included."""
    gates = document.get("gate")
    if not isinstance(gates, list) or not any(_is_older(gate) for gate in gates):
        return document
    assumed = document.get("assumption")
    return {
        "guard": NEUTRAL_GUARD,
        **document,
        "gate": [_gate(gate) if _is_older(gate) else gate for gate in gates],
        "band": _each(document.get("band"), NEUTRAL_BAND),
        "cap": _with_caps(document.get("cap")),
        "assumption": _assumption(assumed) if isinstance(assumed, dict) else assumed,
    }


def _is_older(gate: Any) -> bool:
    return isinstance(gate, dict) and "outcome" in gate and "purpose" not in gate


def _gate(gate: dict[str, Any]) -> dict[str, Any]:
    purposes = {"decline": "hard_stop", "review": "review_trigger"}
    rest = {name: value for name, value in gate.items() if name != "outcome"}
    outcome = gate["outcome"]
    known = purposes.get(outcome, outcome) if isinstance(outcome, str) else outcome
    return {**rest, "purpose": known}


def _each(rows: Any, neutral: dict[str, Any]) -> Any:
    if not isinstance(rows, list):
        return rows
    return [{**neutral, **row} if isinstance(row, dict) else row for row in rows]


def _with_caps(rows: Any) -> Any:
    if not isinstance(rows, list):
        return rows
    known = [row.get("code") for row in rows if isinstance(row, dict)]
    missing = [code for code in NEUTRAL_CAPS if code not in known]
    return [
        *rows,
        *({"code": code, "value": NEUTRAL_CAPS[code], "source": "assumption"} for code in missing),
    ]


def _assumption(assumed: dict[str, Any]) -> dict[str, Any]:
    """Whoever drew used the same share of the limit, whatever was asked for."""
    used = assumed.get("utilisation_percent")
    return {**NEUTRAL_ASSUMPTION, "spare_utilisation_percent": used, **assumed}

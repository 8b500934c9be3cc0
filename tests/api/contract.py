"""Requests drawn from the OpenAPI document, half of them wrong on purpose, and their answers."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as any_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from tests.api.doors import OWN, WISH, Door, confirmed

# Whether a request that fits the document may still be refused is for the operations to say.
CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
)


def operations(door: Door) -> list[APIOperation]:
    """Every operation of the document."""
    document = schemathesis.openapi.from_dict(door.web.get("/openapi.json").json())
    document.app = door.web.app
    return [each.ok() for each in document.get_all_operations() if isinstance(each, Ok)]


def fitting(door: Door) -> dict[str, dict[str, Any]]:
    """What chance would never say and the house may take, by operation."""
    confirmation = confirmed(door)
    day = door.clock.at.date().isoformat()
    return {
        "POST /applications/{application_id}/quotes": WISH,
        "POST /applications/{application_id}/acceptance": confirmation,
        "POST /applications/{application_id}/draws": confirmation,
        "POST /loans/{loan_id}/payments": {"amount_fen": 1, "paid_on": day},
        "POST /webhooks": {"url": f"https://{OWN}.example/news"},
    }


def answers(
    door: Door, asked: Iterable[APIOperation], examples: int, *, seed: bool
) -> Counter[tuple[str, int]]:
    """How often each status came back from so many requests of each operation. Raises where one was
    a server's error, or is not in the document. `seed`: the same requests every time."""
    came: Counter[tuple[str, int]] = Counter()
    bodies = fitting(door)
    for operation in asked:
        drawn = any_of.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=seed,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=drawn, is_known=any_of.booleans())
        def ask(case: Case, is_known: bool) -> None:
            if is_known and case.meta is not None and case.meta.generation.mode.is_positive:
                _fit(case, bodies.get(case.operation.label, {}))
            came[case.operation.label, _asked(door, case)] += 1

        ask()
    return came


def _fit(case: Case, body: dict[str, Any]) -> None:
    """Lets a request, in which nothing is wrong on purpose, ask for what there is."""
    known = {name: 1 for name in case.path_parameters or {} if name.endswith("_id")}
    case.path_parameters = {**(case.path_parameters or {}), **known}
    if body:
        case.body = {**case.body, **body}


def _asked(door: Door, case: Case) -> int:
    case.headers = {**(case.headers or {}), "authorization": f"Bearer {door.token}"}
    answer = case.call()
    case.validate_response(answer, checks=list(CHECKS))
    return int(answer.status_code)

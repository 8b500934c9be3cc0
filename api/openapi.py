"""The OpenAPI document: what the routes say of themselves, and every refusal they may answer."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, REFUSED_BEFORE, problem, status_of
from lending_core.errors import (
    LANGUAGES,
    InvalidInput,
    InvalidState,
    LendingError,
    NotAllowed,
    NotFound,
)

DESCRIPTION = (
    "A borrower's journey for the back end of a mini-program: (A) basic facts and both sides of "
    "the ID card, (B) consents and a decision, (C) an offer, (D) amount and term, the cost sheet "
    "read, contract and payout; then payments, payoff quotes, statements. Money is in fen "
    "(hundredths of a yuan), days are business days of the house, rates are yearly. Every step "
    "on money and every application needs an Idempotency-Key: send it again, with the same body, "
    "after a lost answer. Refusals are problem details (RFC 9457) in English or Chinese, as "
    "Accept-Language asks; programs go by `reason`."
)
# Of every route, with an example: who asks, how often, how much; whose it is, whether it may happen
# now, whether it can be read; a bug, and no place free.
_REFUSALS: tuple[tuple[str, LendingError], ...] = (
    ("The house does not answer under this name.", REFUSED_BEFORE[400]),
    ("No token, or one that is unknown, expired or revoked.", NotAllowed("api_token")),
    ("The token lacks the scope.", NotAllowed("api_scope", scope="borrow")),
    ("There is no such thing, or it is another's.", NotFound("loan_unknown", loan_id=7)),
    ("The request did not come in time.", InvalidInput("api_body_slow", within=30)),
    ("Not possible as things stand.", InvalidState("offer_not_open", application_id=7)),
    ("More than a request may bring.", REFUSED_BEFORE[413]),
    ("The address is too long.", REFUSED_BEFORE[414]),
    (
        "What was sent cannot be used: `errors` says where; a key was spent on another body; the "
        "card cannot be read.",
        InvalidInput("operation_key_spent"),
    ),
    ("Too often; `Retry-After` says when to come again.", REFUSED_BEFORE[429]),
    ("A fault of the house. Ask again with the same key.", InvalidState("api_bug")),
    (
        "Too much is asked at once, too many cards wait to be read, or the house is not ready; "
        "`Retry-After` says when to come again, with the same key.",
        InvalidState("api_busy", seconds=5),
    ),
)
_RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "reason"],
    "properties": {
        "type": {"type": "string", "description": "urn:lending:problem:<reason>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in the language asked for"},
        "reason": {"type": "string", "description": "For programs; never changes"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "rule"],
                "properties": {"where": {"type": "string"}, "rule": {"type": "string"}},
            },
        },
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        _with_refusals(made)
        app.openapi_schema = made
    return app.openapi_schema


def _with_refusals(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["Problem"] = _PROBLEM
    made["components"]["responses"] = dict(map(_response, _REFUSALS))
    for path in made["paths"].values():
        for operation in path.values():
            for _, refusal in _REFUSALS:
                status = str(status_of(refusal))
                told = {"$ref": f"#/components/responses/Refused{status}"}
                operation["responses"][status] = told


def _response(said: tuple[str, LendingError]) -> tuple[str, dict[str, Any]]:
    """What a refusal means, with one such, by its name."""
    description, refusal = said
    schema = {"$ref": "#/components/schemas/Problem"}
    example = problem(refusal, LANGUAGES[0])
    told: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }
    if "seconds" in refusal.facts:
        told["headers"] = _RETRY_AFTER
    return f"Refused{status_of(refusal)}", told

"""The OpenAPI document: what the routes say of themselves, and every refusal they may answer."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE

DESCRIPTION = (
    "A borrower's journey for the back end of a mini-program. Money is in fen, days are business "
    "days of the house. Refusals are problem details (RFC 9457) in English or Chinese, as "
    "Accept-Language asks."
)
# Of every route: who asks, how often, how much; whose it is, whether it may happen now, whether it
# can be read; a bug, and no place free.
_REFUSALS = (400, 401, 403, 404, 409, 413, 414, 422, 429, 500, 503)
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
    schema = {"$ref": "#/components/schemas/Problem"}
    refusal = {"description": "Refused", "content": {MEDIA_TYPE: {"schema": schema}}}
    made["components"]["responses"] = {"Refused": refusal}
    for path in made["paths"].values():
        for operation in path.values():
            for status in _REFUSALS:
                told = {"$ref": "#/components/responses/Refused"}
                operation["responses"][str(status)] = told

"""The interface as one ASGI application, to be mounted by the server."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from api import applications, consents, house_facts, loans, openapi, problems, webhooks
from api.callers import Rates, Underway
from api.gate import Gate
from api.house import House
from api.places import Desk
from lending_core.errors import InvalidInput, InvalidState, LendingError, NotFound

# Nothing is reported to anybody, whatever the environment says.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
PREFIX = "/api/v1"
# The interface's own names are shorter.
_NAME_MAX = 40
_ROUTERS = (house_facts.router, applications.router, consents.router, loans.router, webhooks.router)


def interface(house: House) -> ASGIApp:
    """The routes behind their gate."""
    desk = Desk()
    return Gate(routes(house, desk), desk)


def routes(house: House, desk: Desk) -> FastAPI:
    """The routes alone, with their OpenAPI document."""
    app = FastAPI(
        title="Lending",
        version="1",
        description=openapi.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # An address is asked for as the document spells it: no answer leads anywhere else.
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    app.state.house = house
    app.state.desk = desk
    app.state.rates = Rates()
    app.state.underway = Underway()
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(LendingError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(Exception, _broken)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app


def _refused(request: Request, refusal: Any) -> Response:
    return problems.answer(refusal, request.headers)


def _broken(request: Request, _: Any) -> Response:
    return problems.answer(InvalidState("api_bug"), request.headers)


def _unreadable(request: Request, wrong: Any) -> Response:
    """Where in the request, and by which rule; never what was sent, but for the beginning of names
    that nobody asked for."""
    errors = [
        {"where": ".".join(str(part)[:_NAME_MAX] for part in each["loc"]), "rule": each["type"]}
        for each in wrong.errors()[:20]
    ]
    return problems.answer(InvalidInput("api_body", count=len(errors)), request.headers, errors)


def _unknown(request: Request, wrong: Any) -> Response:
    if wrong.status_code == 405:
        answer = problems.answer(InvalidInput("api_method"), request.headers)
        answer.headers.update(wrong.headers or {})
        return answer
    if wrong.status_code == 404:
        return problems.answer(NotFound("api_path"), request.headers)
    return problems.answer(InvalidInput("api_body", count=1), request.headers)

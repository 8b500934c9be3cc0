"""Refusals as the interface tells them: problem details (RFC 9457) in the asker's language."""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from lending_core.access.clients import api_rules
from lending_core.errors import (
    LANGUAGES,
    InvalidInput,
    InvalidState,
    LendingError,
    NotAllowed,
    NotFound,
)

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
# A name of what went wrong that no address stands behind (RFC 9457, 3.1.1; RFC 8141).
_TYPE = "urn:lending:problem:{reason}"
# What the server refuses before the interface sees it, by status.
REFUSED_BEFORE: dict[int, LendingError] = {
    400: InvalidInput("api_host"),
    413: InvalidInput(
        "api_body_too_large", megabytes=api_rules()["limits"]["body_bytes_max"] // 1_000_000
    ),
    414: InvalidInput("api_address_too_long"),
    429: InvalidState("api_too_many", seconds=60),
}
_UNRECOGNISED = ("api_token", "api_token_missing")
# Refusals of the door itself: before an operation was asked.
_STATUS = {
    "api_host": 400,
    "api_token": 401,
    "api_token_missing": 401,
    "api_path": 404,
    "api_method": 405,
    "api_body_slow": 408,
    "api_body_too_large": 413,
    "api_address_too_long": 414,
    "api_body": 422,
    "api_too_many": 429,
    "api_bug": 500,
    "api_busy": 503,
    "api_unready": 503,
    "no_book": 503,
}


def status_of(refusal: LendingError) -> int:
    """The HTTP status of a refusal."""
    known = _STATUS.get(refusal.reason)
    if known is not None:
        return known
    if isinstance(refusal, NotAllowed):
        return 403
    if isinstance(refusal, NotFound):
        return 404
    return 409 if isinstance(refusal, InvalidState) else 422


def language_of(headers: Headers) -> str:
    """The language that the asker prefers of those the house speaks (RFC 9110, 12.5.4)."""
    asked = []
    # Blanks may stand around a semicolon, and mean nothing anywhere.
    told = headers.get("accept-language", "").replace(" ", "").lower()
    for place, part in enumerate(told.split(",")[:20]):
        tag, _, quality = part.partition(";q=")
        asked.append((-_quality(quality), place, tag[:2]))
    wanted = (tag for quality, _, tag in sorted(asked) if quality < 0)
    return next((tag for tag in wanted if tag in LANGUAGES), LANGUAGES[0])


def problem(refusal: LendingError, language: str) -> dict[str, Any]:
    """The refusal as problem details, in a language."""
    status = status_of(refusal)
    return {
        "type": _TYPE.format(reason=refusal.reason),
        "title": api_rules()["titles"][str(status)][language],
        "status": status,
        "detail": refusal.text(language),
        "reason": refusal.reason,
    }


def answer(
    refusal: LendingError, headers: Headers, errors: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """The refusal as a response. `errors`: where in the request, and what is wrong there; never
    what was sent."""
    refusal = _for_others(refusal)
    language, status = language_of(headers), status_of(refusal)
    told = {**problem(refusal, language), **({"errors": list(errors)} if errors else {})}
    more = {"content-language": language, "vary": "accept-language"}
    if refusal.reason in _UNRECOGNISED:
        more["www-authenticate"] = "Bearer"
    if "seconds" in refusal.facts and status in (429, 503):
        more["retry-after"] = str(refusal.facts["seconds"])
    return Response(json.dumps(told, ensure_ascii=False), status, more, MEDIA_TYPE)


def _for_others(refusal: LendingError) -> LendingError:
    """A file of the house that is missing or wrong is for whoever looks after it, and where it lies
    for nobody else."""
    if not any(isinstance(fact, Path) for fact in refusal.facts.values()):
        return refusal
    _log.error("not answered: %s", refusal.reason)
    return InvalidState("api_unready", seconds=60)


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 0.0

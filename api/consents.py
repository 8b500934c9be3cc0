"""Consents of a borrower: which are asked for, given, taken back."""

from typing import Annotated

from fastapi import APIRouter, Path

from api import answers
from api.bodies import Source
from api.callers import Applying, Caller, Reading
from api.words import Number
from lending_core.operations import own_applications

router = APIRouter(prefix="/applications/{application_id}/consents", tags=["consents"])
ApplicationId = Annotated[Number, Path()]


@router.get("")
def listed(caller: Reading, application_id: ApplicationId) -> answers.ConsentList:
    """The consents that the borrower is asked for, and how each stands."""
    return _told(caller, application_id)


@router.put("/{source}")
def give(caller: Applying, application_id: ApplicationId, source: Source) -> answers.ConsentList:
    """The borrower allows a source, in the words in force on the open day."""
    own_applications.give_consent(caller.store, caller.actor, application_id, source, at=caller.at)
    return _told(caller, application_id)


@router.delete("/{source}")
def withdraw(
    caller: Applying, application_id: ApplicationId, source: Source
) -> answers.ConsentList:
    """The borrower takes a consent back: the source is not read any more."""
    own_applications.take_back_consent(
        caller.store, caller.actor, application_id, source, at=caller.at
    )
    return _told(caller, application_id)


def _told(caller: Caller, application_id: int) -> answers.ConsentList:
    found = own_applications.own_consents(caller.store, caller.actor, application_id)
    rows = found.select("source", "purpose", "text_version", state="consent_state")
    return answers.ConsentList(
        application_id=application_id,
        consents=[answers.Consent(**row) for row in rows.rows(named=True)],
    )

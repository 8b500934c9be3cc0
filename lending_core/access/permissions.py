"""Roles of the staff, what each may do, and the question every operation asks first."""

from dataclasses import dataclass
from enum import StrEnum

from lending_core.errors import NotAllowed


class Permission(StrEnum):
    """What a person may do; named after the work, not after a screen."""

    VIEW_BOOK = "view_book"
    VIEW_APPLICATIONS = "view_applications"
    VIEW_SCORES = "view_scores"
    VIEW_POLICY = "view_policy"
    VIEW_EVENTS = "view_events"
    VIEW_ACCOUNTS = "view_accounts"
    VIEW_PERSONAL_DATA = "view_personal_data"
    SUBMIT_APPLICATION = "submit_application"
    REVIEW_APPLICATION = "review_application"
    RUN_DEMONSTRATION = "run_demonstration"
    SAVE_POLICY = "save_policy"
    APPROVE_POLICY = "approve_policy"
    MANAGE_LINES = "manage_lines"
    RECORD_PAYMENT = "record_payment"
    SERVICE_LOAN = "service_loan"
    CLOSE_DAY = "close_day"
    EXPORT_BOOK = "export_book"
    TRAIN_MODEL = "train_model"
    VALIDATE_MODEL = "validate_model"
    MANAGE_MODELS = "manage_models"
    SWITCH_MODEL = "switch_model"
    AUDIT_FAIRNESS = "audit_fairness"
    IMPORT_TAPE = "import_tape"
    MANAGE_ALERTS = "manage_alerts"
    PREPARE_PROVISIONS = "prepare_provisions"
    SIGN_OFF_PROVISIONS = "sign_off_provisions"
    VIEW_COLLECTIONS = "view_collections"
    COLLECT = "collect"
    MANAGE_COLLECTIONS = "manage_collections"
    VIEW_COMPLIANCE = "view_compliance"
    MANAGE_COMPLIANCE = "manage_compliance"
    SEAL_LEDGER = "seal_ledger"
    HANDLE_DATA_REQUESTS = "handle_data_requests"
    VIEW_ACCESS_LOG = "view_access_log"
    MANAGE_ACCOUNTS = "manage_accounts"
    CHANGE_KEYS = "change_keys"
    PROPOSE_FUNDER = "propose_funder"
    APPROVE_FUNDER = "approve_funder"
    MATCH_LOANS = "match_loans"
    VIEW_OWN_FUNDING = "view_own_funding"
    ISSUE_STATEMENT = "issue_statement"
    PROPOSE_TRANSFER = "propose_transfer"
    APPROVE_TRANSFER = "approve_transfer"
    VIEW_OWN_APPLICATIONS = "view_own_applications"


class Role(StrEnum):
    """Who a person is in the house; a `mini_program` is a program at the HTTP interface, `system`
    the product itself: neither ever signs in."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    RISK_MAKER = "risk_maker"
    RISK_APPROVER = "risk_approver"
    AUDITOR = "auditor"
    COLLECTOR = "collector"
    OPERATIONS = "operations"
    FUNDER = "funder"
    ADMINISTRATOR = "administrator"
    MINI_PROGRAM = "mini_program"
    SYSTEM = "system"


_VIEWER = frozenset(
    {
        Permission.VIEW_BOOK,
        Permission.VIEW_APPLICATIONS,
        Permission.VIEW_SCORES,
        Permission.VIEW_POLICY,
    }
)
_ANALYST = _VIEWER | {
    Permission.VIEW_EVENTS,
    Permission.VIEW_ACCOUNTS,
    Permission.SUBMIT_APPLICATION,
    Permission.RUN_DEMONSTRATION,
    Permission.RECORD_PAYMENT,
    Permission.CLOSE_DAY,
    Permission.IMPORT_TAPE,
    Permission.VIEW_COLLECTIONS,
    Permission.VIEW_COMPLIANCE,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.ANALYST: _ANALYST,
    Role.RISK_MAKER: _ANALYST
    | {
        Permission.VIEW_PERSONAL_DATA,
        Permission.REVIEW_APPLICATION,
        Permission.SAVE_POLICY,
        Permission.MANAGE_LINES,
        Permission.SERVICE_LOAN,
        Permission.TRAIN_MODEL,
        Permission.SWITCH_MODEL,
        Permission.MANAGE_ALERTS,
        Permission.PREPARE_PROVISIONS,
        Permission.COLLECT,
        Permission.MANAGE_COLLECTIONS,
        Permission.PROPOSE_FUNDER,
        Permission.PROPOSE_TRANSFER,
        Permission.MATCH_LOANS,
    },
    # The approver never drafts: two people stand behind every policy and every model in force.
    Role.RISK_APPROVER: _ANALYST
    | {
        Permission.VIEW_PERSONAL_DATA,
        Permission.REVIEW_APPLICATION,
        Permission.APPROVE_POLICY,
        Permission.MANAGE_LINES,
        Permission.SERVICE_LOAN,
        Permission.VALIDATE_MODEL,
        Permission.MANAGE_MODELS,
        Permission.SWITCH_MODEL,
        Permission.MANAGE_ALERTS,
        Permission.SIGN_OFF_PROVISIONS,
        Permission.SEAL_LEDGER,
        Permission.EXPORT_BOOK,
        Permission.HANDLE_DATA_REQUESTS,
        Permission.VIEW_ACCESS_LOG,
        Permission.COLLECT,
        Permission.MANAGE_COLLECTIONS,
        Permission.MANAGE_COMPLIANCE,
        Permission.APPROVE_FUNDER,
        Permission.APPROVE_TRANSFER,
    },
    # Looks at sex, age and region of applicants, which nobody else's screens show; changes nothing.
    Role.AUDITOR: _VIEWER
    | {
        Permission.VIEW_EVENTS,
        Permission.VIEW_ACCOUNTS,
        Permission.VIEW_COMPLIANCE,
        Permission.AUDIT_FAIRNESS,
        Permission.VIEW_ACCESS_LOG,
    },
    # Calls borrowers who are late: sees who they are, and decides nothing about credit.
    Role.COLLECTOR: frozenset(
        {
            Permission.VIEW_BOOK,
            Permission.VIEW_PERSONAL_DATA,
            Permission.VIEW_COLLECTIONS,
            Permission.COLLECT,
        }
    ),
    # Runs the day: payments, closes, statements; neither decides who gets credit nor what it costs.
    Role.OPERATIONS: _VIEWER
    | {
        Permission.VIEW_EVENTS,
        Permission.VIEW_ACCOUNTS,
        Permission.VIEW_PERSONAL_DATA,
        Permission.VIEW_COLLECTIONS,
        Permission.RECORD_PAYMENT,
        Permission.SERVICE_LOAN,
        Permission.CLOSE_DAY,
        Permission.EXPORT_BOOK,
        Permission.IMPORT_TAPE,
        Permission.MATCH_LOANS,
        Permission.ISSUE_STATEMENT,
        Permission.HANDLE_DATA_REQUESTS,
    },
    # A lender's own people: nothing of the house, and of the loans only those their money is in.
    Role.FUNDER: frozenset({Permission.VIEW_OWN_FUNDING}),
    # Says who may sign in as what, and sees nothing of borrowers.
    Role.ADMINISTRATOR: frozenset(
        {Permission.VIEW_EVENTS, Permission.MANAGE_ACCOUNTS, Permission.CHANGE_KEYS}
    ),
    # Speaks for the borrowers that it sent, and for nobody else's: `operations/ownership.py`.
    Role.MINI_PROGRAM: frozenset(
        {
            Permission.SUBMIT_APPLICATION,
            Permission.RECORD_PAYMENT,
            Permission.VIEW_OWN_APPLICATIONS,
        }
    ),
    Role.SYSTEM: frozenset(Permission),
}


# What a console over a lake still has: looking at the book, and saying who may. Whoever is at one
# has of these what their role grants, and none of the work.
READING = frozenset(
    {
        Permission.VIEW_BOOK,
        Permission.VIEW_APPLICATIONS,
        Permission.VIEW_SCORES,
        Permission.VIEW_POLICY,
        Permission.VIEW_EVENTS,
        Permission.VIEW_ACCOUNTS,
        Permission.VIEW_COLLECTIONS,
        Permission.VIEW_COMPLIANCE,
        Permission.MANAGE_ACCOUNTS,
    }
)


@dataclass(frozen=True)
class Actor:
    """A person at work, as loaded from the store on each run.

    `funder_code`: the lender whom the person stands for, whose loans are then all that the person
    sees. `is_demonstration`: who entered without a password, over simulated data. `client_code`:
    the mini-program that asks for its borrowers, who are then all that it reaches. `is_reading`:
    who is at a console over a lake, where nobody works on the book.
    """

    user_name: str
    role: Role
    funder_code: str | None = None
    is_demonstration: bool = False
    client_code: str | None = None
    is_reading: bool = False

    def may(self, permission: Permission) -> bool:
        is_here = not self.is_reading or permission in READING
        return is_here and permission in GRANTS[self.role]


SYSTEM = Actor("system", Role.SYSTEM)


def require(actor: Actor, permission: Permission) -> None:
    """Raises `NotAllowed` unless the actor's role grants the permission, and the console has that
    kind of work."""
    if not actor.may(permission):
        if permission in GRANTS[actor.role]:
            raise NotAllowed("lake_console")
        raise NotAllowed("not_allowed", role=actor.role.value, permission=permission.value)

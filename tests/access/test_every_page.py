"""Every page and every role: who is let in, one line each. The lines are written by hand, so that
who sees a page changes here or not at all."""

import ast

import pytest

from app import MENU
from lending_core.access.accounts import STAFF_ROLES
from lending_core.access.permissions import Actor, Permission, Role, require
from lending_core.errors import NotAllowed
from lending_core.settings import PROJECT_ROOT

# v viewer, a analyst, m risk maker, p risk approver, u auditor, c collector, o operations,
# f funder, d administrator.
ROLES = dict(zip("vampucofd", STAFF_ROLES, strict=True))
LET_IN = """
overview/today.py                     v a m p u c o . .
origination/simulate_application.py   . a m p . . . . .
origination/applications.py           v a m p u . o . .
origination/application.py            v a m p u . o . .
origination/explanation.py            v a m p u . o . .
risk/early_warning.py                 v a m p u c o . .
risk/scores.py                        v a m p u . o . .
risk/models.py                        v a m p u . o . .
risk/limit_policies.py                v a m p u . o . .
risk/policy_versions.py               v a m p u . o . .
risk/optimise.py                      v a m p u . o . .
risk/fast_forward.py                  . a m p . . . . .
risk/line_reviews.py                  v a m p u . o . .
book/overdue_loans.py                 v a m p u c o . .
book/provisions.py                    v a m p u c o . .
book/vintage.py                       v a m p u c o . .
book/roll_rates.py                    v a m p u c o . .
book/loan.py                          v a m p u c o . .
book/tape_loan.py                     v a m p u c o . .
book/customer.py                      v a m p u c o . .
book/collections.py                   . a m p . c o . .
book/collection_case.py               . a m p . c o . .
book/collection_team.py               . a m p . c o . .
book/operations.py                    v a m p u c o . .
book/trial_balance.py                 . a m p u . o . .
book/reports.py                       v a m p u c o . .
funding/funders.py                    v a m p u c o . .
funding/funder.py                     v a m p u c o . .
funding/new_funder.py                 . . m . . . . . .
funding/agreements.py                 v a m p u c o . .
funding/matching.py                   v a m p u . o . .
funding/settlement.py                 . a m p u . o . .
funding/own_loans.py                  . . . . . . . f .
funding/own_months.py                 . . . . . . . f .
funding/own_statements.py             . . . . . . . f .
funding/own_proofs.py                 . . . . . . . f .
data/loan_tapes.py                    v a m p u c o . .
data/other_engines.py                 . . . p . . o . .
governance/events.py                  . a m p u . o . d
governance/ledger.py                  . a m p u . o . d
governance/compliance.py              . a m p u . . . .
governance/marketing_text.py          . a m p u . . . .
governance/published_list.py          . a m p u . . . .
governance/privacy.py                 . . . p u . . . .
governance/data_requests.py           . . . p . . o . .
governance/people.py                  . . . . . . . . d
"""
PAGES = [line.split() for line in LET_IN.strip().splitlines()]


def permission_asked(script: str) -> Permission:
    """The right that a page asks for in its first line: `session.require(Permission.VIEW_BOOK)`."""
    tree = ast.parse((PROJECT_ROOT / "pages" / script).read_text("utf-8"))
    asked = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "session.require"
    ]
    return Permission[ast.unparse(asked[0]).removeprefix("Permission.")]


def is_let_in(permission: Permission, role: Role) -> bool:
    """Whether the page goes past its first line."""
    try:
        require(Actor("somebody", role, "binhai_bank"), permission)
    except NotAllowed:
        return False
    return True


def test_every_page_of_the_menu_has_its_line() -> None:
    assert [f"pages/{script}" for script, *_ in PAGES] == [entry.script for entry in MENU]


@pytest.mark.parametrize(("script", "letters"), [(script, row) for script, *row in PAGES])
def test_a_page_lets_in_the_roles_of_its_line_and_no_other(script: str, letters: list[str]) -> None:
    asked = permission_asked(script)

    seen = [letter if is_let_in(asked, role) else "." for letter, role in ROLES.items()]

    assert seen == letters

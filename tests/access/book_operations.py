"""Operations over a book, with calls that are complete but for the right to make them."""

from collections.abc import Callable
from pathlib import Path

from lending_core import settings
from lending_core.access.permissions import Actor, Permission, Role
from lending_core.operations import (
    accounts,
    agencies,
    agency_reports,
    cohort_reports,
    collection_cases,
    collection_team,
    collections,
    complaints,
    contacts,
    early_warning,
    hardship,
    holds,
    lake_export,
    loan_triggers,
    overdue,
    promises,
    provision_figures,
    provision_lists,
    provision_overlays,
    provision_runs,
    provisions,
    risk_packs,
    rolls,
    tape_books,
    tape_examples,
    tape_loans,
    vintages,
    warning_back_test,
    warning_reports,
    warning_steps,
)
from lending_core.operations.listing import Asked, Order
from lending_core.operations.reports import BookFilter
from lending_core.store.engine import Store
from tests.builders import AT, BUSINESS_ON, OPEN_ON

Call = Callable[[Store, Actor], object]

AN_ACCOUNT = accounts.AccountOrder("wei", Role.ANALYST)
EVERYTHING = BookFilter()
A_VINTAGE = vintages.Asked("default")
A_POINT = vintages.Behind(BUSINESS_ON, BUSINESS_ON, 1)
A_RUN = provision_runs.RunOrder(BUSINESS_ON, "why")
AN_OVERLAY = provision_overlays.OverlayOrder(100, BUSINESS_ON, "why", amount_fen=100)
A_TRIGGER = loan_triggers.TriggerOrder(1, "fraud", "why")
A_SETTLING = warning_steps.Settling(1, "why")
A_CONTACT = contacts.Contact(1, "call", "no_answer")
A_PROMISE = promises.Promise(1, 100, OPEN_ON)
A_COMPLAINT = holds.Complaint(1, "tone")
OF_A_CUSTOMER = complaints.CustomerComplaint(1, "tone")
A_MOVE = rolls.Rolled(EVERYTHING, BUSINESS_ON, "C", "M1")
THE_LATE = overdue.LoansAt(EVERYTHING, BUSINESS_ON)
MOST_OWED = Asked(Order("principal_fen"))
PROVIDED = provision_lists.Provided(BUSINESS_ON)
MOST_LOST = Asked(Order("ecl_fen"))
A_HOLD = holds.Hold(1, "dispute", 7)
A_REPORT = agency_reports.AgencyContact("heyue", A_CONTACT, AT.replace(tzinfo=None))
A_FILE = b"case_id,at,channel,outcome\n1,2026-11-01 09:00,call,no_answer\n"
A_HAND_OVER = agencies.HandOver(1, "heyue")
A_GRANT = hardship.Grant(1, hardship.Easing(1, "re_age"), "")
THE_QUEUE = collections.QueueFilter()

# By the right that each needs.
BOOK_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.MANAGE_ACCOUNTS: (
        lambda store, who: accounts.accounts(store, who),
        lambda store, who: accounts.account_history(store, who, "lin"),
        lambda store, who: accounts.lender_codes(store, who),
        lambda store, who: accounts.open_account(store, who, AN_ACCOUNT, at=AT),
        lambda store, who: accounts.change_role(store, who, AN_ACCOUNT, at=AT),
        lambda store, who: accounts.close_account(store, who, "lin", at=AT),
        lambda store, who: accounts.reopen_account(store, who, "lin", at=AT),
        lambda store, who: accounts.unlock_account(store, who, "lin", at=AT),
        lambda store, who: accounts.reset_password(store, who, "lin", at=AT),
    ),
    Permission.MANAGE_ALERTS: (
        lambda store, who: early_warning.run_rules(store, who, at=AT),
        lambda store, who: warning_steps.own_alert(store, who, 1, "analyst", at=AT),
        lambda store, who: warning_steps.snooze_alert(store, who, A_SETTLING, BUSINESS_ON, at=AT),
        lambda store, who: warning_steps.resolve_alert(store, who, A_SETTLING, at=AT),
        lambda store, who: warning_steps.reopen_alert(store, who, 1, at=AT),
    ),
    Permission.CLOSE_DAY: (lambda store, who: risk_packs.make_risk_pack(store, who, at=AT),),
    Permission.IMPORT_TAPE: (
        lambda store, who: tape_loans.tape_rejects(store, who),
        lambda store, who: tape_examples.example_tape(store, who, BUSINESS_ON),
        lambda store, who: tape_books.remove_book(
            settings.from_environment(), store, who, "no name", at=AT
        ),
    ),
    Permission.VIEW_COLLECTIONS: (
        lambda store, who: collections.queue(store, who, THE_QUEUE, at=AT),
        lambda store, who: collections.case_of_queue(store, who, 1, at=AT),
        lambda store, who: collections.case_log(store, who, 1),
        lambda store, who: collection_cases.case_after_all(store, who, 1),
        lambda store, who: collections.recovery_model(store, who),
        lambda store, who: contacts.allowances(store, who, 1, at=AT),
        lambda store, who: promises.promises_of(store, who, 1),
        lambda store, who: holds.holds_of(store, who, 1),
        lambda store, who: complaints.complaints_of(store, who, 1),
        lambda store, who: agencies.agency_figures(store, who),
        lambda store, who: hardship.easing_looks(store, who, 1),
        lambda store, who: collection_team.collectors(store, who),
        lambda store, who: collection_team.recovery_by_day(store, who),
        lambda store, who: collection_team.cures_by_month(store, who),
        lambda store, who: collection_team.promises_by_month(store, who),
        lambda store, who: collection_team.contacts_by_month(store, who),
        lambda store, who: collection_team.outcomes_by_channel(store, who),
        lambda store, who: collection_team.complaints_by_month(store, who),
    ),
    Permission.COLLECT: (
        lambda store, who: collection_cases.take(store, who, 1, at=AT),
        lambda store, who: collection_cases.give_back(store, who, 1, at=AT),
        lambda store, who: collections.take_next(store, who, THE_QUEUE, at=AT),
        lambda store, who: contacts.log_contact(store, who, A_CONTACT, key="c", at=AT),
        lambda store, who: promises.record_promise(store, who, A_PROMISE, key="p", at=AT),
        lambda store, who: holds.record_complaint(store, who, A_COMPLAINT, key="m", at=AT),
        lambda store, who: complaints.complain(store, who, OF_A_CUSTOMER, key="n", at=AT),
    ),
    Permission.MANAGE_COLLECTIONS: (
        lambda store, who: holds.place_hold(store, who, A_HOLD, key="h", at=AT),
        lambda store, who: holds.lift_hold(store, who, 1, at=AT),
        lambda store, who: agency_reports.report_contact(store, who, A_REPORT, key="r", at=AT),
        lambda store, who: agency_reports.upload_contacts(store, who, "heyue", A_FILE, at=AT),
        lambda store, who: agencies.hand_over(store, who, A_HAND_OVER, key="o", at=AT),
        lambda store, who: agencies.recall(store, who, agencies.Recall(1, "conduct"), at=AT),
        lambda store, who: hardship.grant_easing(store, who, A_GRANT, key="g", at=AT),
    ),
    Permission.PREPARE_PROVISIONS: (
        lambda store, who: provision_runs.prepare_provisions(store, who, A_RUN, at=AT),
        lambda store, who: provision_overlays.propose_overlay(store, who, AN_OVERLAY, at=AT),
        lambda store, who: loan_triggers.record_trigger(store, who, A_TRIGGER, at=AT),
        lambda store, who: loan_triggers.lift_trigger(store, who, 1, "why", at=AT),
    ),
    Permission.SIGN_OFF_PROVISIONS: (
        lambda store, who: provision_runs.sign_off_provisions(store, who, 1, at=AT),
        lambda store, who: provision_runs.return_provisions(store, who, 1, "why", at=AT),
        lambda store, who: provision_overlays.approve_overlay(store, who, 1, at=AT),
        lambda store, who: provision_overlays.refuse_overlay(store, who, 1, "why", at=AT),
    ),
    Permission.EXPORT_BOOK: (
        lambda store, who: lake_export.handed_over(store, who, Path("no such lake")),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: provision_figures.month_ends(store, who),
        lambda store, who: provision_figures.provision_figures(store, who, BUSINESS_ON),
        lambda store, who: provision_lists.count_of(store, who, PROVIDED),
        lambda store, who: provision_lists.loans_of(store, who, PROVIDED, MOST_LOST),
        lambda store, who: provision_lists.all_loans_of(store, who, PROVIDED, MOST_LOST.order),
        lambda store, who: provisions.default_back_test(store, who, BUSINESS_ON),
        lambda store, who: provision_runs.provision_runs(store, who),
        lambda store, who: provision_runs.run_is_as_it_was(store, who, 1),
        lambda store, who: loan_triggers.count_triggers(store, who),
        lambda store, who: loan_triggers.triggers(store, who),
        lambda store, who: loan_triggers.all_triggers(store, who, Order("loan_id")),
        lambda store, who: overdue.stage_flows(store, who, EVERYTHING),
        lambda store, who: overdue.first_payments(store, who, EVERYTHING),
        lambda store, who: overdue.late_entries(store, who, EVERYTHING),
        lambda store, who: overdue.late_parts(store, who, EVERYTHING, BUSINESS_ON, "band"),
        lambda store, who: overdue.month_ends(store, who),
        lambda store, who: overdue.part_values(store, who, BUSINESS_ON),
        lambda store, who: overdue.knows_money(store, who),
        lambda store, who: overdue.count_of(store, who, THE_LATE),
        lambda store, who: overdue.told_of(store, who, THE_LATE, ("band",)),
        lambda store, who: overdue.loans_of(store, who, THE_LATE, MOST_OWED),
        lambda store, who: overdue.all_loans_of(store, who, THE_LATE, MOST_OWED.order),
        lambda store, who: warning_reports.alerts(store, who),
        lambda store, who: warning_reports.alert(store, who, 1),
        lambda store, who: warning_reports.cleared_alerts(store, who),
        lambda store, who: warning_reports.alert_history(store, who, 1),
        lambda store, who: warning_reports.newest_run(store, who),
        lambda store, who: warning_reports.is_stale(store, who),
        lambda store, who: warning_reports.course(store, who, "funder_full", "all", "all"),
        lambda store, who: warning_reports.verdicts_by_month(store, who),
        lambda store, who: warning_reports.rules_now(store, who),
        lambda store, who: warning_reports.count_behind(store, who, 1),
        lambda store, who: warning_reports.loans_behind(store, who, 1, MOST_OWED),
        lambda store, who: warning_reports.all_loans_behind(store, who, 1, MOST_OWED.order),
        lambda store, who: warning_back_test.newest_back_test(store, who),
        lambda store, who: risk_packs.risk_packs(store, who),
        lambda store, who: risk_packs.pack_file(store, who, 1),
        lambda store, who: rolls.moves(store, who, EVERYTHING),
        lambda store, who: rolls.count_rolled(store, who, A_MOVE),
        lambda store, who: rolls.told_of_rolled(store, who, A_MOVE, ("loan_id",)),
        lambda store, who: rolls.rolled_loans(store, who, A_MOVE, MOST_OWED),
        lambda store, who: rolls.all_rolled_loans(store, who, A_MOVE, MOST_OWED.order),
        lambda store, who: vintages.vintage(store, who, A_VINTAGE),
        lambda store, who: vintages.count_bad_loans(store, who, A_VINTAGE, A_POINT),
        lambda store, who: vintages.told_of_bad_loans(store, who, A_VINTAGE, A_POINT, ("loan_id",)),
        lambda store, who: vintages.bad_loans(store, who, A_VINTAGE, A_POINT, MOST_OWED),
        lambda store, who: vintages.all_bad_loans(store, who, A_VINTAGE, A_POINT, MOST_OWED.order),
        lambda store, who: vintages.changed_loans(store, who),
        lambda store, who: vintages.own_segments(store, who),
        lambda store, who: vintages.policy_versions_lent(store, who),
        lambda store, who: vintages.part_values(store, who),
        lambda store, who: vintages.knows_amounts(store, who),
        lambda store, who: cohort_reports.summary_report(store, who, None),
        lambda store, who: tape_loans.tape_origin(store, who),
        lambda store, who: tape_loans.tape_loan(store, who, 1),
        lambda store, who: tape_loans.tape_months(store, who, 1),
        lambda store, who: tape_loans.tape_payments(store, who, 1),
        lambda store, who: tape_loans.loan_called(store, who, "A-1"),
    ),
}

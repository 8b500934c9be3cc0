"""Operations over the compliance register, with calls that are complete but for the right to make
them."""

from lending_core.access.permissions import Permission
from lending_core.operations import (
    compliance_answers,
    compliance_reports,
    compliance_runs,
    cost_sheets,
    publications,
)
from tests.access.book_operations import Call
from tests.builders import AT

AN_ANSWER = compliance_answers.Answer("IL-01", "acknowledged", "why")
AN_ATTESTATION = compliance_answers.Attestation("MK-01", "seen")

# By the right that each needs.
COMPLIANCE_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.MANAGE_COMPLIANCE: (
        lambda store, who: compliance_runs.run_register(store, who, at=AT),
        lambda store, who: compliance_answers.answer(store, who, AN_ANSWER, at=AT),
        lambda store, who: compliance_answers.end_waiver(store, who, 1, "why", at=AT),
        lambda store, who: compliance_answers.attest(store, who, AN_ATTESTATION, at=AT),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: cost_sheets.loan_cost(store, who, 1),
        lambda store, who: cost_sheets.cost_sheet_pdf(store, who, 1, "en", at=AT),
    ),
    Permission.VIEW_COMPLIANCE: (
        lambda store, who: compliance_reports.newest_run(store, who),
        lambda store, who: compliance_reports.register_now(store, who),
        lambda store, who: compliance_reports.findings_of_rule(store, who, "IL-01"),
        lambda store, who: compliance_reports.history_of_rule(store, who, "IL-01"),
        lambda store, who: compliance_reports.broken_by_run(store, who),
        lambda store, who: compliance_reports.answers_of_rule(store, who, "IL-01"),
        lambda store, who: compliance_reports.attestations_of_rule(store, who, "MK-01"),
        lambda store, who: publications.published_list(store, who, "en", at=AT),
    ),
}

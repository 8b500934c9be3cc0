-- One row per month end that a tape tells.
select
    account.loan_id,
    tape_row.position,
    account.disbursed_on,
    coalesce(
        last_day(tape_row.month),
        last_day(date_add($as_of_on, to_months(tape_row.months_from_as_of)))
    ) as month_end_on,
    tape_row.days_past_due,
    tape_row.standing,
    tape_row.principal_fen,
    tape_row.overdue_fen,
    tape_row.paid_fen,
    tape_row.written_off_fen
from tape_row
inner join tape_account as account on tape_row.reference = account.reference
where tape_row.failed is null

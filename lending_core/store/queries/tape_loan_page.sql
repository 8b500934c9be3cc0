-- One row: a loan of an imported tape, the import it came with, and where it stood at its last month end.
select
    tape_loan.*,
    tape_import.import_id,
    tape_import.file_name,
    tape_import.shape,
    tape_import.as_of_on,
    tape_import.imported_by,
    tape_import.recorded_at,
    last_month.month_end_on,
    last_month.standing,
    last_month.bucket,
    last_month.days_past_due,
    last_month.principal_fen as outstanding_fen,
    last_month.overdue_fen,
    last_month.worst_days_past_due
from tape_loan
left join loan_month as last_month
    on tape_loan.loan_id = last_month.loan_id
    and last_month.month_end_on = (
        select max(month_end_on)
        from loan_month
        where loan_id = $loan_id
    )
left join tape_import
    on tape_import.import_id = (
        select max(import_id)
        from tape_import
    )
where tape_loan.loan_id = $loan_id

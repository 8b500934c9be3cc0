-- One row per month end that a tape tells of a loan: how it stood, what was owed and how late it was.
select
    month_end_on,
    months_on_book,
    standing,
    bucket,
    days_past_due,
    principal_fen,
    overdue_fen,
    paid_fen,
    written_off_fen
from loan_month
where loan_id = $loan_id
order by month_end_on

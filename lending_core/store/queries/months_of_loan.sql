-- One row per month end of a loan: what was owed and how late it was.
select
    month_end_on,
    months_on_book,
    days_past_due,
    bucket,
    principal_fen,
    overdue_fen,
    paid_fen
from loan_month
where loan_id = $loan_id
order by month_end_on

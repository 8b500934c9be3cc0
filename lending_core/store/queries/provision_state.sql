-- One row per loan that owes principal at a month end: where it stands, and what of its plan is left.
select
    loan_month.loan_id,
    lent_loan.reference,
    lent_loan.customer_id,
    loan_month.product_code,
    loan_month.region_code,
    loan_month.funder_code,
    loan_month.scenario,
    loan_month.channel,
    loan_month.band,
    loan_month.days_past_due,
    loan_month.worst_days_past_due,
    loan_month.bucket,
    loan_month.asset_class,
    loan_month.stage,
    loan_month.annual_rate,
    loan_month.principal_fen,
    coalesce(loan_month.interest_receivable_fen, 0) as interest_receivable_fen,
    coalesce(loan_month.penalty_fen, 0) as penalty_fen,
    coalesce(loan_month.fee_fen, 0) as fee_fen,
    loan_month.allowance_fen,
    greatest(lent_loan.instalments - loan_month.months_on_book, 1) as remaining_months
from loan_month
inner join lent_loan on loan_month.loan_id = lent_loan.loan_id
where loan_month.month_end_on = $month_end_on and loan_month.standing = 'open'
order by loan_month.loan_id

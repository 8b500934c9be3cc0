-- One row per loan and month end of a sample of the loans, as a tape of another lender would tell them.
with sampled as (
    select loan_id
    from lent_loan
    order by loan_id * 7919 % 10007, loan_id
    limit $loans_max
)

select
    concat('D', cast(loan_month.loan_id as varchar)) as contract_no,
    loan_month.month_end_on as report_month,
    loan_month.days_past_due as days_late,
    round(cast(loan_month.principal_fen as double) / 100, 2) as balance,
    round(cast(loan_month.overdue_fen as double) / 100, 2) as arrears,
    round(cast(loan_month.paid_fen as double) / 100, 2) as paid_in_month,
    case loan_month.standing
        when 'open' then 'Current'
        when 'paid' then 'Closed'
        else 'Charged off'
    end as loan_status,
    loan_month.disbursed_on as start_date,
    round(cast(loan_month.lent_fen as double) / 100, 2) as loan_amount,
    cast(loan_month.annual_rate as double) as interest_rate,
    lent_loan.instalments as term_months,
    loan_month.product_code as product,
    loan_month.region_code as province,
    loan_month.funder_code as lender,
    loan_month.band as grade
from loan_month
inner join sampled on loan_month.loan_id = sampled.loan_id
inner join lent_loan on loan_month.loan_id = lent_loan.loan_id
where loan_month.month_end_on <= $until_on
order by loan_month.loan_id, loan_month.month_end_on

-- One row per month end from $from_on to $to_on and funder: the principal it is owed, and what its money costs a year.
select
    loan_month_detail.month_end_on,
    loan_month_detail.funder_code,
    funder.annual_cost,
    cast(sum(loan_month_detail.principal_fen) as bigint) as principal_fen
from loan_month_detail
inner join funder on loan_month_detail.funder_code = funder.funder_code
where loan_month_detail.month_end_on between $from_on and $to_on
group by loan_month_detail.month_end_on, loan_month_detail.funder_code, funder.annual_cost
order by loan_month_detail.month_end_on, loan_month_detail.funder_code

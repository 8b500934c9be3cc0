-- One row per loan that a matching was asked for: what it paid out by its number, what it left by that of its wait,
-- negative.
select
    loan.loan_id,
    loan.product_code,
    loan.region_code,
    loan.band,
    loan.annual_rate,
    loan.instalments,
    loan.principal_fen,
    coalesce(funding_wait.since_on, loan.disbursed_on) as waiting_since
from lead_funding
inner join loan on lead_funding.loan_id = loan.loan_id
left join funding_wait_end on loan.loan_id = funding_wait_end.loan_id
left join funding_wait on funding_wait_end.wait_id = funding_wait.wait_id
where lead_funding.run_id = $run_id
union all
select
    -funding_left.wait_id as loan_id,
    credit_line.product_code,
    customer.region_code,
    decision.band,
    credit_line.annual_rate,
    funding_wait.instalments,
    funding_left.principal_fen,
    funding_wait.since_on as waiting_since
from funding_left
inner join funding_wait on funding_left.wait_id = funding_wait.wait_id
inner join credit_line on funding_wait.line_id = credit_line.line_id
inner join customer on credit_line.customer_id = customer.customer_id
inner join decision on funding_wait.application_id = decision.application_id
where funding_left.run_id = $run_id
order by loan_id

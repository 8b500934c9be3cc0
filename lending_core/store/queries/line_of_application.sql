-- One row per credit line without a loan yet: which application opened it.
select
    credit_line.line_id,
    credit_line.application_id
from credit_line
left join loan on credit_line.application_id = loan.application_id
where loan.loan_id is null

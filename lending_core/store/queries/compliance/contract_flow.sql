-- One row per movement of money by a loan's contract: received is positive.
select
    loan.loan_id,
    loan.disbursed_on as on_day,
    loan.principal_fen as amount_fen
from loan
where $loan_id is null or loan.loan_id = $loan_id
union all
select
    instalment.loan_id,
    instalment.due_on as on_day,
    -(instalment.principal_fen + instalment.interest_fen) as amount_fen
from instalment
where $loan_id is null or instalment.loan_id = $loan_id
order by loan_id, on_day

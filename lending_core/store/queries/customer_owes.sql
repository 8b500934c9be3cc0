-- One row per customer, or one of them, of whom something is late at the newest close: the worst loan, what is due
-- now with penalty and fees (overdue_fen), and everything that would settle (owed_fen).
select
    loan.customer_id,
    count(*) as late_loans,
    max(loan_position.days_past_due) as days_past_due,
    bool_or(loan_position.is_charged_off) as is_charged_off,
    max_by(loan_position.bucket, loan_position.days_past_due) as bucket,
    cast(sum(loan_position.principal_fen) as bigint) as principal_fen,
    cast(sum(case when loan_position.is_charged_off then loan_position.claim_fen
        else loan_position.overdue_fen + loan_position.penalty_fen + loan_position.fee_fen end)
        as bigint) as overdue_fen,
    cast(sum(case when loan_position.is_charged_off then loan_position.claim_fen
        else loan_position.payoff_fen end) as bigint) as owed_fen
from loan_position
inner join loan on loan_position.loan_id = loan.loan_id
where
    (
        loan_position.days_past_due > 0
        or (loan_position.is_charged_off and loan_position.claim_fen > 0)
    )
    and ($customer_id is null or loan.customer_id = $customer_id)
group by loan.customer_id
order by loan.customer_id

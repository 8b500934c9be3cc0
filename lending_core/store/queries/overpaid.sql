-- One row per loan with money of the borrower on it at the newest close, save those paid back since then.
select
    loan_id,
    excess_fen as amount_fen
from loan_position
where
    excess_fen > 0
    and loan_id not in (
        select loan_event.loan_id
        from loan_event
        inner join loan_position as seen on loan_event.loan_id = seen.loan_id
        where loan_event.kind = 'refund' and loan_event.effective_on > seen.closed_on
    )
order by loan_id

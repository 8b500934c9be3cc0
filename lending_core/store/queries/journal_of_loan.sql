-- One row per journal line of a loan, the debit of each posting first; debits are positive.
select
    entry_id,
    booked_on,
    funder_code,
    flow,
    account,
    amount_fen
from journal
where loan_id = $loan_id
order by booked_on, entry_id, flow, amount_fen desc

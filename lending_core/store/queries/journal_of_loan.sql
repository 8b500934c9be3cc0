-- One row per journal line of a loan; debits are positive.
select
    entry_id,
    booked_on,
    funder_code,
    account,
    amount_fen
from journal
where loan_id = $loan_id
order by entry_id, account

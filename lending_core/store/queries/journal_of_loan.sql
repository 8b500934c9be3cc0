-- One row per journal line of a loan, the account that its flow debits first; debits are positive.
select
    journal.entry_id,
    journal.booked_on,
    journal.funder_code,
    journal.flow,
    journal.account,
    journal.amount_fen
from journal
inner join flow on journal.flow = flow.flow
where journal.loan_id = $loan_id
order by
    journal.booked_on,
    journal.entry_id,
    flow.position,
    case when journal.account = flow.debit_account then 0 else 1 end

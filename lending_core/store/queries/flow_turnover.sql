-- One row per flow with postings from $from_on to $to_on: what was booked, less what was taken back.
select
    posting.flow,
    flow.debit_account,
    flow.credit_account,
    cast(sum(posting.amount_fen) as bigint) as amount_fen
from posting
inner join flow on posting.flow = flow.flow
where
    posting.booked_on between $from_on and $to_on
    and ($funder_codes is null or list_contains($funder_codes, posting.funder_code))
group by posting.flow, flow.position, flow.debit_account, flow.credit_account
order by flow.position

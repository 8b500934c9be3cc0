-- One row per payment out of a guarantee: what of it is booked and has not come back; null where nothing is booked.
select
    guarantee_call.call_id,
    cast(guarantee_booked.outstanding_fen as bigint) as outstanding_fen,
    guarantee_call.amount_fen as called_fen
from guarantee_call
left join guarantee_booked
    on guarantee_call.loan_id = guarantee_booked.loan_id
    and guarantee_call.funder_code = guarantee_booked.funder_code
order by guarantee_call.call_id

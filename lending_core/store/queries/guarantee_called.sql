-- One row per lender that was paid out of its guarantee in a period: how much, and what of it came back since.
select
    guarantee_call.funder_code,
    cast(sum(guarantee_call.amount_fen) as bigint) as called_fen,
    cast(
        sum(
            guarantee_call.amount_fen
            - coalesce(guarantee_booked.outstanding_fen, guarantee_call.amount_fen)
        ) as bigint
    ) as returned_fen
from guarantee_call
left join guarantee_booked
    on guarantee_call.loan_id = guarantee_booked.loan_id
    and guarantee_call.funder_code = guarantee_booked.funder_code
where guarantee_call.called_on between $from_on and $to_on
group by guarantee_call.funder_code
order by guarantee_call.funder_code

-- One row per lender, day and kind of money that the journal of loans does not hold: prices of loans that changed
-- hands (to the seller, from the buyer) and payments out of guarantees.
with approved as (
    select loan_transfer.*
    from loan_transfer
    inner join loan_transfer_step
        on
            loan_transfer.transfer_id = loan_transfer_step.transfer_id
            and loan_transfer_step.step = 'approved'
),
paid as (
    select
        from_code as funder_code,
        effective_on as booked_on,
        'price' as flow,
        price_fen as amount_fen
    from approved
    union all
    select
        to_code as funder_code,
        effective_on as booked_on,
        'price' as flow,
        -price_fen as amount_fen
    from approved
    union all
    select
        funder_code,
        called_on as booked_on,
        'guarantee' as flow,
        amount_fen
    from guarantee_call
)
select
    funder_code,
    booked_on,
    flow,
    cast(sum(amount_fen) as bigint) as amount_fen
from paid
where
    booked_on between $from_on and $to_on
    and ($funder_code is null or funder_code = $funder_code)
group by funder_code, booked_on, flow
order by booked_on, funder_code, flow

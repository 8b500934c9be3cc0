-- One row per lender, day and kind of money that is a lender's own and not a part of a loan's: prices of loans that
-- changed hands (to the seller, from the buyer), and what the journal says of guarantees, less what came back.
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
        booked_on,
        'guarantee' as flow,
        case when flow = 'guarantee_called' then amount_fen else -amount_fen end as amount_fen
    from posting
    where flow in ('guarantee_called', 'guarantee_returned')
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

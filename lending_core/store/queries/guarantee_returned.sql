-- One row per payment out of a guarantee and day of a period on which money of its loan moved: what of the lender's part
-- of principal repaid, and of what was recovered, has gone back into the guarantee by then, up to what it paid. Parts are
-- those that settlement passes on.
with touched as (
    select *
    from guarantee_call
    where loan_id in (
        select loan_id
        from posting
        where flow in ('principal_repaid', 'recovered') and booked_on between $from_on and $to_on
    )
),
part as (
    select
        touched.call_id,
        called_loan_moved.booked_on,
        case when called_loan_moved.is_recovered then 1 else -1 end as sign,
        called_loan_moved.after_fen,
        called_loan_moved.after_fen - called_loan_moved.change_fen as earlier_fen,
        funding_span.before_fen as low_fen,
        funding_span.before_fen + funding_span.share_fen as high_fen,
        funding_span.lent_fen
    from touched
    inner join called_loan_moved
        on touched.loan_id = called_loan_moved.loan_id and called_loan_moved.booked_on > touched.called_on
    inner join funding_span
        on touched.loan_id = funding_span.loan_id
        and touched.funder_code = funding_span.funder_code
        and called_loan_moved.booked_on >= funding_span.from_on
        and (funding_span.until_on is null or called_loan_moved.booked_on < funding_span.until_on)
    where called_loan_moved.flow in ('principal_repaid', 'recovered')
),
came as (
    select
        *,
        sum(
            sign * (after_fen * high_fen // lent_fen - after_fen * low_fen // lent_fen)
            - sign * (earlier_fen * high_fen // lent_fen - earlier_fen * low_fen // lent_fen)
        ) over (partition by call_id order by booked_on) as came_fen
    from part
)
select distinct
    touched.call_id,
    touched.loan_id,
    touched.funder_code,
    came.booked_on,
    cast(greatest(0, least(touched.amount_fen, came.came_fen)) as bigint) as returned_fen
from came
inner join touched on came.call_id = touched.call_id
where came.booked_on >= $from_on
order by touched.call_id, came.booked_on

-- One row per month of the first day late: loans that left the first stage then, counted by the day their oldest unpaid
-- instalment was one day late, and how many of them went on into the third stage (31 days late) without coming back.
with moved as (
    select
        bucket_move.loan_id,
        bucket_move.principal_fen,
        was_in.position as from_position,
        now_in.position as to_position,
        bucket_move.moved_on - bucket_move.days_past_due + 1 as late_on
    from bucket_move
    inner join bucket as was_in on bucket_move.from_bucket = was_in.bucket
    inner join bucket as now_in on bucket_move.to_bucket = now_in.bucket
),
went_on as (
    select distinct
        loan_id,
        late_on
    from moved
    where from_position < 2 and to_position >= 2
)
select
    last_day(moved.late_on) as month_end_on,
    count(*) as entered_loans,
    cast(sum(moved.principal_fen) as bigint) as entered_fen,
    count(went_on.loan_id) as went_on_loans,
    cast(sum(case when went_on.loan_id is null then 0 else moved.principal_fen end) as bigint)
        as went_on_fen
from moved
left join went_on on moved.loan_id = went_on.loan_id and moved.late_on = went_on.late_on
where
    moved.from_position = 0
    -- Loans are looked up only where a part of the book is asked for.
    and (
        not $is_part
        or moved.loan_id in (
            select loan.loan_id
            from loan
            inner join lead_funding on loan.loan_id = lead_funding.loan_id
            where
                $is_part
                and ($product_codes is null or list_contains($product_codes, loan.product_code))
                and ($region_codes is null or list_contains($region_codes, loan.region_code))
                and ($funder_codes is null or list_contains($funder_codes, lead_funding.funder_code))
                and ($bands is null or list_contains($bands, loan.band))
                and ($scenarios is null or list_contains($scenarios, loan.scenario))
                and ($channels is null or list_contains($channels, loan.channel))
        )
    )
group by last_day(moved.late_on)
order by last_day(moved.late_on)

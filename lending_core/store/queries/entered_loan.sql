-- One row per loan and run of lateness that began in a month: as the loan stands at the newest close. went_on: whether
-- the run reached 31 days.
with moved as (
    select
        bucket_move.loan_id,
        was_in.position as from_position,
        now_in.position as to_position,
        bucket_move.moved_on - bucket_move.days_past_due + 1 as late_on
    from bucket_move
    inner join bucket as was_in on bucket_move.from_bucket = was_in.bucket
    inner join bucket as now_in on bucket_move.to_bucket = now_in.bucket
    where last_day(bucket_move.moved_on - bucket_move.days_past_due + 1) = $month_end_on
),
went_on as (
    select distinct
        loan_id,
        late_on
    from moved
    where from_position < 2 and to_position >= 2
)
select
    moved.loan_id,
    loan.product_code,
    loan.region_code,
    lead_funding.funder_code,
    loan.band,
    loan.scenario,
    loan.channel,
    case
        when loan_position.is_charged_off then 'written_off'
        when loan_position.principal_fen > 0 then 'open'
        else 'paid'
    end as standing,
    loan_position.bucket,
    loan_position.days_past_due,
    loan_position.principal_fen,
    loan_position.overdue_fen,
    loan.principal_fen as lent_fen,
    loan.disbursed_on,
    moved.late_on
from moved
left join went_on on moved.loan_id = went_on.loan_id and moved.late_on = went_on.late_on
inner join loan on moved.loan_id = loan.loan_id
inner join loan_position on moved.loan_id = loan_position.loan_id
inner join lead_funding on moved.loan_id = lead_funding.loan_id
where
    moved.from_position = 0
    and ($went_further is null or $went_further = (went_on.loan_id is not null))
    and ($product_codes is null or list_contains($product_codes, loan.product_code))
    and ($region_codes is null or list_contains($region_codes, loan.region_code))
    and ($funder_codes is null or list_contains($funder_codes, lead_funding.funder_code))
    and ($bands is null or list_contains($bands, loan.band))
    and ($scenarios is null or list_contains($scenarios, loan.scenario))
    and ($channels is null or list_contains($channels, loan.channel))

-- One row per month from $from_on to $to_on and segment: what moved after day $day_number of the month, net: principal
-- that became 30+ (31 to 180 days late), and of the loans on time at the month end before those that became late.
with move as (
    select
        last_day(bucket_move.moved_on) as measured_on,
        lent_loan.product_code,
        lent_loan.region_code,
        lent_loan.funder_code,
        lent_loan.band,
        lent_loan.scenario,
        lent_loan.channel,
        bucket_move.principal_fen,
        case when now_in.days_past_due_from > 30 and now_in.days_past_due_to is not null then 1 else 0 end
            - case when was_in.days_past_due_from > 30 and was_in.days_past_due_to is not null then 1 else 0 end
            as late_30,
        case
            when stood.previous_bucket is distinct from 'C' then 0
            else cast(bucket_move.to_bucket <> 'C' as integer)
                - cast(bucket_move.from_bucket <> 'C' as integer)
        end as late_1
    from bucket_move
    inner join lent_loan on bucket_move.loan_id = lent_loan.loan_id
    left join loan_month as stood
        on bucket_move.loan_id = stood.loan_id and last_day(bucket_move.moved_on) = stood.month_end_on
    inner join bucket as was_in on bucket_move.from_bucket = was_in.bucket
    inner join bucket as now_in on bucket_move.to_bucket = now_in.bucket
    where
        bucket_move.moved_on between $from_on and $to_on
        and extract(day from bucket_move.moved_on) > $day_number
)
select
    measured_on,
    case
        when grouping(product_code) = 0 then 'product_code'
        when grouping(region_code) = 0 then 'region_code'
        when grouping(funder_code) = 0 then 'funder_code'
        when grouping(band) = 0 then 'band'
        when grouping(scenario) = 0 then 'scenario'
        when grouping(channel) = 0 then 'channel'
        else 'all'
    end as segment_kind,
    case
        when grouping(product_code) = 0 then product_code
        when grouping(region_code) = 0 then region_code
        when grouping(funder_code) = 0 then funder_code
        when grouping(band) = 0 then band
        when grouping(scenario) = 0 then scenario
        when grouping(channel) = 0 then channel
        else 'all'
    end as segment,
    cast(sum(principal_fen * late_30) as bigint) as added_30_fen,
    cast(sum(late_1) as bigint) as added_1_loans
from move
group by grouping sets (
    (measured_on),
    (measured_on, product_code),
    (measured_on, region_code),
    (measured_on, funder_code),
    (measured_on, band),
    (measured_on, scenario),
    (measured_on, channel)
)

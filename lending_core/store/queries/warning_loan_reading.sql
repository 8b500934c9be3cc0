-- One row per month end from $from_on (or newest closed day) and segment: what is late, became late and rolled on.
-- Headline shares leave out what is more than 180 days late (EC-06), on both sides. What was written off rolled on.
select
    month_end_on as measured_on,
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
    count(case when standing = 'open' then 1 end) as open_loans,
    sum(case when standing = 'open' then principal_fen end) as open_fen,
    count(case when standing = 'open' and days_past_due <= 180 then 1 end) as loans,
    sum(case when standing = 'open' and days_past_due <= 180 then principal_fen end) as balance_fen,
    count(case when standing = 'open' and days_past_due between 31 and 180 then 1 end)
        as late_30_loans,
    sum(case when standing = 'open' and days_past_due between 31 and 180 then principal_fen end)
        as late_30_fen,
    count(case when standing = 'open' and entered_90 then 1 end) as entered_90_loans,
    sum(case when standing = 'open' and entered_90 then principal_fen end) as entered_90_fen,
    count(case when previous_bucket = 'C' then 1 end) as roll_c_units,
    count(
        case
            when previous_bucket = 'C'
                and (standing = 'written_off' or (standing = 'open' and bucket <> 'C'))
                then 1
        end
    ) as roll_c_cases,
    count(case when previous_bucket = 'M1' then 1 end) as roll_m1_units,
    count(
        case
            when previous_bucket = 'M1'
                and (standing = 'written_off' or (standing = 'open' and days_past_due > 30))
                then 1
        end
    ) as roll_m1_cases,
    count(case when previous_bucket = 'M2' then 1 end) as roll_m2_units,
    count(
        case
            when previous_bucket = 'M2'
                and (standing = 'written_off' or (standing = 'open' and days_past_due > 60))
                then 1
        end
    ) as roll_m2_cases
from loan_month
where month_end_on >= $from_on
group by grouping sets (
    (month_end_on),
    (month_end_on, product_code),
    (month_end_on, region_code),
    (month_end_on, funder_code),
    (month_end_on, band),
    (month_end_on, scenario),
    (month_end_on, channel)
)

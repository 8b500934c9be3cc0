-- One row per month of disbursement and segment, $months_on_book months later: its loans, and those ever 30+ by then.
with entry as (
    select loan_id
    from loan_month
    where entered_30 and months_on_book <= $months_on_book
    group by loan_id
)
select
    last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)) as measured_on,
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
    count(*) as units,
    count(entry.loan_id) as cases
from lent_loan
left join entry on lent_loan.loan_id = entry.loan_id
where
    last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)) >= $from_on
    and last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)) <= $business_on
group by grouping sets (
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month))),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), product_code),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), region_code),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), funder_code),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), band),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), scenario),
    (last_day(date_add(lent_loan.disbursed_on, interval ($months_on_book) month)), channel)
)

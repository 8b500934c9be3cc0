-- One row per month (or newest closed day) and segment: loans that had $days_past_due days to pay their first
-- instalment by then, and those that at its end had still not paid it.
with due as (
    select
        loan.loan_id,
        loan.first_due_on,
        loan.product_code,
        loan.region_code,
        lead_funding.funder_code,
        loan.band,
        loan.scenario,
        loan.channel,
        least(
            last_day(date_add(loan.first_due_on, interval ($days_past_due + 1) day)),
            cast($business_on as date)
        ) as measured_on
    from loan
    inner join lead_funding on loan.loan_id = lead_funding.loan_id
    where
        date_add(loan.first_due_on, interval ($days_past_due + 1) day) <= $business_on
        and last_day(date_add(loan.first_due_on, interval ($days_past_due + 1) day)) >= $from_on
)
select
    due.measured_on,
    case
        when grouping(due.product_code) = 0 then 'product_code'
        when grouping(due.region_code) = 0 then 'region_code'
        when grouping(due.funder_code) = 0 then 'funder_code'
        when grouping(due.band) = 0 then 'band'
        when grouping(due.scenario) = 0 then 'scenario'
        when grouping(due.channel) = 0 then 'channel'
        else 'all'
    end as segment_kind,
    case
        when grouping(due.product_code) = 0 then due.product_code
        when grouping(due.region_code) = 0 then due.region_code
        when grouping(due.funder_code) = 0 then due.funder_code
        when grouping(due.band) = 0 then due.band
        when grouping(due.scenario) = 0 then due.scenario
        when grouping(due.channel) = 0 then due.channel
        else 'all'
    end as segment,
    count(*) as units,
    count(
        case
            when loan_month.days_past_due
                >= date_diff('day', due.first_due_on, due.measured_on) then 1
        end
    ) as cases
from due
left join loan_month
    on due.loan_id = loan_month.loan_id and due.measured_on = loan_month.month_end_on
group by grouping sets (
    (due.measured_on),
    (due.measured_on, due.product_code),
    (due.measured_on, due.region_code),
    (due.measured_on, due.funder_code),
    (due.measured_on, due.band),
    (due.measured_on, due.scenario),
    (due.measured_on, due.channel)
)

-- One row per policy version: what came of the applications that it decided in a window of days.
-- A first loan counts as late early when a month end of its first months found it late enough.
with decided as (
    select
        decision.application_id,
        decision.policy_version,
        decision.outcome,
        decision.limit_fen,
        row_number() over (
            partition by application.customer_id
            order by application.application_id
        ) as turn
    from decision
    inner join application on decision.application_id = application.application_id
    where
        list_contains($policy_versions, decision.policy_version)
        and application.applied_on >= $from_on
        and ($before_on is null or application.applied_on < $before_on)
),
counted as (
    select *
    from decided
    where turn = 1 or not $is_once_per_customer
),
first_loan as (
    select
        loan.application_id,
        min(loan.loan_id) as loan_id
    from loan
    inner join counted on loan.application_id = counted.application_id
    group by loan.application_id
),
ripe as (
    select
        first_loan.application_id,
        max(
            case
                when loan_month.months_on_book <= $late_months
                    and loan_month.days_past_due >= $late_days then 1
                else 0
            end
        ) as is_late
    from first_loan
    inner join loan on first_loan.loan_id = loan.loan_id
    inner join loan_month on first_loan.loan_id = loan_month.loan_id
    where loan.first_due_on <= $ripe_until
    group by first_loan.application_id
)
select
    counted.policy_version,
    count(*) as applications,
    cast(count_if(counted.outcome = 'approve') as bigint) as approvals,
    count(ripe.application_id) as loans,
    cast(coalesce(sum(ripe.is_late), 0) as bigint) as late_loans,
    avg(case when counted.outcome = 'approve' then cast(counted.limit_fen as double) end)
        as limit_mean_fen,
    stddev_samp(case when counted.outcome = 'approve' then cast(counted.limit_fen as double) end)
        as limit_spread_fen
from counted
left join ripe on counted.application_id = ripe.application_id
group by counted.policy_version
order by counted.policy_version

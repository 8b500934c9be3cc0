-- One row per contact with a third person while the borrower was not lost (CO-04).
with third as (
    select
        contact_id,
        case_id,
        customer_id
    from contact_attempt
    where party <> 'borrower' and local_on >= $effective_on
),
before as (
    select
        third.contact_id,
        attempt.contact_id as attempt_id,
        list_contains($failed_outcomes, attempt.outcome) as is_failed,
        list_contains($invalid_outcomes, attempt.outcome) as is_invalid,
        max(case when attempt.is_connected
            and not list_contains($failed_outcomes, attempt.outcome) then attempt.contact_id end)
            over (partition by third.contact_id) as reached_id
    from third
    inner join contact_attempt as attempt
        on third.customer_id = attempt.customer_id
        and attempt.contact_id < third.contact_id
        and attempt.party = 'borrower'
),
counted as (
    select
        contact_id,
        count(case when is_failed and attempt_id > coalesce(reached_id, 0) then 1 end) as failed,
        count(case when is_invalid and attempt_id > coalesce(reached_id, 0) then 1 end) as invalid
    from before
    group by contact_id
)
select
    third.case_id as subject_id,
    coalesce(counted.failed, 0) as measured,
    $failed_min as limit_value
from third
left join counted on third.contact_id = counted.contact_id
where coalesce(counted.failed, 0) < $failed_min and coalesce(counted.invalid, 0) = 0
order by third.contact_id

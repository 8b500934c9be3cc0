-- One row per open case with attempts, or one of them: how many for this case, of them since a day, whether the
-- borrower was reached since then, and the newest attempt.
select
    open_case.case_id,
    count(case when contact_attempt.case_id = open_case.case_id then 1 end) as attempts,
    count(case when business_on > $since_on then 1 end) as contacts,
    coalesce(bool_or(business_on > $since_on and is_connected and party = 'borrower'
        and not list_contains($failed_outcomes, outcome)), false) as is_reached,
    max_by(attempted_at, contact_id) as last_contact_at,
    max_by(channel, contact_id) as last_channel,
    max_by(outcome, contact_id) as last_outcome
from open_case
inner join contact_attempt on open_case.customer_id = contact_attempt.customer_id
where $case_id is null or open_case.case_id = $case_id
group by open_case.case_id
order by open_case.case_id

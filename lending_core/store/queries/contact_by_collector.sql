-- One row per collector of the house and outcome of attempts since a day.
select
    recorded_by,
    channel,
    outcome,
    is_connected,
    count(*) as contacts,
    count(distinct case_id) as cases
from contact_attempt
where business_on >= $from_on and agency_code is null
group by recorded_by, channel, outcome, is_connected
order by recorded_by, contacts desc, channel, outcome

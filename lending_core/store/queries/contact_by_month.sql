-- One row per month: attempts of the house, those that somebody answered, the cases they were about, the open cases of the month.
with worked as (
    select
        last_day(business_on) as month_end_on,
        count(*) as contacts,
        count(case when is_connected then 1 end) as connected,
        count(distinct case_id) as cases_contacted
    from contact_attempt
    where business_on >= $from_on and agency_code is null
    group by last_day(business_on)
)
select
    worked.month_end_on,
    worked.contacts,
    worked.connected,
    worked.cases_contacted,
    count(collection_case.case_id) as cases_open
from worked
left join (
    collection_case
    left join collection_case_end on collection_case.case_id = collection_case_end.case_id
)
    on collection_case.opened_on <= worked.month_end_on
    and (
        collection_case_end.closed_on is null
        or collection_case_end.closed_on > last_day(worked.month_end_on - interval 1 month)
    )
group by worked.month_end_on, worked.contacts, worked.connected, worked.cases_contacted
order by worked.month_end_on

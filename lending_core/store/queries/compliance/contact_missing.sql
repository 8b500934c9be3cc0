-- One row per case with contacts of the last years that the ledger has and the records have no more (CO-10).
with told as (
    select
        subject_id as case_id,
        cast(json_extract_string(payload, '$.contact_id') as bigint) as contact_id
    from event
    where
        action in ('contact_logged', 'agency_contact_reported')
        and business_on >= date_add(cast($on as date), interval (-$years) year)
)
select
    told.case_id as subject_id,
    count(*) as measured
from told
left join contact_attempt on told.contact_id = contact_attempt.contact_id
where contact_attempt.contact_id is null
group by told.case_id
order by subject_id

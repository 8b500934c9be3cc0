-- One row per thing that happened in the cases of a customer, newest first.
with entry as (
    select case_id, opened_on as happened_on, recorded_at, 'opened' as entry, null as code, null as channel,
        null as party, null as amount_fen, null as until_on, null as note, null as actor, null as contact_id
    from collection_case where customer_id = $customer_id
    union all
    select ended.case_id, ended.closed_on, ended.recorded_at, 'ended', null, null, null, null, null, null, null, null
    from collection_case_end as ended
    inner join collection_case on ended.case_id = collection_case.case_id
    where customer_id = $customer_id
    union all
    select case_id, business_on, attempted_at, case when agency_code is null then 'contact' else 'agency_contact' end,
        outcome, channel, party, null, null, coalesce(note, reason), recorded_by, contact_id
    from contact_attempt where customer_id = $customer_id
    union all
    select case_id, made_on, recorded_at, 'promise', null, null, null, amount_fen, due_on, null, recorded_by, null
    from promise where customer_id = $customer_id
    union all
    select case_id, from_on, recorded_at, 'hold', kind, null, null, null, until_on, note, placed_by, null
    from collection_hold where customer_id = $customer_id
    union all
    select case_id, lifted_on, lifted.recorded_at, 'hold_lifted', kind, null, null, null, null, lifted.note,
        lifted_by, null
    from collection_hold_end as lifted
    inner join collection_hold on lifted.hold_id = collection_hold.hold_id
    where customer_id = $customer_id
    union all
    select case_id, received_on, recorded_at, 'complaint', kind, null, null, null, null, note, recorded_by, null
    from complaint where customer_id = $customer_id
    union all
    select case_id, placed_on, recorded_at, 'handed_over', agency_code, null, null, overdue_fen, due_back_on,
        null, placed_by, null
    from agency_placement where customer_id = $customer_id
    union all
    select case_id, recalled_on, agency_recall.recorded_at, 'recalled', reason, null, null, null, null, null,
        recalled_by, null
    from agency_recall
    inner join agency_placement on agency_recall.placement_id = agency_placement.placement_id
    where customer_id = $customer_id
    union all
    select case_id, granted_on, recorded_at, 'hardship', easing, null, null, given_up_fen, null, null, granted_by, null
    from hardship_grant where customer_id = $customer_id
)
select
    entry.case_id,
    happened_on,
    entry.recorded_at,
    entry,
    cast(code as varchar) as code,
    cast(entry.channel as varchar) as channel,
    cast(entry.party as varchar) as party,
    cast(amount_fen as bigint) as amount_fen,
    cast(until_on as date) as until_on,
    cast(entry.note as varchar) as note,
    cast(actor as varchar) as actor,
    contact_attempt.agency_code,
    (select string_agg(bar, ',' order by finding_id) from conduct_finding
        where conduct_finding.contact_id = entry.contact_id) as bars
from entry
left join contact_attempt on entry.contact_id = contact_attempt.contact_id
order by happened_on desc, entry.recorded_at desc, entry

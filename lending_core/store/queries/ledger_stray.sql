-- One row per row of the ledger's own tables that belongs to nothing or stands out of order, and per
-- block that an event speaks of and that is not there, or of which two events speak.
with ordered as (
    select
        'ledger_salt' as table_name,
        commitment_id,
        lag(commitment_id) over (order by rowid) as before_id
    from ledger_salt
    union all
    select
        'ledger_commitment' as table_name,
        commitment_id,
        lag(commitment_id) over (order by rowid) as before_id
    from ledger_commitment
)

select
    table_name,
    cast(commitment_id as varchar) as row_key,
    'moved' as kind
from ordered
where commitment_id <= before_id
union all
select
    'ledger_commitment' as table_name,
    cast(before_id + 1 as varchar) as row_key,
    'deleted' as kind
from ordered
where table_name = 'ledger_commitment' and commitment_id > before_id + 1
union all
select
    'ledger_commitment' as table_name,
    cast(commitment_id as varchar) as row_key,
    'changed' as kind
from ledger_commitment
where row_hash is null or row_hash <> substr(
    sha256(concat_ws(' ', commitment_id, segment_id, position, commitment, salt_hash)), 1, 16
)
union all
select
    'ledger_salt' as table_name,
    cast(ledger_salt.commitment_id as varchar) as row_key,
    'inserted' as kind
from ledger_salt
left join ledger_commitment on ledger_salt.commitment_id = ledger_commitment.commitment_id
where ledger_commitment.commitment_id is null
union all
select
    'ledger_commitment' as table_name,
    cast(ledger_commitment.commitment_id as varchar) as row_key,
    'inserted' as kind
from ledger_commitment
left join ledger_row
    on
        ledger_commitment.segment_id = ledger_row.segment_id
        and ledger_commitment.position = ledger_row.position
where ledger_row.segment_id is null
union all
select distinct
    'ledger_row' as table_name,
    concat_ws(' ', ledger_row.segment_id, ledger_row.position) as row_key,
    'inserted' as kind
from ledger_row
left join ledger_segment on ledger_row.segment_id = ledger_segment.segment_id
where ledger_segment.segment_id is null
union all
select
    'ledger_block' as table_name,
    cast(event.subject_id as varchar) as row_key,
    case when count(ledger_block.block_number) = 0 then 'deleted' else 'rewritten' end as kind
from event
left join ledger_block on event.subject_id = ledger_block.block_number
where event.action = 'block_sealed'
group by event.subject_id
having count(ledger_block.block_number) <> 1
order by table_name, row_key

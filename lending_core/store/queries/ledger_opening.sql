-- One row per commitment, old or newest, of rows of a segment by their keys.
select
    ledger_row.position,
    ledger_row.row_key,
    ledger_commitment.commitment_id
from ledger_row
inner join ledger_commitment
    on
        ledger_row.segment_id = ledger_commitment.segment_id
        and ledger_row.position = ledger_commitment.position
where
    ledger_row.segment_id = $segment_id
    and list_contains($row_keys, ledger_row.row_key)
order by ledger_row.position, ledger_commitment.commitment_id

-- The key that signs the ledger is changed now and then; a changed commitment is told from a changed row.

-- One row per change of the key: a statement that names both keys and after how many blocks, signed by each.
create table ledger_key (
    number bigint primary key,
    text varchar not null,
    signature varchar not null,
    countersignature varchar not null,
);

-- The beginning of a hash over the other columns.
alter table ledger_commitment add column row_hash varchar;
update ledger_commitment
set row_hash = substr(
    sha256(concat_ws(' ', commitment_id, segment_id, position, commitment, salt_hash)), 1, 16
);

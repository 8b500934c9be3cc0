-- Blocks over the facts: every row of a table of facts is committed to by a hash in a tree, every
-- tree by a block, every block by the head after it, which is signed by a key outside this file.

-- One row per block: sealed together, each naming the hash of the one before.
create table ledger_block (
    block_number bigint primary key,
    text varchar not null,
    hash varchar not null,
);

-- One row per block and table with new rows in it, or new columns of old rows. Positions count a
-- table's rows from 0 in the order in which they were recorded.
create table ledger_segment (
    segment_id bigint primary key,
    block_number bigint not null,
    table_name varchar not null,
    first_position bigint not null,
    row_count bigint not null,
    is_extension boolean not null,
    text varchar not null,
);

-- One row per sealed row: its key and the beginning of its hash, so that a change is named.
create table ledger_row (
    segment_id bigint not null,
    position bigint not null,
    row_key varchar not null,
    digest ubigint not null,
);

-- One row per sealed row with personal fields, and one more each time they were erased: a hash over
-- a salt and the fields. The first stands in the row's leaf. salt_hash tells a changed salt from a
-- changed field.
create table ledger_commitment (
    commitment_id bigint primary key,
    segment_id bigint not null,
    position bigint not null,
    commitment varchar not null,
    salt_hash varchar not null,
);

-- One row per commitment that can still be opened; destroyed when the fields are erased.
create table ledger_salt (
    commitment_id bigint primary key,
    salt varchar not null,
);

-- One row per block: the signed root over all blocks up to it.
create table ledger_head (
    block_number bigint primary key,
    text varchar not null,
    signature varchar not null,
);

-- One row per head given to a witness, who keeps it outside this house.
create table ledger_witness (
    given_id bigint primary key,
    witness varchar not null,
    block_number bigint not null,
    text varchar not null,
    signature varchar not null,
    given_by varchar not null,
    recorded_at timestamp not null,
);

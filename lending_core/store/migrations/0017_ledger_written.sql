-- Rows of the open day have their proof too: each transaction tells what it wrote in a signed record.

-- One row per transaction since the last block: which rows it wrote, and the hash of the record before.
create table ledger_written (
    number bigint primary key,
    text varchar not null,
    signature varchar not null,
);

-- One row per recorded row: its key and the beginning of its hash, so that a change is named.
create table ledger_written_row (
    number bigint not null,
    table_name varchar not null,
    row_key varchar not null,
    digest ubigint not null,
);

-- A loan of a tape keeps its number for a key, but as an index: the import of a tape takes it away from the
-- empty book and makes it again once all rows are in, which costs a third of keeping it row by row.
alter table tape_loan rename to tape_loan_of_before;

-- One row per loan of an imported tape, as its mapping reads it. Null: the tape does not say.
create table tape_loan (
    loan_id bigint not null,
    reference varchar not null,
    disbursed_on date not null,
    lent_fen bigint check (lent_fen > 0),
    annual_rate decimal(9, 6),
    instalments integer,
    product_code varchar,
    scenario varchar,
    channel varchar,
    region_code varchar,
    band varchar,
    funder_code varchar,
    outcome varchar check (outcome in ('open', 'paid', 'written_off')),
    last_paid_on date,
    paid_fen bigint,
    recovered_fen bigint,
    own_segments map(varchar, varchar),
);

insert into tape_loan by name
select *
from tape_loan_of_before
order by loan_id;

drop table tape_loan_of_before;

create unique index tape_loan_key on tape_loan (loan_id);

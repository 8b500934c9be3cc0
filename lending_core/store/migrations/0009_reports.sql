-- Reports that are kept as they were made, because what is known of a month may change later.

-- One row per file of a month-end risk pack, in one language; a pack that is made again adds rows.
create table risk_pack (
    pack_id bigint primary key,
    month_end_on date not null,
    language varchar not null check (language in ('en', 'zh')),
    kind varchar not null check (kind in ('pdf', 'xlsx')),
    content blob not null,
    content_hash varchar not null,
    made_by varchar not null,
    recorded_at timestamp not null,
);

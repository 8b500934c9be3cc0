-- One row per funder with a quota: how much it may be owed.
select
    funder_code,
    quota_fen
from funder
where quota_fen > 0

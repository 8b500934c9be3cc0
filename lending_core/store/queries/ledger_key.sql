-- One row per change of the key that signs the ledger, in the order recorded.
select
    number,
    text,
    signature,
    countersignature
from ledger_key
order by rowid

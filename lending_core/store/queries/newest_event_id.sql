-- One row: the number of the ledger's newest event, 0 before the first.
select coalesce(max(event_id), 0) as event_id
from event

-- One row per event of the ledger that committed to evidence about limit policies, oldest first.
select payload
from event
where
    action in ('policy_saved', 'policy_reinstated')
    and payload like '%evidence_sha256%'
order by event_id

-- One row per contact with a note: its case and the note (CO-07).
select
    case_id as subject_id,
    note
from contact_attempt
where note is not null and local_on >= $effective_on
order by contact_id

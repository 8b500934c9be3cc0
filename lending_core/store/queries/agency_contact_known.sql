-- One row where an attempt of an agency about a case, over a channel and at an instant, is kept already.
select contact_id
from contact_attempt
where
    case_id = $case_id
    and agency_code = $agency_code
    and channel = $channel
    and attempted_at = $attempted_at
limit 1

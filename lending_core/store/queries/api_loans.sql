-- One row per loan that was drawn under an application, in the order of paying out.
select loan_id
from loan
where application_id = $application_id
order by loan_id

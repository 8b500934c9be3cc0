-- One row per loan lent to a student (IL-27).
select loan.loan_id as subject_id
from loan
inner join application_feature on loan.application_id = application_feature.application_id
where application_feature.is_student and loan.disbursed_on >= $effective_on
order by subject_id

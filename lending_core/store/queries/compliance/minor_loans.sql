-- One row per loan lent to somebody under age (PI-06).
select
    loan.loan_id as subject_id,
    application_feature.age_years as measured,
    $age_min as limit_value
from loan
inner join application_feature on loan.application_id = application_feature.application_id
where application_feature.age_years < $age_min
order by subject_id

-- One row per loan without an approval of the house behind it (IL-25).
select loan.loan_id as subject_id
from loan
left join application_state on loan.application_id = application_state.application_id
where
    loan.disbursed_on >= $effective_on
    and coalesce(application_state.outcome, 'none') <> 'approve'
group by loan.loan_id
order by subject_id

-- One row per loan with misuse on record whose line can still be drawn (IL-07).
with newest as (
    select
        line_id,
        max_by(status, line_change_id) as status
    from line_change
    group by line_id
)
select distinct loan.loan_id as subject_id
from loan_trigger
inner join loan on loan_trigger.loan_id = loan.loan_id
left join loan_trigger as lifted on loan_trigger.trigger_id = lifted.ends_trigger_id
left join newest on loan.line_id = newest.line_id
where
    loan_trigger.kind = 'purpose_misuse'
    and loan_trigger.ends_trigger_id is null
    and lifted.trigger_id is null
    and coalesce(newest.status, 'active') = 'active'
order by subject_id

-- One row per loan whose penalty is no multiple that the law allows (PR-14).
-- Nought: loans of before, which were never charged one.
select
    loan_id as subject_id,
    penalty_multiple as measured,
    case when penalty_multiple > $multiple_max then $multiple_max else $multiple_min end
        as limit_value
from loan
where
    disbursed_on >= $effective_on
    and penalty_multiple <> 0
    and (penalty_multiple > $multiple_max or penalty_multiple < $multiple_min)
order by subject_id

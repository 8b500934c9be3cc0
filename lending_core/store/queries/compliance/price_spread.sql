-- One row per product, band and policy version whose approvals pay different rates (PR-13).
select
    application.product_code as subject_id,
    max(decision.annual_rate) - min(decision.annual_rate) as measured,
    decision.band || ' / ' || cast(decision.policy_version as varchar) as detail
from decision
inner join application on decision.application_id = application.application_id
where
    decision.outcome = 'approve'
    and decision.annual_rate is not null
    and application.applied_on >= $effective_on
group by application.product_code, decision.band, decision.policy_version
having max(decision.annual_rate) - min(decision.annual_rate) > $spread_max
order by subject_id, detail

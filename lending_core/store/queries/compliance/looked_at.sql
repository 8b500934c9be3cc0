-- One row per kind of thing that checks look at: how many there are.
select 'lines' as looked_at, count(*) as things from credit_line
union all
select 'business_lines', count(*)
from credit_line
inner join customer on credit_line.customer_id = customer.customer_id
where customer.kind = 'small_business'
union all
select 'loans', count(*) from loan
union all
select 'open_loans', count(*)
from loan_month
where month_end_on = $month_end_on and standing = 'open'
union all
select 'applications', count(*) from application
union all
select 'decisions', count(*)
from application
inner join decision on application.application_id = decision.application_id
where application.applied_on between $month_start_on and $month_end_on
union all
select 'customers', count(*) from customer
union all
select 'consents', count(*) from consent
union all
select 'requests', count(*) from review_request
union all
select 'models', count(*) from model_version
union all
select 'funders', count(*) from funder
union all
select 'joint_loans', count(*)
from (select loan_id from funding group by loan_id having count(*) > 1) as joint
union all
select 'contacts', count(*) from contact_attempt
union all
select 'complaints', count(*) from complaint
union all
select 'placements', count(*) from agency_placement
union all
select 'provisioned', count(*)
from provision_loan
where run_id = (select max(run_id) from provision_run)

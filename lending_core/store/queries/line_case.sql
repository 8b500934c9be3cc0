-- One row: what a further draw under a credit line takes over from its application, or none.
select
    credit_line.line_id,
    credit_line.application_id,
    credit_line.customer_id,
    credit_line.product_code,
    credit_line.annual_rate,
    application.scenario,
    application.channel,
    customer.kind,
    customer.region_code,
    decision.band,
    decision.instalments_max
from credit_line
inner join application on credit_line.application_id = application.application_id
inner join decision on credit_line.application_id = decision.application_id
inner join customer on credit_line.customer_id = customer.customer_id
where credit_line.line_id = $line_id

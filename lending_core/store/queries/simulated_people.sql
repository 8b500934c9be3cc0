-- One row per simulated customer: who they are, and what only the simulation knows.
select
    customer.customer_id,
    customer.kind,
    customer.id_number,
    customer.phone,
    customer.birth_on,
    customer.region_code,
    customer.is_student,
    customer.is_court_listed,
    customer.joined_on,
    simulated_borrower.true_risk,
    simulated_borrower.appetite,
    simulated_borrower.thrift,
    simulated_borrower.business_health,
    simulated_borrower.income_level,
    simulated_borrower.monthly_income_fen
from customer
inner join simulated_borrower on customer.customer_id = simulated_borrower.customer_id
order by customer.customer_id

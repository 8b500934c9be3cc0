-- Who may: accounts of the staff and of funders, and every attempt to sign in. Nothing is changed in
-- place: the newest row of an account is in force. user_account stays the list of demonstration roles.

-- A demonstration role that stands for a lender sees that lender's loans.
alter table user_account add column funder_code varchar;

-- One row per step in the life of an account; role and funder_code as they are from then on.
-- issuer and subject: who vouches for the person, where the house's own identity provider does.
create table account_step (
    user_name varchar not null,
    step varchar not null check (
        step in ('opened', 'role_changed', 'unlocked', 'closed', 'reopened')
    ),
    role varchar not null,
    funder_code varchar,
    issuer varchar,
    subject varchar,
    changed_by varchar not null,
    recorded_at timestamp not null,
    position bigint not null,
);

-- One row per password of an account, as its Argon2id hash; the newest opens. One that somebody
-- else chose opens once, to choose an own one.
create table account_password (
    user_name varchar not null,
    password_hash varchar not null,
    is_one_time boolean not null,
    recorded_at timestamp not null,
    position bigint not null,
);

-- One row per attempt to sign in to an account that there is. `way`: by password, or vouched for by
-- the identity provider.
create table sign_in (
    user_name varchar not null,
    way varchar not null check (way in ('password', 'provider')),
    is_successful boolean not null,
    recorded_at timestamp not null,
    position bigint not null,
);

-- Demonstration books get who runs the day, who says who may sign in, and a lender's own people.
insert into user_account
select
    role as user_name,
    role,
    case when role = 'funder' then (select min(funder_code) from funder) end as funder_code
from (values ('operations'), ('administrator'), ('funder')) as new_role (role)
where exists (select 1 from user_account where user_name = 'viewer');

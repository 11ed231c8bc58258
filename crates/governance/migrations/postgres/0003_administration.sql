-- The body whose decision admits members, as the governance names it.
alter table governance add column admission_body uuid references body (id);

-- Counted up by each correction, so that whoever corrects an older state sees what has changed.
alter table member add column version bigint not null default 1;
-- A candidate that was not admitted: kept for the managers, shown to nobody else.
alter table member add column refused boolean not null default false;

-- The decision of which an admission, a refusal or a withdrawal is the effect.
alter table member_change add column body_name text not null default '';
alter table member_change add column decided_on text;
alter table member_change add column reason text not null default '';

alter table body add column version bigint not null default 1;
alter table body add column closed_on text;
alter table body add column closed_reason text not null default '';

-- What a person asks for an organisation, and what is answered.
create table membership_request (
    id uuid not null primary key,
    member uuid not null references member (id),
    person uuid not null references person (id),
    motivation text not null,
    asked_at timestamptz not null,
    accepted boolean,
    answer text not null default '',
    answered_at timestamptz
);

create index membership_request_member on membership_request (member, asked_at);
create index membership_request_person on membership_request (person);

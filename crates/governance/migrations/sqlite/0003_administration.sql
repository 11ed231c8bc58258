-- The body whose decision admits members, as the governance names it.
alter table governance add column admission_body blob references body (id);

-- Counted up by each correction, so that whoever corrects an older state sees what has changed.
alter table member add column version integer not null default 1;
-- A candidate that was not admitted: kept for the managers, shown to nobody else.
alter table member add column refused integer not null default 0 check (refused in (0, 1));

-- The decision of which an admission, a refusal or a withdrawal is the effect.
alter table member_change add column body_name text not null default '';
alter table member_change add column decided_on text;
alter table member_change add column reason text not null default '';

alter table body add column version integer not null default 1;
alter table body add column closed_on text;
alter table body add column closed_reason text not null default '';

-- What a person asks for an organisation, and what is answered.
create table membership_request (
    id blob not null primary key check (length(id) = 16),
    member blob not null references member (id),
    person blob not null references person (id),
    motivation text not null,
    asked_at integer not null,
    accepted integer check (accepted in (0, 1)),
    answer text not null default '',
    answered_at integer
) strict;

create index membership_request_member on membership_request (member, asked_at);
create index membership_request_person on membership_request (person);

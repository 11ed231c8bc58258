-- Who holds which power, on what, from which day to which day. A power ends by its date, or by an act; the row stays.
create table power (
    id uuid not null primary key,
    person uuid not null references person (id),
    role text not null,
    -- Nothing: the platform. A body's and a member's power also names their governance.
    governance uuid references governance (id),
    body uuid references body (id),
    member uuid references member (id),
    since text not null,
    until text,
    given_at timestamptz not null,
    ended_at timestamptz,
    ended_reason text not null default '',
    check (body is null or governance is not null),
    check (member is null or governance is not null)
);

create index power_person on power (person);
create index power_governance on power (governance, role);

-- What managers write for themselves and their successors.
create table private_note (
    governance uuid not null primary key references governance (id),
    note text not null,
    version bigint not null default 1,
    changed_at timestamptz not null
);

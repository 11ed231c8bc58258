-- How a body meets: its notice, its quorum, its proxies, how its minutes are approved.
create table body_practice (
    body uuid not null primary key references body (id),
    notice_days bigint not null default 0 check (notice_days between 0 and 365),
    quorum text not null check (quorum in ('none', 'share', 'college_share', 'number')),
    numerator bigint not null default 0,
    denominator bigint not null default 1 check (denominator >= 1),
    strictly boolean not null default false,
    college uuid references college (id),
    proxies bigint not null default 1 check (proxies between 0 and 20),
    approval text not null check (approval in ('next_meeting', 'silence')),
    silence_days bigint not null default 15 check (silence_days between 1 and 365),
    version bigint not null default 1
);

create table meeting (
    id uuid not null primary key,
    governance uuid not null references governance (id),
    slug text not null,
    title text not null,
    format text not null check (format in ('strategic', 'follow_up', 'review', 'co_construction')),
    state text not null check (state in ('draft', 'convened', 'open', 'closed', 'cancelled')),
    starts_at timestamptz not null,
    -- Planned length, in minutes.
    minutes bigint not null check (minutes between 5 and 1440),
    -- The zone in which its hours are told (IANA).
    zone text not null,
    place text not null default '',
    video text not null default '',
    presentation text not null default '',
    -- Convened again after a lack of quorum: it holds without one.
    second boolean not null default false,
    convened_at timestamptz,
    opened_at timestamptz,
    closed_at timestamptz,
    cancelled_reason text not null default '',
    version bigint not null default 1,
    origin text not null,
    source text not null default '',
    created_at timestamptz not null,
    unique (governance, slug)
);

create index meeting_governance on meeting (governance, starts_at);
create index meeting_starts_at on meeting (starts_at, id);

-- One meeting may serve several bodies, and counts for each.
create table meeting_body (
    meeting uuid not null references meeting (id),
    body uuid not null references body (id),
    rank bigint not null,
    primary key (meeting, body)
);

create index meeting_body_body on meeting_body (body);

create table agenda_item (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    rank bigint not null,
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes bigint not null check (minutes between 0 and 1440),
    description text not null default '',
    -- What was written in session, counted up by each change.
    notes text not null default '',
    notes_version bigint not null default 0
);

create index agenda_item_meeting on agenda_item (meeting, rank);

create table outcome (
    id uuid not null primary key,
    item uuid not null references agenda_item (id),
    rank bigint not null,
    kind text not null check (kind in ('information', 'decision', 'task')),
    text text not null,
    -- Of a task: who does it (a structure or a function) and by when.
    responsible text not null default '',
    due_on text
);

create index outcome_item on outcome (item, rank);

-- Who is called: an organisation, or a person by function. Kept from the convocation on.
create table participant (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    rank bigint not null,
    -- As they stood when they were called: a roll is history, which the merge of two organisations does not rewrite.
    member uuid,
    organisation uuid,
    seat uuid,
    name text not null,
    answer text not null default 'none' check (answer in ('none', 'present', 'represented', 'excused')),
    answered_at timestamptz,
    presence text not null default 'unknown' check (presence in ('unknown', 'principal', 'deputy', 'proxy', 'absent')),
    -- The participant who holds the proxy.
    proxy uuid references participant (id),
    arrived_at timestamptz,
    left_at timestamptz,
    unique (meeting, organisation)
);

create index participant_meeting on participant (meeting, rank);
create index participant_member on participant (member);

create table participant_body (
    participant uuid not null references participant (id),
    body uuid not null references body (id),
    voting boolean not null,
    college uuid references college (id),
    primary key (participant, body)
);

create table minutes (
    meeting uuid not null primary key references meeting (id),
    state text not null check (state in ('draft', 'published')),
    -- The day on which they were approved, and how, in words.
    approved_on text,
    approval text not null default '',
    published_at timestamptz,
    version bigint not null default 1
);

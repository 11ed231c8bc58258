-- How a body meets: its notice, its quorum, its proxies, how its minutes are approved.
create table body_practice (
    body blob not null primary key references body (id),
    notice_days integer not null default 0 check (notice_days between 0 and 365),
    quorum text not null check (quorum in ('none', 'share', 'college_share', 'number')),
    numerator integer not null default 0,
    denominator integer not null default 1 check (denominator >= 1),
    strictly integer not null default 0 check (strictly in (0, 1)),
    college blob references college (id),
    proxies integer not null default 1 check (proxies between 0 and 20),
    approval text not null check (approval in ('next_meeting', 'silence')),
    silence_days integer not null default 15 check (silence_days between 1 and 365),
    version integer not null default 1
) strict;

create table meeting (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    slug text not null,
    title text not null,
    format text not null check (format in ('strategic', 'follow_up', 'review', 'co_construction')),
    state text not null check (state in ('draft', 'convened', 'open', 'closed', 'cancelled')),
    starts_at integer not null,
    -- Planned length, in minutes.
    minutes integer not null check (minutes between 5 and 1440),
    -- The zone in which its hours are told (IANA).
    zone text not null,
    place text not null default '',
    video text not null default '',
    presentation text not null default '',
    -- Convened again after a lack of quorum: it holds without one.
    second integer not null default 0 check (second in (0, 1)),
    convened_at integer,
    opened_at integer,
    closed_at integer,
    cancelled_reason text not null default '',
    version integer not null default 1,
    origin text not null,
    source text not null default '',
    created_at integer not null,
    unique (governance, slug)
) strict;

create index meeting_governance on meeting (governance, starts_at);
create index meeting_starts_at on meeting (starts_at, id);

-- One meeting may serve several bodies, and counts for each.
create table meeting_body (
    meeting blob not null references meeting (id),
    body blob not null references body (id),
    rank integer not null,
    primary key (meeting, body)
) strict, without rowid;

create index meeting_body_body on meeting_body (body);

create table agenda_item (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    rank integer not null,
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes integer not null check (minutes between 0 and 1440),
    description text not null default '',
    -- What was written in session, counted up by each change.
    notes text not null default '',
    notes_version integer not null default 0
) strict;

create index agenda_item_meeting on agenda_item (meeting, rank);

create table outcome (
    id blob not null primary key check (length(id) = 16),
    item blob not null references agenda_item (id),
    rank integer not null,
    kind text not null check (kind in ('information', 'decision', 'task')),
    text text not null,
    -- Of a task: who does it (a structure or a function) and by when.
    responsible text not null default '',
    due_on text
) strict;

create index outcome_item on outcome (item, rank);

-- Who is called: an organisation, or a person by function. Kept from the convocation on.
create table participant (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    rank integer not null,
    -- As they stood when they were called: a roll is history, which the merge of two organisations does not rewrite.
    member blob,
    organisation blob,
    seat blob,
    name text not null,
    answer text not null default 'none' check (answer in ('none', 'present', 'represented', 'excused')),
    answered_at integer,
    presence text not null default 'unknown' check (presence in ('unknown', 'principal', 'deputy', 'proxy', 'absent')),
    -- The participant who holds the proxy.
    proxy blob references participant (id),
    arrived_at integer,
    left_at integer,
    unique (meeting, organisation)
) strict;

create index participant_meeting on participant (meeting, rank);
create index participant_member on participant (member);

create table participant_body (
    participant blob not null references participant (id),
    body blob not null references body (id),
    voting integer not null check (voting in (0, 1)),
    college blob references college (id),
    primary key (participant, body)
) strict, without rowid;

create table minutes (
    meeting blob not null primary key references meeting (id),
    state text not null check (state in ('draft', 'published')),
    -- The day on which they were approved, and how, in words.
    approved_on text,
    approval text not null default '',
    published_at integer,
    version integer not null default 1
) strict;

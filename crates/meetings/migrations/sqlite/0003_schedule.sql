-- Meetings prepared together, by a rhythm: « le 1er mercredi du mois ».
create table meeting_series (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    -- In words, as it was chosen.
    rhythm text not null,
    created_at integer not null
) strict;

create table meeting_in_series (
    meeting blob not null primary key references meeting (id),
    series blob not null references meeting_series (id)
) strict, without rowid;

create index meeting_in_series_series on meeting_in_series (series);

-- The last time a convened meeting was moved: what was answered before is to be confirmed.
create table meeting_move (
    meeting blob not null primary key references meeting (id),
    moved_at integer not null
) strict, without rowid;

-- Several dates proposed for a draft, to those who would be called.
create table date_poll (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    state text not null check (state in ('open', 'chosen', 'abandoned')),
    -- Answers are taken until then.
    ends_at integer not null,
    created_at integer not null
) strict;

create index date_poll_meeting on date_poll (meeting);

create table date_choice (
    id blob not null primary key check (length(id) = 16),
    poll blob not null references date_poll (id),
    starts_at integer not null,
    unique (poll, starts_at)
) strict;

-- As a roll: who was asked, as they stood then.
create table date_asked (
    id blob not null primary key check (length(id) = 16),
    poll blob not null references date_poll (id),
    rank integer not null,
    member blob,
    organisation blob,
    seat blob,
    name text not null,
    answered_at integer
) strict;

create index date_asked_poll on date_asked (poll, rank);
create index date_asked_member on date_asked (member);

create table date_voice (
    asked blob not null references date_asked (id),
    choice blob not null references date_choice (id),
    voice text not null check (voice in ('yes', 'if_needed', 'no')),
    primary key (asked, choice)
) strict, without rowid;

-- The address by which a person's calendar is read: another number, another address.
create table calendar_key (
    person blob not null primary key references person (id),
    number blob not null,
    created_at integer not null
) strict, without rowid;

-- The agreement of those who co-chair to a convocation.
create table cosignature (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    -- An organisation, or the seat of a function.
    chair blob not null,
    name text not null,
    state text not null check (state in ('asked', 'signed', 'otherwise')),
    -- How it agreed, when somebody else notes it.
    how text not null default '',
    given_at integer,
    unique (meeting, chair)
) strict;

alter table body_practice add column cosigned integer not null default 0 check (cosigned in (0, 1));

-- Invited without sitting in any of the bodies: never on the roll, never in a quorum.
create table guest (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    rank integer not null,
    -- An organisation or a function.
    name text not null,
    -- Erased once the meeting is over.
    email text not null default '',
    answer text not null default 'none' check (answer in ('none', 'present', 'excused')),
    answered_at integer,
    presence text not null default 'unknown' check (presence in ('unknown', 'present', 'absent'))
) strict;

create index guest_meeting on guest (meeting, rank);

-- Meetings prepared together, by a rhythm: « le 1er mercredi du mois ».
create table meeting_series (
    id uuid not null primary key,
    governance uuid not null references governance (id),
    -- In words, as it was chosen.
    rhythm text not null,
    created_at timestamptz not null
);

create table meeting_in_series (
    meeting uuid not null primary key references meeting (id),
    series uuid not null references meeting_series (id)
);

create index meeting_in_series_series on meeting_in_series (series);

-- The last time a convened meeting was moved: what was answered before is to be confirmed.
create table meeting_move (
    meeting uuid not null primary key references meeting (id),
    moved_at timestamptz not null
);

-- Several dates proposed for a draft, to those who would be called.
create table date_poll (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    state text not null check (state in ('open', 'chosen', 'abandoned')),
    -- Answers are taken until then.
    ends_at timestamptz not null,
    created_at timestamptz not null
);

create index date_poll_meeting on date_poll (meeting);

create table date_choice (
    id uuid not null primary key,
    poll uuid not null references date_poll (id),
    starts_at timestamptz not null,
    unique (poll, starts_at)
);

-- As a roll: who was asked, as they stood then.
create table date_asked (
    id uuid not null primary key,
    poll uuid not null references date_poll (id),
    rank bigint not null,
    member uuid,
    organisation uuid,
    seat uuid,
    name text not null,
    answered_at timestamptz
);

create index date_asked_poll on date_asked (poll, rank);
create index date_asked_member on date_asked (member);

create table date_voice (
    asked uuid not null references date_asked (id),
    choice uuid not null references date_choice (id),
    voice text not null check (voice in ('yes', 'if_needed', 'no')),
    primary key (asked, choice)
);

-- The address by which a person's calendar is read: another number, another address.
create table calendar_key (
    person uuid not null primary key references person (id),
    number uuid not null,
    created_at timestamptz not null
);

-- The agreement of those who co-chair to a convocation.
create table cosignature (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    -- An organisation, or the seat of a function.
    chair uuid not null,
    name text not null,
    state text not null check (state in ('asked', 'signed', 'otherwise')),
    -- How it agreed, when somebody else notes it.
    how text not null default '',
    given_at timestamptz,
    unique (meeting, chair)
);

alter table body_practice add column cosigned boolean not null default false;

-- Invited without sitting in any of the bodies: never on the roll, never in a quorum.
create table guest (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    rank bigint not null,
    -- An organisation or a function.
    name text not null,
    -- Erased once the meeting is over.
    email text not null default '',
    answer text not null default 'none' check (answer in ('none', 'present', 'excused')),
    answered_at timestamptz,
    presence text not null default 'unknown' check (presence in ('unknown', 'present', 'absent'))
);

create index guest_meeting on guest (meeting, rank);

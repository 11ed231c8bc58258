-- In session: what is being discussed, since when; the clock of each item.
alter table meeting add column current_item blob;
alter table agenda_item add column begun_at integer;
alter table agenda_item add column ended_at integer;

-- The quorum when the item began, in a sentence.
alter table agenda_item add column quorum text not null default '';

-- Minutes: read again by those who were called, corrected, approved, published.
create table minutes_2 (
    meeting blob not null primary key references meeting (id),
    state text not null check (state in ('draft', 'circulated', 'approved', 'published')),
    circulated_at integer,
    -- The last day on which a correction may be asked for, where silence approves.
    silence_until text,
    -- The day on which they were approved, and how, in words.
    approved_on text,
    approval text not null default '',
    published_at integer,
    version integer not null default 1
) strict;
insert into minutes_2 (meeting, state, approved_on, approval, published_at, version)
    select meeting, state, approved_on, approval, published_at, version from minutes;
drop table minutes;
alter table minutes_2 rename to minutes;
create index minutes_silence on minutes (silence_until) where state = 'circulated';

-- What a member asks to have corrected in the minutes.
create table correction (
    id blob not null primary key check (length(id) = 16),
    meeting blob not null references meeting (id),
    item blob references agenda_item (id),
    -- As it stood: history, which the merge of two organisations does not rewrite.
    member blob,
    name text not null,
    text text not null,
    state text not null check (state in ('asked', 'accepted', 'refused')),
    reason text not null default '',
    asked_at integer not null,
    decided_at integer
) strict;
create index correction_meeting on correction (meeting, asked_at);

-- What the public version of the minutes does not show, and why.
create table redaction (
    id blob not null primary key check (length(id) = 16),
    item blob not null references agenda_item (id),
    -- The words that are hidden; empty: everything that was noted on the item.
    passage text not null,
    ground text not null check (ground in ('privacy', 'secrecy', 'security', 'pending', 'other')),
    reason text not null,
    made_at integer not null
) strict;
create index redaction_item on redaction (item);

-- A task that came out of a meeting: who does it, and whether it is done.
create table task (
    id blob not null primary key check (length(id) = 16),
    outcome blob not null unique references outcome (id),
    governance blob not null references governance (id),
    meeting blob not null references meeting (id),
    -- The member whose representatives do it; the person, when one said so.
    member blob references member (id),
    person blob references person (id),
    due_on text,
    state text not null check (state in ('open', 'done', 'dropped')),
    note text not null default '',
    settled_at integer,
    -- When the last reminder was told.
    reminded_at integer,
    version integer not null default 1
) strict;
create index task_governance on task (governance, state);
create index task_member on task (member, state);
create index task_person on task (person, state);
create index task_due_on on task (due_on) where state = 'open';

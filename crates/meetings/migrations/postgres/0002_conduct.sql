-- In session: what is being discussed, since when; the clock of each item.
alter table meeting add column current_item uuid;
alter table agenda_item add column begun_at timestamptz;
alter table agenda_item add column ended_at timestamptz;

-- The quorum when the item began, in a sentence.
alter table agenda_item add column quorum text not null default '';

-- Minutes: read again by those who were called, corrected, approved, published.
alter table minutes drop constraint minutes_state_check;
alter table minutes add constraint minutes_state_check check (state in ('draft', 'circulated', 'approved', 'published'));
alter table minutes add column circulated_at timestamptz;
-- The last day on which a correction may be asked for, where silence approves.
alter table minutes add column silence_until text;
create index minutes_silence on minutes (silence_until) where state = 'circulated';

-- What a member asks to have corrected in the minutes.
create table correction (
    id uuid not null primary key,
    meeting uuid not null references meeting (id),
    item uuid references agenda_item (id),
    -- As it stood: history, which the merge of two organisations does not rewrite.
    member uuid,
    name text not null,
    text text not null,
    state text not null check (state in ('asked', 'accepted', 'refused')),
    reason text not null default '',
    asked_at timestamptz not null,
    decided_at timestamptz
);
create index correction_meeting on correction (meeting, asked_at);

-- What the public version of the minutes does not show, and why.
create table redaction (
    id uuid not null primary key,
    item uuid not null references agenda_item (id),
    -- The words that are hidden; empty: everything that was noted on the item.
    passage text not null,
    ground text not null check (ground in ('privacy', 'secrecy', 'security', 'pending', 'other')),
    reason text not null,
    made_at timestamptz not null
);
create index redaction_item on redaction (item);

-- A task that came out of a meeting: who does it, and whether it is done.
create table task (
    id uuid not null primary key,
    outcome uuid not null unique references outcome (id),
    governance uuid not null references governance (id),
    meeting uuid not null references meeting (id),
    -- The member whose representatives do it; the person, when one said so.
    member uuid references member (id),
    person uuid references person (id),
    due_on text,
    state text not null check (state in ('open', 'done', 'dropped')),
    note text not null default '',
    settled_at timestamptz,
    -- When the last reminder was told.
    reminded_at timestamptz,
    version bigint not null default 1
);
create index task_governance on task (governance, state);
create index task_member on task (member, state);
create index task_person on task (person, state);
create index task_due_on on task (due_on) where state = 'open';

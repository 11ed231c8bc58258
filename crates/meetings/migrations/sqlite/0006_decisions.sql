-- Decisions: drafted by a body, adopted by vote or by consensus, numbered in their governance, never changed afterwards.
create table decision (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    body blob not null references body (id),
    state text not null check (state in ('draft', 'adopted', 'rejected', 'given_up', 'amended', 'repealed')),
    -- Given at adoption, without a gap in each governance and year.
    year integer,
    rank integer,
    title text not null,
    body_text text not null,
    -- Title, text and number, folded for the search of words.
    words_key text not null,
    -- What it comes from, and which one.
    arising text not null check (arising in ('agenda_item', 'proposal', 'referral', 'initiative', 'other')),
    arising_note text not null default '',
    -- The item of an agenda on which it is taken.
    item blob references agenda_item (id),
    -- The ballot that is to decide, or has decided.
    ballot blob,
    way text check (way in ('vote', 'consensus')),
    manner text check (manner in ('meeting', 'written')),
    -- How it was taken, in words.
    sentence text not null default '',
    decided_on text,
    settled_at integer,
    -- What has to be done once it is adopted: whether anything, by whom, by when, and where it stands.
    to_execute integer not null default 1 check (to_execute in (0, 1)),
    responsible text not null default '',
    due_on text,
    execution text not null default 'todo' check (execution in ('todo', 'under_way', 'done', 'dropped')),
    review_on text,
    version integer not null default 1,
    origin text not null,
    source text not null default '',
    created_at integer not null,
    unique (governance, year, rank),
    check ((rank is not null) = (state in ('adopted', 'amended', 'repealed'))),
    check ((rank is null) = (year is null) and (settled_at is null) = (state = 'draft'))
) strict;

create index decision_body on decision (body, state);
create index decision_governance on decision (governance, decided_on, rank, id);
create index decision_decided_on on decision (decided_on, rank, id);
create index decision_item on decision (item);
create index decision_ballot on decision (ballot);

-- Which decisions a decision amends or repeals; it counts once the decision is adopted.
create table decision_link (
    decision blob not null references decision (id),
    target blob not null references decision (id),
    kind text not null check (kind in ('amends', 'repeals')),
    primary key (decision, target)
) strict, without rowid;

create index decision_link_target on decision_link (target);

-- What runs when a decision is adopted.
create table decision_effect (
    id blob not null primary key check (length(id) = 16),
    decision blob not null references decision (id),
    rank integer not null,
    -- The code of an effect that some feature knows.
    kind text not null,
    -- The member that it is about; else what it is about, as the feature writes it.
    member blob references member (id),
    subject text not null default '',
    note text not null default '',
    due_on text,
    -- In words: what it is to do, then what it has done, and where that is seen.
    told text not null,
    done text not null default '',
    href text not null default '',
    done_at integer,
    unique (decision, rank)
) strict;

create index decision_effect_member on decision_effect (member);

-- Where the execution of a decision stood, and since when.
create table decision_execution (
    decision blob not null references decision (id),
    rank integer not null,
    state text not null check (state in ('todo', 'under_way', 'done', 'dropped')),
    note text not null default '',
    on_date text not null,
    at integer not null,
    primary key (decision, rank)
) strict, without rowid;

-- A task may come out of a decision as well as of a meeting.
create table task_2 (
    id blob not null primary key check (length(id) = 16),
    outcome blob unique references outcome (id),
    governance blob not null references governance (id),
    meeting blob references meeting (id),
    -- The member whose representatives do it; the person, when one said so.
    member blob references member (id),
    person blob references person (id),
    due_on text,
    state text not null check (state in ('open', 'done', 'dropped')),
    note text not null default '',
    settled_at integer,
    -- When the last reminder was told.
    reminded_at integer,
    version integer not null default 1,
    -- What comes out of a decision tells itself; else the outcome of a meeting tells it.
    decision blob references decision (id),
    text text not null default '',
    responsible text not null default '',
    check ((outcome is null) = (meeting is null) and (outcome is null) = (decision is not null))
) strict;
insert into task_2 (id, outcome, governance, meeting, member, person, due_on, state, note, settled_at, reminded_at, version)
    select id, outcome, governance, meeting, member, person, due_on, state, note, settled_at, reminded_at, version from task;
drop table task;
alter table task_2 rename to task;
create index task_governance on task (governance, state);
create index task_member on task (member, state);
create index task_person on task (person, state);
create index task_due_on on task (due_on) where state = 'open';
create index task_decision on task (decision);

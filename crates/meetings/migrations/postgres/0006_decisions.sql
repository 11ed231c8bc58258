-- Decisions: drafted by a body, adopted by vote or by consensus, numbered in their governance, never changed afterwards.
create table decision (
    id uuid not null primary key,
    governance uuid not null references governance (id),
    body uuid not null references body (id),
    state text not null check (state in ('draft', 'adopted', 'rejected', 'given_up', 'amended', 'repealed')),
    -- Given at adoption, without a gap in each governance and year.
    year bigint,
    rank bigint,
    title text not null,
    body_text text not null,
    -- Title, text and number, folded for the search of words.
    words_key text not null,
    -- What it comes from, and which one.
    arising text not null check (arising in ('agenda_item', 'proposal', 'referral', 'initiative', 'other')),
    arising_note text not null default '',
    -- The item of an agenda on which it is taken.
    item uuid references agenda_item (id),
    -- The ballot that is to decide, or has decided.
    ballot uuid,
    way text check (way in ('vote', 'consensus')),
    manner text check (manner in ('meeting', 'written')),
    -- How it was taken, in words.
    sentence text not null default '',
    decided_on text,
    settled_at timestamptz,
    -- What has to be done once it is adopted: whether anything, by whom, by when, and where it stands.
    to_execute boolean not null default true,
    responsible text not null default '',
    due_on text,
    execution text not null default 'todo' check (execution in ('todo', 'under_way', 'done', 'dropped')),
    review_on text,
    version bigint not null default 1,
    origin text not null,
    source text not null default '',
    created_at timestamptz not null,
    unique (governance, year, rank),
    check ((rank is not null) = (state in ('adopted', 'amended', 'repealed'))),
    check ((rank is null) = (year is null) and (settled_at is null) = (state = 'draft'))
);

create index decision_body on decision (body, state);
create index decision_governance on decision (governance, decided_on, rank, id);
create index decision_decided_on on decision (decided_on, rank, id);
create index decision_item on decision (item);
create index decision_ballot on decision (ballot);

-- Which decisions a decision amends or repeals; it counts once the decision is adopted.
create table decision_link (
    decision uuid not null references decision (id),
    target uuid not null references decision (id),
    kind text not null check (kind in ('amends', 'repeals')),
    primary key (decision, target)
);

create index decision_link_target on decision_link (target);

-- What runs when a decision is adopted.
create table decision_effect (
    id uuid not null primary key,
    decision uuid not null references decision (id),
    rank bigint not null,
    -- The code of an effect that some feature knows.
    kind text not null,
    -- The member that it is about; else what it is about, as the feature writes it.
    member uuid references member (id),
    subject text not null default '',
    note text not null default '',
    due_on text,
    -- In words: what it is to do, then what it has done, and where that is seen.
    told text not null,
    done text not null default '',
    href text not null default '',
    done_at timestamptz,
    unique (decision, rank)
);

create index decision_effect_member on decision_effect (member);

-- Where the execution of a decision stood, and since when.
create table decision_execution (
    decision uuid not null references decision (id),
    rank bigint not null,
    state text not null check (state in ('todo', 'under_way', 'done', 'dropped')),
    note text not null default '',
    on_date text not null,
    at timestamptz not null,
    primary key (decision, rank)
);

-- A task may come out of a decision as well as of a meeting.
alter table task alter column outcome drop not null;
alter table task alter column meeting drop not null;
alter table task add column decision uuid references decision (id);
-- What comes out of a decision tells itself; else the outcome of a meeting tells it.
alter table task add column text text not null default '';
alter table task add column responsible text not null default '';
alter table task add constraint task_source_check
    check ((outcome is null) = (meeting is null) and (outcome is null) = (decision is not null));
create index task_decision on task (decision);

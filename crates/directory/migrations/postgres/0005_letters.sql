-- Grouped messages: how often a person wants one, and when it is next written to.
alter table account add column letter_rhythm text not null default 'week'
    check (letter_rhythm in ('day', 'week', 'month', 'never'));
-- The next morning at which something may be told; none until the first one is set.
alter table account add column letter_look_at timestamptz;
-- The next message of the rhythm; none without a rhythm.
alter table account add column letter_due_at timestamptz;

create index account_letter_look on account (letter_look_at);

-- The kinds of which a person wants to hear nothing. The list of kinds grows with the features: it stands in the program.
create table refused_letter (
    person uuid not null references person (id),
    kind text not null,
    primary key (person, kind)
);

-- What waits for the next message of a person; erased once it is sent.
create table letter_news (
    id uuid not null primary key,
    person uuid not null references person (id),
    kind text not null,
    title text not null check (length(title) <= 200),
    text text not null default '',
    -- An address of this site, from its first slash.
    path text not null check (length(path) <= 600),
    told_at timestamptz not null,
    constraint letter_news_person_path_title_key unique (person, path, title)
);

create index letter_news_told on letter_news (told_at);

-- What a person was reminded of, under a digest: what is told already is not told again the next day.
create table letter_duty (
    person uuid not null references person (id),
    mark text not null,
    told_at timestamptz not null,
    primary key (person, mark)
);

create index letter_duty_told on letter_duty (told_at);

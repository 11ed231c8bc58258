-- The minimum framework of governance, as the national tier defines it: versions that are drafted, then published and
-- never changed again.
create table framework_version (
    number bigint not null primary key check (number >= 1),
    state text not null check (state in ('draft', 'published')),
    introduction text not null default '',
    -- What differs from the version before, in words.
    changes text not null default '',
    in_force_from text,
    published_at timestamptz,
    -- Counted up by each change of the draft.
    version bigint not null default 1,
    origin text not null,
    source text not null default '',
    check (state = 'draft' or in_force_from is not null)
);

create table framework_criterion (
    version bigint not null references framework_version (number),
    -- The same criterion keeps its code from version to version, and with it what was declared.
    code text not null,
    rank bigint not null,
    title text not null,
    explanation text not null default '',
    -- What is counted; nothing: declared with evidence.
    measure text not null default '',
    threshold bigint,
    -- How long a declaration holds; nothing: until it is withdrawn.
    valid_months bigint,
    primary key (version, code)
);

create table framework_declaration (
    id uuid not null primary key,
    governance uuid not null references governance (id),
    criterion text not null,
    statement text not null,
    link text not null default '',
    file bytea references file (sha256),
    file_name text,
    on_date text not null,
    state text not null check (state in ('current', 'replaced', 'withdrawn', 'refused')),
    reason text not null default '',
    declared_at timestamptz not null,
    ended_at timestamptz,
    origin text not null,
    source text not null default ''
);

create index framework_declaration_governance on framework_declaration (governance, criterion, declared_at);

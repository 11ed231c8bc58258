-- Counted up by each correction: two who correct one item see each other.
alter table agenda_item add column version bigint not null default 1;

-- What waits for an agenda of a body: written by those who animate it, proposed by a member, carried over, sent by another body.
create table waiting_item (
    id uuid not null primary key,
    body uuid not null references body (id),
    state text not null check (state in ('proposed', 'waiting', 'planned', 'done', 'carried', 'refused', 'withdrawn')),
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes bigint not null check (minutes between 0 and 1440),
    description text not null default '',
    -- The item of an agenda that it has become.
    item uuid unique references agenda_item (id),
    -- The item of an earlier meeting that it takes up again.
    carried_from uuid references agenda_item (id),
    -- Who sent it and asks for an answer, and what of.
    from_body uuid references body (id),
    from_item uuid references agenda_item (id),
    from_outcome uuid references outcome (id),
    answer text not null default '',
    answered_at timestamptz,
    -- The member that proposed it, and its name on that day.
    proposer uuid references member (id),
    proposer_name text not null default '',
    -- Why it was refused.
    reason text not null default '',
    version bigint not null default 1,
    origin text not null,
    source text not null default '',
    created_at timestamptz not null
);

create index waiting_item_body on waiting_item (body, state, id);
create index waiting_item_from_body on waiting_item (from_body, id);
create index waiting_item_from_item on waiting_item (from_item);
create index waiting_item_carried_from on waiting_item (carried_from);
create index waiting_item_proposer on waiting_item (proposer);

create table item_document (
    id uuid not null primary key,
    item uuid not null references agenda_item (id),
    rank bigint not null,
    -- As it is shown; what is downloaded has a plain name made from it.
    name text not null,
    file bytea not null references file (sha256),
    -- Bytes.
    size bigint not null,
    -- For those who are called, and not for everybody.
    reserved boolean not null,
    added_at timestamptz not null
);

create index item_document_item on item_document (item, rank);

-- How the meetings of a body usually go.
create table agenda_template (
    body uuid not null primary key references body (id),
    version bigint not null default 1
);

create table agenda_template_item (
    body uuid not null references agenda_template (body),
    rank bigint not null,
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes bigint not null check (minutes between 0 and 1440),
    description text not null default '',
    primary key (body, rank)
);

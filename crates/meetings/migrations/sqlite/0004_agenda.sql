-- Counted up by each correction: two who correct one item see each other.
alter table agenda_item add column version integer not null default 1;

-- What waits for an agenda of a body: written by those who animate it, proposed by a member, carried over, sent by another body.
create table waiting_item (
    id blob not null primary key check (length(id) = 16),
    body blob not null references body (id),
    state text not null check (state in ('proposed', 'waiting', 'planned', 'done', 'carried', 'refused', 'withdrawn')),
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes integer not null check (minutes between 0 and 1440),
    description text not null default '',
    -- The item of an agenda that it has become.
    item blob unique references agenda_item (id),
    -- The item of an earlier meeting that it takes up again.
    carried_from blob references agenda_item (id),
    -- Who sent it and asks for an answer, and what of.
    from_body blob references body (id),
    from_item blob references agenda_item (id),
    from_outcome blob references outcome (id),
    answer text not null default '',
    answered_at integer,
    -- The member that proposed it, and its name on that day.
    proposer blob references member (id),
    proposer_name text not null default '',
    -- Why it was refused.
    reason text not null default '',
    version integer not null default 1,
    origin text not null,
    source text not null default '',
    created_at integer not null
) strict;

create index waiting_item_body on waiting_item (body, state, id);
create index waiting_item_from_body on waiting_item (from_body, id);
create index waiting_item_from_item on waiting_item (from_item);
create index waiting_item_carried_from on waiting_item (carried_from);
create index waiting_item_proposer on waiting_item (proposer);

create table item_document (
    id blob not null primary key check (length(id) = 16),
    item blob not null references agenda_item (id),
    rank integer not null,
    -- As it is shown; what is downloaded has a plain name made from it.
    name text not null,
    file blob not null references file (sha256),
    -- Bytes.
    size integer not null,
    -- For those who are called, and not for everybody.
    reserved integer not null check (reserved in (0, 1)),
    added_at integer not null
) strict;

create index item_document_item on item_document (item, rank);

-- How the meetings of a body usually go.
create table agenda_template (
    body blob not null primary key references body (id),
    version integer not null default 1
) strict;

create table agenda_template_item (
    body blob not null references agenda_template (body),
    rank integer not null,
    title text not null,
    kind text not null check (kind in ('information', 'debate', 'decision', 'vote', 'election')),
    presenter text not null default '',
    minutes integer not null check (minutes between 0 and 1440),
    description text not null default '',
    primary key (body, rank)
) strict, without rowid;

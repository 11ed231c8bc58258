-- Wide tables keep their rowid: without it SQLite reads a whole row, overflow pages included, to compare one key.
-- Narrow ones (links, lists) do without.
create table governance (
    id blob not null primary key check (length(id) = 16),
    slug text not null unique check (length(slug) between 1 and 80),
    tier text not null check (tier in ('national', 'intermediate', 'local')),
    name text not null check (length(name) between 1 and 200),
    name_key text not null,
    parent blob references governance (id),
    state text not null check (state in ('preparation', 'installed', 'suspended', 'closed')),
    state_since text,
    state_reason text not null,
    form text not null default '',
    perimeter text not null default '',
    living_areas_note text not null default '',
    ideas text not null default '',
    public_note text not null default '',
    data_referent text not null default '',
    -- What lists show and sort by, kept true by the acts of the same transaction.
    region text,
    departement text,
    departement_key text not null default '',
    member_count integer not null default 0,
    co_lead_names text not null default '',
    co_led integer not null default 0 check (co_led in (0, 1)),
    origin text not null check (origin in ('entered', 'document', 'fictitious')),
    source text not null default '',
    created_at integer not null,
    version integer not null default 1
) strict;

create index governance_name on governance (name_key, id);
create index governance_departement on governance (departement_key, name_key, id);
create index governance_region on governance (region, name_key);
create index governance_parent on governance (parent);
create index governance_departement_tier on governance (departement, tier);

create table governance_territory (
    governance blob not null references governance (id),
    territory text not null references territory (code),
    role text not null check (role in ('perimeter', 'living_area')),
    primary key (governance, territory, role)
) strict, without rowid;

create index governance_territory_territory on governance_territory (territory);

create table governance_state (
    governance blob not null references governance (id),
    rank integer not null,
    state text not null,
    since text,
    reason text not null,
    at integer not null,
    primary key (governance, rank)
) strict, without rowid;

create table college (
    id blob primary key check (length(id) = 16),
    governance blob not null references governance (id),
    rank integer not null,
    name text not null,
    note text not null default '',
    origin text not null,
    source text not null default '',
    unique (governance, name)
) strict, without rowid;

create table member (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    organisation blob not null references organisation (id),
    category text not null,
    college blob references college (id),
    state text not null check (state in ('candidate', 'admitted', 'withdrawn')),
    involvement text not null check (involvement in ('leads', 'contributes', 'observes')),
    co_lead text check (co_lead in ('proposed', 'designated')),
    co_lead_since text,
    since text,
    until text,
    note text not null default '',
    origin text not null,
    source text not null default '',
    unique (governance, organisation)
) strict;

create index member_organisation on member (organisation);

create table member_change (
    member blob not null references member (id),
    rank integer not null,
    what text not null,
    on_date text,
    at integer not null,
    primary key (member, rank)
) strict, without rowid;

create table standing_mandate (
    id blob primary key check (length(id) = 16),
    governance blob not null references governance (id),
    holder blob not null references member (id),
    represented blob not null references organisation (id),
    since text,
    until text,
    note text not null default '',
    origin text not null,
    source text not null default ''
) strict, without rowid;

create index standing_mandate_governance on standing_mandate (governance);
create index standing_mandate_represented on standing_mandate (represented);

create table body (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    slug text not null,
    rank integer not null,
    name text not null,
    form text not null,
    parent blob references body (id),
    declared integer not null check (declared in (0, 1)),
    upcoming integer not null check (upcoming in (0, 1)),
    meetings_min integer check (meetings_min between 0 and 366),
    meetings_max integer check (meetings_max between 0 and 366),
    composition text not null default '',
    note text not null default '',
    voting_rule text not null,
    origin text not null,
    source text not null default '',
    unique (governance, slug)
) strict;

create table body_function (
    body blob not null references body (id),
    function text not null check (function in ('strategic', 'steering', 'technical', 'consultative')),
    primary key (body, function)
) strict, without rowid;

create table body_mission (
    body blob not null references body (id),
    rank integer not null,
    mission text not null,
    primary key (body, rank)
) strict, without rowid;

-- Who sits by rule: all members, co-leads, a category, a college, one member.
create table body_rule (
    body blob not null references body (id),
    rule text not null check (rule in ('all', 'co_leads', 'category', 'college', 'member')),
    value text not null,
    primary key (body, rule, value)
) strict, without rowid;

create table seat (
    id blob primary key check (length(id) = 16),
    body blob not null references body (id),
    rank integer not null,
    organisation blob references organisation (id),
    function text,
    voting integer not null check (voting in (0, 1)),
    mandate text check (mandate in ('political', 'technical')),
    chair text check (chair in ('chair', 'co_chair')),
    seats integer not null check (seats between 1 and 500),
    origin text not null,
    source text not null default '',
    check (organisation is not null or function is not null)
) strict, without rowid;

create index seat_body on seat (body, rank);
create index seat_organisation on seat (organisation);

create table agreement (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    rank integer not null,
    kind text not null check (kind in ('agreement', 'charter')),
    title text not null,
    signed_on text,
    ends_on text,
    body_text text not null default '',
    file blob references file (sha256),
    file_name text,
    origin text not null,
    source text not null default ''
) strict;

create index agreement_governance on agreement (governance, rank);

create table agreement_commitment (
    agreement blob not null references agreement (id),
    rank integer not null,
    commitment text not null,
    primary key (agreement, rank)
) strict, without rowid;

create table signatory (
    agreement blob not null references agreement (id),
    organisation blob not null references organisation (id),
    signed_on text,
    primary key (agreement, organisation)
) strict, without rowid;

create index signatory_organisation on signatory (organisation);

-- What a source says and no table holds: figures, dates, contradictions kept side by side under one topic.
create table fact (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    rank integer not null,
    topic text not null,
    value text not null,
    on_date text,
    origin text not null,
    source text not null default ''
) strict;

create index fact_governance on fact (governance, rank);

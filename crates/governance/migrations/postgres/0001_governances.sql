create table governance (
    id uuid primary key,
    slug text not null unique check (length(slug) between 1 and 80),
    tier text not null check (tier in ('national', 'intermediate', 'local')),
    name text not null check (length(name) between 1 and 200),
    name_key text collate "C" not null,
    parent uuid references governance (id),
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
    departement_key text collate "C" not null default '',
    member_count bigint not null default 0,
    co_lead_names text not null default '',
    co_led boolean not null default false,
    origin text not null check (origin in ('entered', 'document', 'fictitious')),
    source text not null default '',
    created_at timestamptz not null,
    version bigint not null default 1
);

create index governance_name on governance (name_key, id);
create index governance_departement on governance (departement_key, name_key, id);
create index governance_region on governance (region, name_key);
create index governance_parent on governance (parent);
create index governance_departement_tier on governance (departement, tier);

create table governance_territory (
    governance uuid not null references governance (id),
    territory text not null references territory (code),
    role text not null check (role in ('perimeter', 'living_area')),
    primary key (governance, territory, role)
);

create index governance_territory_territory on governance_territory (territory);

create table governance_state (
    governance uuid not null references governance (id),
    rank bigint not null,
    state text not null,
    since text,
    reason text not null,
    at timestamptz not null,
    primary key (governance, rank)
);

create table college (
    id uuid primary key,
    governance uuid not null references governance (id),
    rank bigint not null,
    name text not null,
    note text not null default '',
    origin text not null,
    source text not null default '',
    unique (governance, name)
);

create table member (
    id uuid primary key,
    governance uuid not null references governance (id),
    organisation uuid not null references organisation (id),
    category text not null,
    college uuid references college (id),
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
);

create index member_organisation on member (organisation);

create table member_change (
    member uuid not null references member (id),
    rank bigint not null,
    what text not null,
    on_date text,
    at timestamptz not null,
    primary key (member, rank)
);

create table standing_mandate (
    id uuid primary key,
    governance uuid not null references governance (id),
    holder uuid not null references member (id),
    represented uuid not null references organisation (id),
    since text,
    until text,
    note text not null default '',
    origin text not null,
    source text not null default ''
);

create index standing_mandate_governance on standing_mandate (governance);
create index standing_mandate_represented on standing_mandate (represented);

create table body (
    id uuid primary key,
    governance uuid not null references governance (id),
    slug text not null,
    rank bigint not null,
    name text not null,
    form text not null,
    parent uuid references body (id),
    declared boolean not null,
    upcoming boolean not null,
    meetings_min bigint check (meetings_min between 0 and 366),
    meetings_max bigint check (meetings_max between 0 and 366),
    composition text not null default '',
    note text not null default '',
    voting_rule text not null,
    origin text not null,
    source text not null default '',
    unique (governance, slug)
);

create table body_function (
    body uuid not null references body (id),
    function text not null check (function in ('strategic', 'steering', 'technical', 'consultative')),
    primary key (body, function)
);

create table body_mission (
    body uuid not null references body (id),
    rank bigint not null,
    mission text not null,
    primary key (body, rank)
);

-- Who sits by rule: all members, co-leads, a category, a college, one member.
create table body_rule (
    body uuid not null references body (id),
    rule text not null check (rule in ('all', 'co_leads', 'category', 'college', 'member')),
    value text not null,
    primary key (body, rule, value)
);

create table seat (
    id uuid primary key,
    body uuid not null references body (id),
    rank bigint not null,
    organisation uuid references organisation (id),
    function text,
    voting boolean not null,
    mandate text check (mandate in ('political', 'technical')),
    chair text check (chair in ('chair', 'co_chair')),
    seats bigint not null check (seats between 1 and 500),
    origin text not null,
    source text not null default '',
    check (organisation is not null or function is not null)
);

create index seat_body on seat (body, rank);
create index seat_organisation on seat (organisation);

create table agreement (
    id uuid primary key,
    governance uuid not null references governance (id),
    rank bigint not null,
    kind text not null check (kind in ('agreement', 'charter')),
    title text not null,
    signed_on text,
    ends_on text,
    body_text text not null default '',
    file bytea references file (sha256),
    file_name text,
    origin text not null,
    source text not null default ''
);

create index agreement_governance on agreement (governance, rank);

create table agreement_commitment (
    agreement uuid not null references agreement (id),
    rank bigint not null,
    commitment text not null,
    primary key (agreement, rank)
);

create table signatory (
    agreement uuid not null references agreement (id),
    organisation uuid not null references organisation (id),
    signed_on text,
    primary key (agreement, organisation)
);

create index signatory_organisation on signatory (organisation);

-- What a source says and no table holds: figures, dates, contradictions kept side by side under one topic.
create table fact (
    id uuid primary key,
    governance uuid not null references governance (id),
    rank bigint not null,
    topic text not null,
    value text not null,
    on_date text,
    origin text not null,
    source text not null default ''
);

create index fact_governance on fact (governance, rank);

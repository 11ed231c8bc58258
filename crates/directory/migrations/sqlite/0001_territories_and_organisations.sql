create table territory (
    code text primary key,
    kind text not null check (kind in ('country', 'region', 'departement', 'collectivity', 'epci', 'commune',
        'arrondissement', 'living_area', 'social_service_area', 'priority_district', 'rural_area', 'other_area')),
    official_code text not null,
    name text not null,
    name_key text not null,
    nature text not null default '',
    region text,
    departement text,
    epci text,
    commune text,
    population integer,
    latitude real,
    longitude real,
    origin text not null default 'entered' check (origin in ('entered', 'document', 'fictitious')),
    source text not null default ''
) strict, without rowid;

create index territory_name on territory (name_key);
create index territory_kind on territory (kind, name_key);
create index territory_region on territory (region, kind, name_key);
create index territory_departement on territory (departement, kind, name_key);
create index territory_epci on territory (epci, name_key);
-- Only the arrondissements of three communes have one.
create index territory_commune on territory (commune) where commune is not null;
create index territory_official_code on territory (official_code);

-- What a free territory is made of: communes or groups of communes.
create table territory_part (
    area text not null references territory (code),
    part text not null references territory (code),
    primary key (area, part)
) strict, without rowid;

create index territory_part_part on territory_part (part);

create table postcode (
    postcode text not null,
    territory text not null references territory (code),
    primary key (postcode, territory)
) strict, without rowid;

create index postcode_territory on postcode (territory);

-- Codes that communes bore before a merger.
create table former_territory (
    code text primary key,
    name text not null,
    name_key text not null,
    current text not null references territory (code)
) strict, without rowid;

create index former_territory_name on former_territory (name_key);

create table reference_vintage (
    id integer primary key check (id = 1),
    vintage integer not null,
    loaded_at integer not null
) strict;

create table organisation (
    id blob not null primary key check (length(id) = 16),
    name text not null check (length(name) between 1 and 200),
    name_key text not null,
    kind text not null,
    siret text unique check (length(siret) = 14),
    rna text unique check (length(rna) = 10),
    ridet text unique check (length(ridet) between 6 and 10),
    seat text references territory (code),
    website text,
    origin text not null check (origin in ('entered', 'document', 'fictitious')),
    source text not null default '',
    created_at integer not null,
    version integer not null default 1
) strict;

create index organisation_name on organisation (name_key, id);
create index organisation_seat on organisation (seat);

-- The organisation that has taken the place of this one: it is listed nowhere any more, and its address leads there.
alter table organisation add column merged_into blob references organisation (id);

create index organisation_merged_into on organisation (merged_into) where merged_into is not null;
-- For finding those of the same legal entity: the first nine digits.
create index organisation_siren on organisation (substr(siret, 1, 9));

create table organisation_merge (
    id blob not null primary key check (length(id) = 16),
    kept blob not null references organisation (id),
    duplicate blob not null references organisation (id),
    -- 1, 2, 3…: merges that touch the same organisation are undone the last one first.
    number integer not null unique,
    -- As they were called before.
    kept_name text not null,
    duplicate_name text not null,
    merged_at integer not null,
    undone_at integer
) strict;

create index organisation_merge_kept on organisation_merge (kept);
create index organisation_merge_duplicate on organisation_merge (duplicate);

-- What a merge did, row by row, in the order in which it was done: undoing goes the other way.
create table organisation_merge_row (
    merging blob not null references organisation_merge (id),
    rank integer not null,
    step text not null check (step in ('moved', 'set_aside', 'changed')),
    place text not null,
    field text not null,
    -- What the field named before, for what was moved.
    former text not null,
    image text not null,
    label text not null,
    primary key (merging, rank)
) strict;

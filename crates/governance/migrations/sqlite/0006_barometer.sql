-- What the barometer showed at the end of each month: figures, never a rate of a person, never a rank.
create table barometer_figure (
    governance blob not null references governance (id),
    -- `2026-10`.
    month text not null check (length(month) = 7),
    figure text not null,
    -- Nothing: not known, or nothing to count yet.
    value integer,
    -- Out of how many, where it is a share.
    total integer,
    taken_at integer not null,
    primary key (governance, month, figure),
    check (total is null or (value is not null and value between 0 and total))
) strict, without rowid;

-- What the governance says of its barometer: each change is a new version, an empty one withdraws it.
create table barometer_comment (
    governance blob not null references governance (id),
    month text not null check (length(month) = 7),
    version integer not null check (version >= 1),
    comment text not null,
    written_at integer not null,
    primary key (governance, month, version)
) strict;

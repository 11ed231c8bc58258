create table file (
    sha256 blob primary key check (length(sha256) = 32),
    media_type text not null,
    size integer not null,
    added_at integer not null
) strict, without rowid;

create table file_chunk (
    sha256 blob not null references file (sha256),
    rank integer not null,
    bytes blob not null check (length(bytes) between 1 and 262144),
    primary key (sha256, rank)
) strict;

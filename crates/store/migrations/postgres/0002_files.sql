create table file (
    sha256 bytea primary key check (length(sha256) = 32),
    media_type text not null,
    size bigint not null,
    added_at timestamptz not null
);

create table file_chunk (
    sha256 bytea not null references file (sha256),
    rank bigint not null,
    bytes bytea not null check (length(bytes) between 1 and 262144),
    primary key (sha256, rank)
);

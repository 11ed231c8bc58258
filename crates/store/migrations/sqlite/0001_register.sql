create table register_head (
    id integer primary key check (id = 1),
    seq integer not null,
    hash blob not null check (length(hash) = 32)
) strict;

insert into register_head (id, seq, hash) values (1, 0, zeroblob(32));

create table register (
    seq integer primary key,
    at integer not null,
    actor text not null,
    organisation text,
    act text not null,
    governance blob,
    subject text not null,
    summary text not null,
    payload text not null,
    hash blob not null check (length(hash) = 32)
) strict;

create index register_governance on register (governance, seq);
create index register_at on register (at, seq);

create table version (
    subject text primary key,
    seq integer not null
) strict, without rowid;

create index version_seq on version (seq);

-- What this database is: one row, written when it is created.
create table instance (
    id integer primary key check (id = 1),
    created_at integer not null,
    demonstration integer not null check (demonstration in (0, 1))
) strict;

create table register_head (
    id bigint primary key check (id = 1),
    seq bigint not null,
    hash bytea not null check (length(hash) = 32)
);

insert into register_head (id, seq, hash) values (1, 0, decode(repeat('00', 32), 'hex'));

create table register (
    seq bigint primary key,
    at timestamptz not null,
    actor text not null,
    organisation text,
    act text not null,
    governance uuid,
    subject text not null,
    summary text not null,
    payload text not null,
    hash bytea not null check (length(hash) = 32)
);

create index register_governance on register (governance, seq);
create index register_at on register (at, seq);

create table version (
    subject text primary key,
    seq bigint not null
);

create index version_seq on version (seq);

-- What this database is: one row, written when it is created.
create table instance (
    id bigint primary key check (id = 1),
    created_at timestamptz not null,
    demonstration boolean not null
);

-- A person is what acts refer to; it stays, without a name, when its account is erased.
create table person (
    id blob not null primary key check (length(id) = 16),
    name text not null default '' check (length(name) <= 200),
    -- What the person does, in its own words: « Chargée de mission inclusion numérique ».
    function text not null default '',
    organisation blob references organisation (id),
    -- In a demonstration: the place that anybody may take, and what one sees from there.
    persona text,
    persona_rank integer,
    created_at integer not null,
    erased_at integer
) strict;

create index person_organisation on person (organisation);
create index person_persona on person (persona_rank) where persona_rank is not null;

create table account (
    person blob not null primary key references person (id),
    email text not null,
    -- Folded for comparison: case never distinguishes two addresses, « + » does.
    email_key text not null unique,
    state text not null check (state in ('invited', 'active', 'closed')),
    -- argon2id, with its parameters and salt.
    password text,
    -- Sealed with the node's secret.
    totp blob,
    -- The last time step whose code was accepted: a code is never taken twice.
    totp_step integer not null default 0,
    issuer text,
    subject text,
    created_at integer not null,
    activated_at integer,
    -- The day only: enough to close what nobody uses.
    last_used_on text,
    unique (issuer, subject)
) strict;

create table recovery_code (
    person blob not null references person (id),
    code_hash blob not null,
    primary key (person, code_hash)
) strict, without rowid;

create table session (
    token_hash blob not null primary key check (length(token_hash) = 32),
    person blob not null references person (id),
    stage text not null check (stage in ('whole', 'second_factor')),
    method text not null check (method in ('password', 'openid', 'persona')),
    -- For the provider's sign-out.
    id_token text,
    agent text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
) strict;

create index session_person on session (person, seen_at);

-- Links sent by mail: only their hash is known here.
create table secret_link (
    token_hash blob not null primary key check (length(token_hash) = 32),
    purpose text not null check (purpose in ('invitation', 'password', 'address_old', 'address_new')),
    person blob not null references person (id),
    payload text not null default '',
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;

create index secret_link_person on secret_link (person, purpose);

-- Tries to sign in, by account and by address, under keyed hashes: neither an address nor a person can be read here.
create table attempt (
    key blob not null primary key,
    tries integer not null,
    first_at integer not null,
    last_at integer not null
) strict;

create index attempt_last on attempt (last_at);

-- What happened to an account, for its owner; kept a year.
create table account_event (
    id blob not null primary key check (length(id) = 16),
    person blob not null references person (id),
    kind text not null,
    agent text not null default '',
    at integer not null
) strict;

create index account_event_person on account_event (person, at);

-- A sign-in by OpenID Connect that is under way.
create table openid_request (
    state_hash blob not null primary key check (length(state_hash) = 32),
    nonce text not null,
    verifier text not null,
    next text not null,
    created_at integer not null
) strict;

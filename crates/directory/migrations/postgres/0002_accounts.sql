-- A person is what acts refer to; it stays, without a name, when its account is erased.
create table person (
    id uuid not null primary key,
    name text not null default '' check (length(name) <= 200),
    -- What the person does, in its own words: « Chargée de mission inclusion numérique ».
    function text not null default '',
    organisation uuid references organisation (id),
    -- In a demonstration: the place that anybody may take, and what one sees from there.
    persona text,
    persona_rank bigint,
    created_at timestamptz not null,
    erased_at timestamptz
);

create index person_organisation on person (organisation);
create index person_persona on person (persona_rank) where persona_rank is not null;

create table account (
    person uuid not null primary key references person (id),
    email text not null,
    -- Folded for comparison: case never distinguishes two addresses, « + » does.
    email_key text collate "C" not null constraint account_email_key_key unique,
    state text not null check (state in ('invited', 'active', 'closed')),
    -- argon2id, with its parameters and salt.
    password text,
    -- Sealed with the node's secret.
    totp bytea,
    -- The last time step whose code was accepted: a code is never taken twice.
    totp_step bigint not null default 0,
    issuer text,
    subject text,
    created_at timestamptz not null,
    activated_at timestamptz,
    -- The day only: enough to close what nobody uses.
    last_used_on text,
    constraint account_issuer_subject_key unique (issuer, subject)
);

create table recovery_code (
    person uuid not null references person (id),
    code_hash bytea not null,
    primary key (person, code_hash)
);

create table session (
    token_hash bytea not null primary key check (length(token_hash) = 32),
    person uuid not null references person (id),
    stage text not null check (stage in ('whole', 'second_factor')),
    method text not null check (method in ('password', 'openid', 'persona')),
    -- For the provider's sign-out.
    id_token text,
    agent text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);

create index session_person on session (person, seen_at);

-- Links sent by mail: only their hash is known here.
create table secret_link (
    token_hash bytea not null primary key check (length(token_hash) = 32),
    purpose text not null check (purpose in ('invitation', 'password', 'address_old', 'address_new')),
    person uuid not null references person (id),
    payload text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create index secret_link_person on secret_link (person, purpose);

-- Tries to sign in, by account and by address, under keyed hashes: neither an address nor a person can be read here.
create table attempt (
    key bytea not null primary key,
    tries bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null
);

create index attempt_last on attempt (last_at);

-- What happened to an account, for its owner; kept a year.
create table account_event (
    id uuid not null primary key,
    person uuid not null references person (id),
    kind text not null,
    agent text not null default '',
    at timestamptz not null
);

create index account_event_person on account_event (person, at);

-- A sign-in by OpenID Connect that is under way.
create table openid_request (
    state_hash bytea not null primary key check (length(state_hash) = 32),
    nonce text not null,
    verifier text not null,
    next text not null,
    created_at timestamptz not null
);

-- How many votes each structure of a college has in a body, where the body's rule is « voix par collège ». A college without a
-- line has one vote a structure. The range is that of a seat on the roll of a ballot.
create table college_votes (
    body uuid not null references body (id),
    college uuid not null references college (id),
    votes bigint not null check (votes between 1 and 1000),
    primary key (body, college)
);

-- Why a seat has its votes, in words, as the roll is frozen: the rule of the body may change afterwards.
alter table ballot_seat add column weight_reason text not null default '';

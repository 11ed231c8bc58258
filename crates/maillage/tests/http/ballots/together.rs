//! Many who vote at the same moment.

use super::*;

stories! {
    async fn two_hundred_structures_vote_at_once_and_each_counts_once(town: Town) {
        const SEATS: u128 = 200;
        let (mut alix, _place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Tous ensemble", &[("publishes", "oui")])).await;
        let id = |number: u128| uuid::Uuid::from_u128(0x7000_8000_0000_0000_0000 + number);
        let (ballot, governance): (uuid::Uuid, uuid::Uuid) = town
            .read(|tx| tx.get("select id, governance from ballot where question = 'Tous ensemble'", &[], |row| Ok((row.get(0)?, row.get(1)?))))
            .await;
        town.act(&Who::operator(), move |_, tx| {
            tx.execute("delete from ballot_seat where ballot = $1", store::params![ballot])?;
            for number in 0..SEATS {
                tx.execute(
                    "insert into ballot_seat (id, ballot, rank, member, name, weight, present) values ($1, $2, $3, $4, $5, 1, $6)",
                    store::params![id(number), ballot, i64::try_from(number).unwrap(), id(1_000 + number), format!("Structure {number}"), true],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
        // Two representatives of each, at the same moment: one votes for, the other against.
        let mut voting = tokio::task::JoinSet::new();
        for number in 0..SEATS {
            for side in 0..2usize {
                let reach = kernel::Reach::Member { governance, member: id(1_000 + number) };
                let role = kernel::permission::Role::new(kernel::RoleKind::Representative, reach);
                let who = Who::person(id(10_000 + 2 * number + side as u128), None, vec![role]);
                let (app, secret) = (town.app.clone(), town.app.secret().clone());
                voting.spawn(async move {
                    let done = app
                        .act(who, move |ctx, tx| {
                            let new = meetings::ballots::cast::NewVoice { choice: vec![side], reason: String::new() };
                            meetings::ballots::cast::cast(ctx, tx, &secret, kernel::Id::from_uuid(ballot), kernel::Id::from_uuid(id(number)), &new)
                        })
                        .await;
                    match done {
                        Ok(()) => Some(side),
                        Err(kernel::Error::Conflict(told)) => {
                            assert!(told.contains("a déjà voté"), "{told}");
                            None
                        }
                        Err(other) => panic!("{other:?}"),
                    }
                });
            }
        }
        let mut taken = [0i64; 2];
        while let Some(done) = voting.join_next().await {
            if let Some(side) = done.unwrap() {
                taken[side] += 1;
            }
        }
        assert_eq!(taken[0] + taken[1], i64::try_from(SEATS).unwrap(), "one vote of each, acknowledged once");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("200 votants sur 200");
        let counted: Vec<i64> = town.read(move |tx| tx.query("select votes from ballot_option where ballot = $1 order by rank", store::params![ballot], |row| row.get(0))).await;
        assert_eq!(counted, taken, "what was acknowledged is what was counted");
    }
}

//! Mails that waited when a backup was made.

use kernel::{Context, SystemClock, SystemRandomness, Who};
use store::Store;
use store::outbox::{self, Message};

use super::{BOTH, number, run, small};
use crate::process::Folder;
use crate::town::{NOW, TestDatabase};

#[test]
fn mails_that_waited_are_held_after_a_restore_and_go_after_a_move() {
    for engine in BOTH {
        let folder = Folder::new();
        let database = small(engine);
        run(async {
            let store = Store::open(&database.url, 2).unwrap();
            for to in ["un@exemple.fr", "deux@exemple.fr"] {
                store.write(move |tx| queue(tx, to)).await.unwrap();
            }
        });
        folder.run_on(&database.url, &["backup", "sauvegarde.zip"]).succeeds();

        let restored = TestDatabase::empty(engine);
        let said = folder.run_on(&restored.url, &["restore", "sauvegarde.zip"]).succeeds();
        said.says("2 courriels attendaient : ils sont retenus");
        assert_eq!(number(&restored.url, "select count(*) from outbox where held and state = 'waiting'"), 2);
        run(async {
            let store = Store::open(&restored.url, 2).unwrap();
            assert!(store.write(|tx| outbox::claim(tx, later(), "a")).await.unwrap().is_none());
            assert_eq!(store.read(outbox::next_due).await.unwrap(), None);
        });

        let moved = TestDatabase::empty(engine);
        let said = folder.run_on(&moved.url, &["import", "sauvegarde.zip"]).succeeds();
        assert!(!said.out.contains("retenu"), "{}", said.out);
        run(async {
            let store = Store::open(&moved.url, 2).unwrap();
            assert!(store.write(|tx| outbox::claim(tx, later(), "a")).await.unwrap().is_some());
        });
    }
}

/// The queue is filled at the machine's time.
fn later() -> kernel::Timestamp {
    NOW.plus(3_650 * kernel::time::DAY)
}

fn queue(tx: &mut store::Tx<'_>, to: &str) -> kernel::Result<()> {
    let who = Who::operator();
    let message = Message {
        to: to.to_owned(),
        subject: "Votre invitation".to_owned(),
        text: "Bonjour".to_owned(),
        urgent: false,
        person: None,
    };
    outbox::queue(&Context::new(&who, &SystemClock, &SystemRandomness), tx, &message)
}

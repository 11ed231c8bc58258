//! Mail: what an act queues arrives once, whatever happens to nodes and servers, and leaves nothing secret behind.

pub mod mailbox;
mod program;
mod queue;
mod smtp;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{FixedClock, Timestamp, Who};
use mail::{Delivery, Mailer, Memory, SEND_LIMIT, Sender, Step};
use store::Store;
use store::outbox::{self, MailState, Message, Queued};

use crate::town::{NOW, Town};

const MINUTE: i64 = 60_000_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + minutes * MINUTE)
}

fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        subject: "Votre accès à Maillage".to_owned(),
        text: "Bonjour Élise,\n\nchoisissez votre mot de passe :\nhttps://maillage.exemple.fr/acces?cle=secret\n\nÀ bientôt."
            .to_owned(),
        urgent: false,
        person: None,
    }
}

/// What sends, on one node of the town.
fn delivery(store: &Store, clock: &Arc<FixedClock>, mailer: Mailer, node: &str) -> Delivery {
    Delivery {
        store: store.clone(),
        mailer,
        sender: Sender::new("maillage@exemple.fr", "https://maillage.exemple.fr").unwrap(),
        clock: Arc::<FixedClock>::clone(clock),
        node: node.to_owned(),
        limit: SEND_LIMIT,
    }
}

impl Town {
    async fn queue(&self, message: Message) {
        self.act(&Who::operator(), move |ctx, tx| outbox::queue(ctx, tx, &message)).await.unwrap();
    }

    fn delivery(&self, mailer: Mailer) -> Delivery {
        delivery(self.app.store(), &self.clock, mailer, "a")
    }

    /// The queue, the newest first.
    async fn mail(&self) -> Vec<Queued> {
        self.read(|tx| outbox::latest(tx, None, None, 1000)).await
    }

    /// The only message of the queue.
    async fn only_mail(&self) -> Queued {
        let [mail] = <[Queued; 1]>::try_from(self.mail().await).unwrap();
        mail
    }

    /// How many messages still hold their text.
    async fn texts(&self) -> i64 {
        self.read(|tx| tx.get("select count(text) from outbox", &[], |row| row.get(0))).await
    }
}

async fn wait_until<F: Future<Output = bool>>(mut met: impl FnMut() -> F) {
    let begun = Instant::now();
    while !met().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited for a minute in vain");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A folder of messages, for other stories.
pub fn mailbox_folder() -> mailbox::Folder {
    mailbox::Folder::new()
}

/// Sends all that waits into a folder; gives the one message to `address`.
pub async fn sent_to(town: &Town, folder: &mailbox::Folder, address: &str) -> mailbox::Read {
    let destination = mail::Destination::Folder(folder.path().to_path_buf());
    let delivery = town.delivery(Mailer::open(&destination).unwrap());
    while delivery.step().await.unwrap() == Step::Sent {}
    let all = mailbox::messages_in(folder.path()).into_iter().map(|path| mailbox::Read::file(&path));
    let mut to: Vec<_> = all.filter(|read| read.header("To") == address).collect();
    assert_eq!(to.len(), 1, "messages to {address}");
    to.remove(0)
}

//! The program as it is installed: it sends what waits, and says at its start what is wrong with its mail.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use kernel::{Context, SystemClock, SystemRandomness};
use store::DatabaseUrl;

use super::mailbox::{Read, messages_in};
use super::*;
use crate::town::{Engine, TestDatabase};

fn path(database: &TestDatabase) -> &Path {
    match &database.url {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => unreachable!(),
    }
}

fn serve(database: &TestDatabase, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maillage"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--database"])
        .arg(format!("sqlite:{}", path(database).display()));
    command.args(options).env_remove("MAILLAGE_MAIL").env_remove("MAILLAGE_MAIL_FROM");
    command.current_dir(path(database).parent().unwrap()).stdin(Stdio::null());
    command
}

/// Its server, stopped with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_waits_is_sent_at_the_start_into_a_folder_beside_the_database() {
    let database = TestDatabase::copy_of_template(Engine::Sqlite);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _entered = runtime.enter();
    let store = Store::open(&database.url, 2).unwrap();
    let queue = |tx: &mut store::Tx<'_>| {
        let who = Who::operator();
        outbox::queue(&Context::new(&who, &SystemClock, &SystemRandomness), tx, &message("elise@exemple.fr"))
    };
    store.write_blocking(queue).unwrap();
    let running =
        Running(serve(&database, &["--mail-from", "bonjour@exemple.fr"]).stdout(Stdio::null()).spawn().unwrap());
    let folder = path(&database).with_file_name("courriels");
    runtime.block_on(wait_until(|| async { !messages_in(&folder).is_empty() }));
    assert_eq!(Read::file(&messages_in(&folder)[0]).header("From"), "Maillage <bonjour@exemple.fr>");
    runtime.block_on(wait_until(|| async { store.read(|tx| outbox::count(tx, MailState::Sent)).await.unwrap() == 1 }));
    drop(running);
}

#[test]
fn a_wrong_mail_setting_is_told_at_the_start_in_one_line_without_its_password() {
    let database = TestDatabase::copy_of_template(Engine::Sqlite);
    let in_a_file = format!("dossier:{}/courriels", path(&database).display());
    for (options, said) in [
        (["--mail", in_a_file.as_str()], "ne peut pas être écrit"),
        (["--mail", "smtp://u:secret@exemple.fr:port"], "configuration : mail"),
        (["--mail", "http://u:secret@exemple.fr"], "configuration : mail"),
        (["--mail-from", "Maillage"], "configuration : mail_from"),
    ] {
        let Output { status, stderr, .. } = serve(&database, &options).output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        let sentence = stderr.lines().find(|line| line.starts_with("maillage : ")).unwrap_or_default();
        assert!(!status.success() && sentence.contains(said), "{options:?}: {stderr}");
        assert!(!stderr.contains("secret"), "{stderr}");
    }
}

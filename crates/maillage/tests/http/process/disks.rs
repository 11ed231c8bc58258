//! Folders that may not be written, disks that fill up.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use kernel::Error;
use store::Store;
use store::register::{self, Verdict};

use super::SERVE;
use super::program::{Folder, Running, Server, note};

#[test]
fn a_folder_without_the_right_to_write_is_told_in_one_sentence() {
    if !am_root() {
        return;
    }
    let folder = Folder::new();
    let binary = folder.path().join("maillage");
    std::fs::copy(env!("CARGO_BIN_EXE_maillage"), &binary).unwrap();
    let as_nobody = |arguments: &[&str]| {
        let mut command = folder.maillage_from(&binary, arguments);
        command.uid(65_534).gid(65_534);
        Running::start(command).wait().refuses()
    };
    for command in [&SERVE[..], &["init"], &["demo"], &["migrate"]] {
        let sentence = as_nobody(command);
        assert!(sentence.ends_with("le dossier n'existe pas, ou il n'est pas permis d'y écrire."), "{sentence}");
    }
    // A database is there: it may be read, not written.
    let demonstration = Folder::with_demonstration();
    std::fs::rename(demonstration.database(), folder.database()).unwrap();
    let sentence = as_nobody(&SERVE);
    assert!(sentence.contains("pas permis d'y écrire"), "{sentence}");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let sentence = as_nobody(&SERVE);
    assert!(sentence.contains("écri"), "{sentence}");
}

#[test]
fn a_disk_that_fills_up_during_the_creation_leaves_nothing_half_made() {
    if !am_root() {
        return;
    }
    let disk = Disk::of(16);
    // In turn: the file itself, between two steps of the schema, the territories, the demonstration.
    for kilobytes in [16, 64, 100, 200, 300, 1_000, 14_000] {
        disk.grow_to(kilobytes);
        for command in [&["demo"][..], &SERVE] {
            let sentence = disk.folder.run(command).refuses();
            assert!(sentence.contains("disque"), "{kilobytes} kB: {sentence}");
        }
    }
    assert_eq!(disk.folder.number("select (select count(*) from register) + (select count(*) from territory)"), 0);
    disk.grow_to(100_000);
    disk.folder.run(&["demo"]).succeeds();
    let entries = disk.folder.number("select count(*) from register");
    assert!(entries > 500, "{entries}");
    disk.folder.run(&["register", "verify"]).succeeds().says(&format!("Registre intact : {entries} écritures"));
}

#[test]
fn a_disk_that_fills_up_while_acts_run_refuses_them_and_goes_on_once_there_is_room() {
    if !am_root() {
        return;
    }
    let disk = Disk::of(100_000);
    let demonstration = Folder::with_demonstration();
    std::fs::copy(demonstration.database(), disk.folder.database()).unwrap();
    let size = std::fs::metadata(disk.folder.database()).unwrap().len() / 1_024;
    disk.grow_to(size + 2_000);
    let server = Server::start(disk.folder.maillage(&SERVE));
    let store = Store::open(&disk.folder.url(), 2).unwrap();

    let mut noted = 0;
    let refusal = loop {
        match note(&store, &format!("acte {}", noted + 1)) {
            Ok(()) => noted += 1,
            Err(refusal) => break refusal,
        }
        assert!(noted < 10_000, "the disk never fills up");
    };
    let Error::Unavailable(sentence) = &refusal else { panic!("{refusal:?}") };
    assert!(sentence.contains("disque du serveur est plein : rien n'a été enregistré"), "{sentence}");
    assert!(note(&store, "encore plein").is_err());
    let count = "select count(*) from fact where topic = 'Disque'";
    assert_eq!(disk.folder.number(count), noted);
    assert_eq!(
        disk.folder.number("select count(*) from register where act = 'fact.noted' and payload like '%\"acte %'"),
        noted
    );
    assert!(matches!(store.read_blocking(|tx| register::verify(tx, None)).unwrap(), Verdict::Sound { .. }));
    // Whoever reads sees all of it.
    assert!(server.get("/health").1.starts_with("ok "));
    assert!(server.get("/gouvernances/grain-vendee").1.contains(&format!("acte {noted}")));

    disk.grow_to(size + 32_000);
    for number in noted + 1..=noted + 20 {
        note(&store, &format!("acte {number}")).unwrap();
    }
    assert_eq!(disk.folder.number(count), noted + 20);
    assert!(server.get("/gouvernances/grain-vendee").1.contains(&format!("acte {}", noted + 20)));
    server.stop().succeeds();
    disk.folder.run(&["register", "verify"]).succeeds().says("Registre intact");
}

/// A folder on a disk of its own, of which the size is chosen; unmounted at the end.
struct Disk {
    folder: Folder,
}

impl Disk {
    fn of(kilobytes: u64) -> Self {
        let disk = Self { folder: Folder::new() };
        disk.mount(&format!("size={kilobytes}k,mode=755"));
        disk
    }

    /// Or shrinks, as long as what it holds fits.
    fn grow_to(&self, kilobytes: u64) {
        self.mount(&format!("remount,size={kilobytes}k"));
    }

    fn mount(&self, options: &str) {
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(self.folder.path()).status();
        assert!(status.unwrap().success(), "mount -o {options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // « Lazy »: connections of this process may be closing still.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

/// Mounting a disk and acting as somebody else take root, as in the containers in which the tests run.
fn am_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    let root = output.stdout.trim_ascii() == b"0";
    if !root {
        println!("not root: this test does nothing");
    }
    root
}

//! The register, tampered with.

use kernel::register::Digest;
use store::{Store, register};

use super::program::Folder;

#[test]
fn tampering_is_found_and_the_entry_named() {
    let folder = Folder::with_demonstration();
    let last = folder.number("select count(*) from register");
    folder.run(&["register", "verify"]).succeeds().says(&format!("Registre intact : {last} écritures"));
    let sound = std::fs::read(folder.database()).unwrap();
    let invented = "at, actor, organisation, act, governance, subject, summary, payload, hash from register";
    let (before, after) = (last - 1, last + 1);
    for (sql, expected) in [
        ("update register set summary = 'Rien' where seq = 100".to_owned(), "l'écriture 100 a été modifiée".to_owned()),
        (format!("update register set at = at + 1 where seq = {last}"), format!("l'écriture {last} a été modifiée")),
        ("update register set hash = zeroblob(32) where seq = 1".to_owned(), "l'écriture 1 a été modifiée".to_owned()),
        ("delete from register where seq = 100".to_owned(), "l'écriture 100 manque".to_owned()),
        ("delete from register where seq = 1".to_owned(), "l'écriture 1 manque".to_owned()),
        (
            "delete from register where seq > 500".to_owned(),
            format!("s'arrête à l'écriture 500, sa tête annonce {last}"),
        ),
        (
            format!("insert into register select {after}, {invented} where seq = 100"),
            format!("l'écriture {after} a été modifiée"),
        ),
        (
            format!("update register_head set seq = {before}"),
            format!("s'arrête à l'écriture {last}, sa tête annonce {before}"),
        ),
        ("delete from register".to_owned(), format!("s'arrête à l'écriture 0, sa tête annonce {last}")),
    ] {
        std::fs::write(folder.database(), &sound).unwrap();
        folder.sql(&sql);
        let sentence = folder.run(&["register", "verify"]).refuses();
        assert!(sentence.starts_with("REGISTRE ALTÉRÉ : ") && sentence.contains(&expected), "{sql}: {sentence}");
    }
}

#[test]
fn a_published_digest_finds_a_register_rewritten_as_a_whole() {
    let folder = Folder::with_demonstration();
    let published: String = folder.text("select '50:' || lower(hex(hash)) from register where seq = 50");
    let verify = |published: &str| folder.run(&["register", "verify", "--published", published]);
    verify(&published).succeeds().says("Registre intact");
    let other = published.replacen("50:", "51:", 1);
    assert!(verify(&other).refuses().contains("l'écriture 51 a été modifiée"));
    assert!(verify(&published.replacen("50:", "5000:", 1)).refuses().starts_with("REGISTRE ALTÉRÉ"));
    for unreadable in
        ["50", "50:abc", "abc", "0:0000000000000000000000000000000000000000000000000000000000000000", "-1:"]
    {
        let sentence = folder.run(&["register", "verify", &format!("--published={unreadable}")]).refuses();
        assert!(sentence.contains("NUMÉRO:EMPREINTE"), "{unreadable}: {sentence}");
    }

    rewrite_register(&folder, 10);
    folder.run(&["register", "verify"]).succeeds();
    assert!(verify(&published).refuses().contains("l'écriture 50 a été modifiée, ou celle qui la précède"));
}

/// Changes one entry and makes all hashes after it fit again, as somebody with the database and this program could.
fn rewrite_register(folder: &Folder, seq: i64) {
    let store = Store::open(&folder.url(), 2).unwrap();
    let mut entries = store.read_blocking(|tx| register::following(tx, None, 0, 10_000)).unwrap();
    let database = rusqlite::Connection::open(folder.database()).unwrap();
    let mut previous = Digest::GENESIS;
    database.execute_batch("begin").unwrap();
    for entry in &mut entries {
        if entry.seq == seq {
            entry.summary = "Autre chose".to_owned();
        }
        entry.hash = entry.expected_hash(previous);
        previous = entry.hash;
        let change = "update register set summary = ?2, hash = ?3 where seq = ?1";
        database.execute(change, (entry.seq, &entry.summary, &entry.hash.0)).unwrap();
    }
    database.execute("update register_head set hash = ?1", (&previous.0,)).unwrap();
    database.execute_batch("commit").unwrap();
}

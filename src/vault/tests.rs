//! Keys are made once, changed without losing the old ones, and read by whoever reads the format.

use std::{fs, os::unix::fs::PermissionsExt as _};

use jiff::civil::date;
use uuid::Uuid;

use super::{CheckFault, Seal, Verifiers};
use crate::domain::receipt::{ContentHash, Kind, Note, Statement};

const HOST: &str = "tsunagi.example.jp";

fn statement() -> Statement {
    Statement {
        number: Uuid::from_u128(7),
        kind: Kind::Sheet,
        ward: "架空区".to_owned(),
        facility: "桜小学校".to_owned(),
        day: date(2026, 11, 20),
        received: "2026-11-20T00:12:00Z".parse().unwrap(),
        children: 4,
        content: ContentHash::of(Uuid::from_u128(9), ["欠席"]),
    }
}

#[test]
fn a_receipt_is_checked_whole_folded_and_however_it_was_copied() {
    let seal = Seal::fresh(HOST).unwrap();
    let signed = seal.sign(&statement());
    let windows = signed.note.replace('\n', "\r\n");
    let broken = signed.code.as_bytes().chunks(60).map(|part| str::from_utf8(part).unwrap()).collect::<Vec<_>>().join("\n ");
    for typed in [&signed.note, &signed.code, &windows, &broken, &format!("\n\n{}\n \n", signed.note)] {
        let checked = seal.verifiers().check(typed).unwrap_or_else(|fault| panic!("{fault}: {typed}"));
        assert_eq!((checked.statement, checked.key), (statement(), signed.key.clone()));
    }
}

#[test]
fn a_changed_or_foreign_receipt_is_refused() {
    let (seal, other) = (Seal::fresh(HOST).unwrap(), Seal::fresh(HOST).unwrap());
    let note = seal.sign(&statement()).note;
    let line = note.lines().last().unwrap();
    for (typed, fault) in [
        (note.replace("children 4", "children 5"), CheckFault::Forged),
        (note.replace("09:12:00", "08:12:00"), CheckFault::Forged),
        (other.sign(&statement()).note, CheckFault::UnknownKey),
        (note.replace(line, ""), CheckFault::NotAReceipt),
        (note.replace("— ", "- "), CheckFault::Broken),
        ("欠席のお知らせ".to_owned(), CheckFault::NotAReceipt),
    ] {
        assert_eq!(seal.verifiers().check(&typed).unwrap_err(), fault, "{typed}");
    }
    // Somebody else's signature in the place of ours, under our name and number.
    let theirs = Note::read(&other.sign(&statement()).note).unwrap();
    let mut forged = Note::read(&note).unwrap();
    forged.lines[0].signature.clone_from(&theirs.lines[0].signature);
    assert_eq!(seal.verifiers().check(&forged.to_string()).unwrap_err(), CheckFault::Forged);
}

#[test]
fn the_key_is_made_once_for_its_owner_only_and_an_older_one_stays_ours() {
    let data = tempfile::tempdir().unwrap();
    let first = Seal::open(data.path(), HOST).unwrap().sign(&statement());
    let again = Seal::open(data.path(), "elsewhere.example.jp").unwrap().sign(&statement());
    assert_eq!(first.note, again.note, "the key and its name stay");
    let key = data.path().join("receipts/key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    let changed = Seal::rotate(data.path(), HOST).unwrap();
    let seal = Seal::open(data.path(), HOST).unwrap();
    let new = seal.sign(&statement());
    assert_eq!(new.key, changed.number());
    for note in [&first.note, &new.note] {
        seal.verifiers().check(note).unwrap();
        Seal::known(data.path()).unwrap().check(note).unwrap();
    }
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(data.path().join("receipts")).unwrap().count(), 2, "nothing half-written stays");

    fs::write(&key, "PRIVATE+KEY+what+00000000+AAAA\n").unwrap();
    assert!(Seal::open(data.path(), HOST).is_err(), "a broken key is not silently replaced");
}

#[test]
fn a_lost_list_of_public_keys_has_the_one_in_use_again_after_a_start() {
    let data = tempfile::tempdir().unwrap();
    let note = Seal::open(data.path(), HOST).unwrap().sign(&statement()).note;
    fs::remove_file(data.path().join("receipts/public-keys")).unwrap();
    assert_eq!(Seal::known(data.path()).unwrap().check(&note).unwrap_err(), CheckFault::UnknownKey);
    Seal::open(data.path(), HOST).unwrap();
    Seal::known(data.path()).unwrap().check(&note).unwrap();
}

/// The example of the format's own description (golang.org/x/mod/sumdb/note): key and number as that program reads them.
#[test]
fn a_key_of_another_program_is_read_as_it_reads_it() {
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let read = Verifiers::read(&format!("# of the example\n\n{PETER}\n")).unwrap();
    assert_eq!(read.0[0].to_string(), PETER);
    assert_eq!(read.0[0].number(), "c74f20a3");
    for broken in ["PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann", "a b+00+AA=="] {
        assert!(Verifiers::read(broken).is_err());
    }
}

/// The same example's signature, checked with the same primitive under the same framing.
#[test]
fn a_signature_of_another_program_fits() {
    const NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
                        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = Note::read(NOTE).unwrap();
    let verifier = &Verifiers::read(PETER).unwrap().0[0];
    assert_eq!((note.lines[0].hash, note.to_string()), (verifier.hash(), NOTE.to_owned()));
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, verifier.key);
    key.verify(note.text.as_bytes(), &note.lines[0].signature).unwrap();
}

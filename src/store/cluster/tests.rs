//! The parts that read what others wrote: version lines, lock files, socket paths, search places.

use std::path::{Path, PathBuf};

use super::ClusterError;
use super::find::{Search, parse_major};
use super::pidfile::{PidFile, serves};
use super::socket::fits;

#[test]
fn the_major_version_is_read_from_every_kind_of_release() {
    assert_eq!(parse_major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
    assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
    assert_eq!(parse_major("postgres (PostgreSQL) 9.6.24"), Some(9));
    assert_eq!(parse_major("postgres: command failed"), None);
    assert_eq!(parse_major(""), None);
}

#[test]
fn a_lock_file_is_ready_only_when_its_eighth_line_says_so() {
    let file = |status: &str| format!("4711\n/data\n1790000000\n5432\n/run\n\n  123  4\n{status}\n");
    assert_eq!(PidFile::parse(&file("ready   ")), Some(PidFile { pid: 4711, ready: true }));
    assert_eq!(PidFile::parse(&file("starting")), Some(PidFile { pid: 4711, ready: false }));
    assert_eq!(PidFile::parse("4711\n/data\n"), Some(PidFile { pid: 4711, ready: false }));
}

#[test]
fn a_broken_lock_file_names_no_process() {
    for text in ["", "\n", "x\n", "0\n", "1\n", "-2147483648\n", "99999999999\n"] {
        assert_eq!(PidFile::parse(text), None, "{text:?}");
    }
}

#[test]
fn a_living_process_that_is_no_server_does_not_serve() {
    let own = i32::try_from(std::process::id()).unwrap();
    assert!(!serves(own, Path::new("/tmp")));
}

#[test]
fn a_socket_folder_is_short_and_plain() {
    assert!(fits(Path::new("/var/lib/tsunagi/postgres/run")));
    // "/.s.PGSQL.5432" adds 14 bytes; the whole stays below 100.
    assert!(fits(&PathBuf::from(format!("/{}", "a".repeat(84)))));
    assert!(!fits(&PathBuf::from(format!("/{}", "a".repeat(85)))));
    assert!(!fits(Path::new("/srv/with,comma/run")));
    assert!(!fits(Path::new("/srv/つなぎ/run")));
}

#[test]
fn missing_and_old_programs_are_told_apart() {
    let empty = tempfile::tempdir().unwrap();
    let missing = Search::only([empty.path().to_path_buf()]).find(None).unwrap_err();
    assert!(matches!(missing, ClusterError::ProgramsMissing { .. }), "{missing}");

    let old = fake_server(empty.path(), "9.6.24");
    let too_old = Search::only([old]).find(None).unwrap_err();
    assert!(matches!(&too_old, ClusterError::ProgramsTooOld { found, .. } if found == "9"), "{too_old}");
}

#[test]
fn data_is_opened_by_the_version_that_made_it() {
    let home = tempfile::tempdir().unwrap();
    let (newer, older) = (fake_server(home.path(), "17.2"), fake_server(home.path(), "15.9"));
    let search = Search::only([newer, older]);
    assert_eq!(search.find(None).unwrap().major, 17);
    assert_eq!(search.find(Some((15, home.path()))).unwrap().major, 15);
    let gone = search.find(Some((16, home.path()))).unwrap_err();
    assert!(matches!(&gone, ClusterError::VersionGone { wanted: 16, found, .. } if found == "17, 15"), "{gone}");
}

fn fake_server(home: &Path, version: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = home.join(version);
    std::fs::create_dir(&folder).unwrap();
    for program in ["postgres", "initdb"] {
        let path = folder.join(program);
        std::fs::write(&path, format!("#!/bin/sh\necho \"{program} (PostgreSQL) {version}\"\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

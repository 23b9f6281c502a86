//! Every reason for which the embedded database does not start, and that each says how to mend it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::geteuid;
use tempfile::TempDir;
use tsunagi::store::cluster::{Cluster, ClusterError, Search};

use super::{mode, open_to_all, quiet, start};

#[tokio::test]
async fn lost_passwords_and_damaged_data_are_said() {
    let data = TempDir::new().unwrap();
    start(data.path()).await.stop().await.unwrap();
    let passwords = data.path().join("postgres/passwords");
    fs::rename(&passwords, passwords.with_extension("away")).unwrap();
    let lost = Cluster::start(data.path(), &quiet).await.unwrap_err();
    assert!(
        matches!(&lost, ClusterError::Passwords { path } if *path == fs::canonicalize(data.path()).unwrap().join("postgres/passwords")),
        "{lost}"
    );
    fs::rename(passwords.with_extension("away"), &passwords).unwrap();

    let control = data.path().join("postgres/cluster/global/pg_control");
    fs::remove_file(control).unwrap();
    let damaged = Cluster::start(data.path(), &quiet).await.unwrap_err();
    assert!(matches!(&damaged, ClusterError::Start { said, .. } if said.contains("pg_control")), "{damaged}");
}

#[tokio::test]
async fn a_closed_data_folder_of_ours_is_opened_no_further_than_needed() {
    let data = TempDir::new().unwrap();
    fs::set_permissions(data.path(), Permissions::from_mode(0o700)).unwrap();
    start(data.path()).await.stop().await.unwrap();
    let wanted = if geteuid().is_root() { 0o701 } else { 0o700 };
    assert_eq!(mode(data.path()), wanted);
}

#[tokio::test]
async fn missing_programs_say_what_to_install() {
    let (data, empty) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let search = Search::only([empty.path().to_path_buf()]);
    let missing = Cluster::start_with(&search, data.path(), &quiet).await.unwrap_err();
    assert!(matches!(missing, ClusterError::ProgramsMissing { .. }));
    for part in ["apt-get install postgresql", "DATABASE_URL", empty.path().to_str().unwrap()] {
        assert!(missing.to_string().contains(part), "{missing}");
    }
}

#[tokio::test]
async fn what_initdb_says_reaches_the_operator() {
    for (line, wanted) in [
        ("initdb: error: could not write file: No space left on device", "is full"),
        ("initdb: error: invalid locale name \"C.UTF-8\"", "invalid locale name"),
    ] {
        let (data, programs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        open_to_all(programs.path());
        fake_program(&programs.path().join("postgres"), "echo 'postgres (PostgreSQL) 15.0'");
        fake_program(&programs.path().join("initdb"), &format!("echo '{line}' >&2; exit 1"));
        let search = Search::only([programs.path().to_path_buf()]);
        let error = Cluster::start_with(&search, data.path(), &quiet).await.unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
        assert!(!data.path().join("postgres/first-password").exists());
    }
}

fn fake_program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("the script is written");
    open_to_all(path);
}

#[tokio::test]
async fn a_folder_out_of_reach_says_how_to_mend_it() {
    let parent = TempDir::new().unwrap();
    let data = parent.path().join("data");
    // As /root to the server's account when we are root; as somebody else's folder to us when we are not.
    let closed = if geteuid().is_root() { 0o700 } else { 0o500 };
    fs::set_permissions(parent.path(), Permissions::from_mode(closed)).unwrap();
    let error = Cluster::start(&data, &quiet).await.unwrap_err();
    let (said, blocked) = (error.to_string(), parent.path().to_str().unwrap());
    assert!(said.contains("TSUNAGI_DATA") && said.contains(blocked), "{said}");
    if geteuid().is_root() {
        assert!(said.contains(&format!("chmod o+x {blocked}")), "{said}");
    }
}

//! The embedded database from outside: made, stopped, killed in every way, shared and kept apart, as root or not.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]
#![expect(clippy::print_stdout, reason = "the hub that is killed tells the test what it committed")]

mod refusals;

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tsunagi::store::cluster::{Access, Cluster, ClusterError, Condition, Joined, Running};

const DATA: &str = "TSUNAGI_TEST_CLUSTER_DATA";

fn quiet(_: &str) {}

async fn start(data: &Path) -> Running {
    Cluster::start(data, &quiet).await.expect("the database starts")
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.expect("the database takes the connection")
}

async fn text(options: &PgConnectOptions, question: &'static str) -> String {
    let mut db = connect(options).await;
    sqlx::query_scalar(question).fetch_one(&mut db).await.expect("the question is answered")
}

async fn run(options: &PgConnectOptions, statement: &'static str) {
    sqlx::query(statement).execute(&mut connect(options).await).await.expect("the statement runs");
}

fn server_pid(data: &Path) -> i32 {
    let file = fs::read_to_string(data.join("postgres/cluster/postmaster.pid")).expect("the server runs");
    file.lines().next().and_then(|line| line.parse().ok()).expect("a process number")
}

fn lives(pid: i32) -> bool {
    // A killed child of a killed parent may stay as a zombie where nobody reaps it.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    kill(Pid::from_raw(pid), None).is_ok() && !stat.contains(") Z ")
}

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_database_is_private_and_durable() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    let access = running.access();
    assert_private_and_durable(access).await;
    assert_eq!(mode(data.path().join("postgres/passwords")), 0o600);
    assert_eq!(mode(access.socket()), 0o700);
    assert!(!data.path().join("postgres/first-password").exists());
    let rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules";
    assert_eq!(text(&access.admin(), rules).await, "scram-sha-256");
    let shown = format!("{access:?} {running:?}");
    let secrets = fs::read_to_string(data.path().join("postgres/passwords")).unwrap();
    for secret in secrets.lines().filter_map(|line| line.split_once('=')) {
        assert!(secret.1.len() >= 32 && !shown.contains(secret.1));
    }
    running.stop().await.unwrap();
}

async fn assert_private_and_durable(access: &Access) {
    for (question, answer) in [
        ("SHOW listen_addresses", ""),
        ("SHOW fsync", "on"),
        ("SHOW synchronous_commit", "on"),
        ("SHOW full_page_writes", "on"),
        ("SHOW data_checksums", "on"),
        ("SHOW server_encoding", "UTF8"),
        ("SELECT datcollate FROM pg_database WHERE datname = current_database()", "C.UTF-8"),
        ("SELECT current_user::text", "tsunagi_app"),
    ] {
        assert_eq!(text(&access.app(), question).await, answer, "{question}");
    }
}

#[tokio::test]
async fn the_hub_owns_nothing_and_bypasses_nothing() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    let access = running.access();
    let rights = "SELECT concat_ws(',', rolname, rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb)
        FROM pg_roles WHERE rolname = current_user";
    assert_eq!(text(&access.app(), rights).await, "tsunagi_app,f,f,f,f,f");
    assert_eq!(text(&access.owner(), rights).await, "tsunagi_owner,f,f,t,t,f");

    run(&access.owner(), "CREATE SCHEMA hub").await;
    let refused = sqlx::query("CREATE TABLE public.mine ()").execute(&mut connect(&access.app()).await).await;
    assert!(refused.unwrap_err().to_string().contains("permission denied"));
    let elsewhere = PgConnection::connect_with(&access.app().database("postgres")).await;
    assert!(elsewhere.unwrap_err().to_string().contains("permission denied"));
    let guessed = PgConnection::connect_with(&access.owner().password("guessed")).await;
    assert!(guessed.unwrap_err().to_string().contains("password authentication failed"));
    running.stop().await.unwrap();
}

#[tokio::test]
async fn data_outlives_a_stop_and_the_server_does_not() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    run(&running.access().owner(), "CREATE TABLE kept AS SELECT 'here' AS word").await;
    let pid = server_pid(data.path());
    let condition = running.condition();
    running.stop().await.unwrap();
    assert_eq!(*condition.borrow(), Condition::Stopped);
    assert!(!lives(pid));

    let again = start(data.path()).await;
    assert_eq!(text(&again.access().owner(), "SELECT word FROM kept").await, "here");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_is_started_again() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    run(&running.access().owner(), "CREATE TABLE kept AS SELECT 'here' AS word").await;
    let mut condition = running.condition();
    assert_eq!(*condition.borrow(), Condition::Up);
    for _ in 0..2 {
        let pid = server_pid(data.path());
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        condition.wait_for(|now| *now == Condition::Down).await.unwrap();
        let up = tokio::time::timeout(Duration::from_mins(1), condition.wait_for(|now| *now == Condition::Up)).await;
        up.expect("the server comes back").unwrap();
        assert_ne!(server_pid(data.path()), pid);
        assert_eq!(text(&running.access().owner(), "SELECT word FROM kept").await, "here");
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_come_back_can_still_be_left() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    let mut condition = running.condition();
    let control = data.path().join("postgres/cluster/global/pg_control");
    fs::rename(&control, control.with_extension("away")).unwrap();
    kill(Pid::from_raw(server_pid(data.path())), Signal::SIGKILL).unwrap();
    condition.wait_for(|now| *now == Condition::Down).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), running.stop()).await.expect("it stops").unwrap();
}

/// Not a test: the hub that [`a_killed_hub_loses_nothing`] kills. It prints a number once its row is committed.
#[tokio::test]
#[ignore = "the process that another test starts and kills"]
async fn hub_that_is_killed() {
    let Some(data) = given() else { return };
    let running = start(Path::new(&data)).await;
    let mut db = connect(&running.access().owner()).await;
    sqlx::query("CREATE TABLE report (number integer PRIMARY KEY)").execute(&mut db).await.unwrap();
    for number in 1_i32.. {
        sqlx::query("INSERT INTO report VALUES ($1)").bind(number).execute(&mut db).await.unwrap();
        println!("committed {number}");
    }
}

/// Not a test: an ordinary user's hub, started by [`an_ordinary_user_can_run_it`].
#[tokio::test]
#[ignore = "the process that another test starts as an ordinary user"]
async fn hub_of_an_ordinary_user() {
    let Some(data) = given() else { return };
    assert!(!geteuid().is_root());
    let running = start(Path::new(&data)).await;
    assert_private_and_durable(running.access()).await;
    running.stop().await.unwrap();
    println!("committed 1");
}

#[expect(clippy::disallowed_methods, reason = "the only word between a test and the hub it starts")]
fn given() -> Option<OsString> {
    std::env::var_os(DATA)
}

/// This test program again, running one of the two hubs above on `data`.
fn hub(program: &Path, role: &str, data: &Path) -> Command {
    let module = module_path!().split_once("::").map_or("", |(_, module)| module);
    let mut command = Command::new(program);
    command.arg(format!("{module}::{role}")).args(["--exact", "--ignored", "--nocapture"]);
    command.env(DATA, data).stdout(Stdio::piped());
    command
}

fn committed(line: &str) -> Option<i32> {
    line.split_once("committed ")?.1.trim().parse().ok()
}

#[tokio::test]
async fn a_killed_hub_loses_nothing() {
    let data = TempDir::new().unwrap();
    let program = std::env::current_exe().unwrap();
    let mut hub = hub(&program, "hub_that_is_killed", data.path()).spawn().unwrap();
    let mut lines = BufReader::new(hub.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut last = lines.by_ref().filter_map(|line| committed(&line)).find(|number| *number >= 200).unwrap();
    let orphan = server_pid(data.path());
    hub.kill().unwrap();
    hub.wait().unwrap();
    last = lines.filter_map(|line| committed(&line)).last().unwrap_or(last);
    assert!(lives(orphan), "the server outlives its hub, or this test shows nothing");

    let running = start(data.path()).await;
    assert!(!lives(orphan));
    let found = "SELECT concat(count(*), ' ', max(number)) FROM report";
    let found = text(&running.access().owner(), found).await;
    // The commit after the last line read may have been cut off between the database and the print.
    assert!([format!("{last} {last}"), format!("{0} {0}", last + 1)].contains(&found), "{found} after {last}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn an_ordinary_user_can_run_it() {
    let home = TempDir::new().unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let data = home.path().join("data");
    fs::create_dir(&data).unwrap();
    let program = home.path().join("hub");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = hub(&program, "hub_of_an_ordinary_user", &data);
    command.current_dir("/");
    if geteuid().is_root() {
        let user = User::from_name("nobody").unwrap().expect("every system has a nobody");
        chown(&data, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
        command.gid(user.gid.as_raw()).uid(user.uid.as_raw());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.lines().any(|line| committed(line).is_some()), "{said}");
    assert_eq!(mode(data.join("postgres")), 0o700);
}

#[tokio::test]
async fn a_second_hub_is_refused_and_a_command_is_let_in() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    let refused = Cluster::start(data.path(), &quiet).await.unwrap_err();
    let pid = std::process::id().to_string();
    assert!(matches!(&refused, ClusterError::InUse { pid: by, .. } if *by == pid), "{refused}");
    assert!(refused.to_string().contains("TSUNAGI_DATA"));

    let guest = Cluster::connect_or_start(data.path(), &quiet).await.unwrap();
    assert!(matches!(guest, Joined::Guest(_)));
    assert_eq!(text(&guest.access().app(), "SELECT current_user::text").await, "tsunagi_app");
    guest.leave().await.unwrap();
    assert_eq!(text(&running.access().app(), "SELECT 'still here'").await, "still here");
    running.stop().await.unwrap();

    let alone = Cluster::connect_or_start(data.path(), &quiet).await.unwrap();
    assert!(matches!(alone, Joined::Started(_)));
    let pid = server_pid(data.path());
    alone.leave().await.unwrap();
    assert!(!lives(pid));
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let data = TempDir::new().unwrap();
    let long = data.path().join("つなぎ/a, \"long\" one".to_owned() + &"x".repeat(120));
    fs::create_dir_all(&long).unwrap();
    open_to_all(&data.path().join("つなぎ"));
    open_to_all(data.path());
    let running = start(&long).await;
    let socket = running.access().socket().to_path_buf();
    assert!(socket.as_os_str().len() < 86, "{}", socket.display());
    assert_eq!(mode(&socket), 0o700);
    assert_private_and_durable(running.access()).await;
    let guest = Cluster::connect_or_start(&long, &quiet).await.unwrap();
    assert_eq!(guest.access().socket(), socket);
    running.stop().await.unwrap();
    start(&long).await.stop().await.unwrap();
    fs::remove_dir_all(socket).unwrap();
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("the folder is ours");
}

#[tokio::test]
async fn a_terminals_interrupt_does_not_reach_the_server() {
    let data = TempDir::new().unwrap();
    let running = start(data.path()).await;
    let group = |pid: u32| {
        // proc(5): after the name in brackets come state, parent and process group.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(2)).unwrap().to_owned()
    };
    let server = u32::try_from(server_pid(data.path())).unwrap();
    assert_eq!(group(server), server.to_string());
    assert_ne!(group(server), group(std::process::id()));
    running.stop().await.unwrap();
}

#[test]
fn a_dropped_handle_takes_the_server_along() {
    let data = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let running = runtime.block_on(start(data.path()));
    let pid = server_pid(data.path());
    drop(runtime);
    drop(running);
    assert!(!lives(pid));
}

#[tokio::test]
async fn a_lock_file_that_names_a_strangers_process_does_not_stop_a_start() {
    let data = TempDir::new().unwrap();
    start(data.path()).await.stop().await.unwrap();
    let cluster = data.path().join("postgres/cluster");
    // After a reboot the number may belong to anybody, even to another process of the server's own account.
    let mut sleeper = Command::new("sleep");
    sleeper.arg("600");
    if geteuid().is_root() {
        sleeper.uid(fs::metadata(&cluster).map(|meta| std::os::unix::fs::MetadataExt::uid(&meta)).unwrap());
    }
    let mut stranger = sleeper.spawn().unwrap();
    let stale = format!("{}\n{}\n1\n5432\n/tmp\n\n\nready   \n", stranger.id(), cluster.display());
    fs::write(cluster.join("postmaster.pid"), stale).unwrap();
    let outcome = Cluster::start(data.path(), &quiet).await;
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger was left alone");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    outcome.expect("the stale file is set aside").stop().await.unwrap();
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew() {
    let data = TempDir::new().unwrap();
    let half = data.path().join("postgres/cluster.new/base");
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("PG_VERSION"), "15\n").unwrap();
    let running = start(data.path()).await;
    assert_private_and_durable(running.access()).await;
    assert!(!data.path().join("postgres/cluster.new").exists());
    running.stop().await.unwrap();
}

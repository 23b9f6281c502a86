//! One private `PostgreSQL` for the whole run, and a database of its own for each test, cloned from a template.

use std::{
    fs::Permissions,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    runtime::{Builder, Handle},
    task::JoinHandle,
};
use tsunagi::store::{
    cluster::{Access, Cluster},
    migrate,
};

use super::world::World;

/// The template as the migrations leave it, and the one with both wards.
const EMPTY: &str = "it_empty";
const PEOPLED: &str = "it_peopled";

static SERVER: OnceLock<Server> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// The running server. It lives on a thread of its own, because every test ends its own runtime.
#[derive(Debug)]
struct Server {
    access: Access,
    admin: PgPool,
    handle: Handle,
}

/// A database for one test; gone when dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    name: String,
}

impl Scratch {
    /// Migrated, with the two wards of [`World`] in it.
    pub(crate) async fn peopled() -> Self {
        Self::cloned(PEOPLED).await
    }

    /// Migrated, without any ward.
    pub(crate) async fn empty() -> Self {
        Self::cloned(EMPTY).await
    }

    async fn cloned(template: &'static str) -> Self {
        let name = format!("it_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        server()
            .housekeep(format!("CREATE DATABASE {name} TEMPLATE {template} OWNER tsunagi_owner"))
            .await
            .expect("the task")
            .expect("a clone");
        Self { name }
    }

    /// The login of the hub at work.
    pub(crate) fn app(&self) -> PgConnectOptions {
        server().access.app().database(&self.name)
    }

    /// The same login as a setting names it, for the program in a process of its own.
    pub(crate) fn url(&self) -> String {
        self.app().to_url_lossy().to_string()
    }

    /// The owner of the tables, whom no fence stops.
    pub(crate) fn owner(&self) -> PgConnectOptions {
        server().access.owner().database(&self.name)
    }

    /// The superuser.
    pub(crate) fn admin(&self) -> PgConnectOptions {
        server().access.admin().database(&self.name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left to the server's own thread: nothing waits for it.
        drop(server().housekeep(format!("DROP DATABASE {} WITH (FORCE)", self.name)));
    }
}

impl Server {
    /// Runs a statement of the superuser on the server's own thread, which keeps its connections for all tests.
    fn housekeep(&'static self, statement: String) -> JoinHandle<sqlx::Result<()>> {
        let runs = async move { sqlx::raw_sql(AssertSqlSafe(statement)).execute(&self.admin).await.map(|_| ()) };
        self.handle.spawn(runs)
    }
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.expect("the database takes the connection")
}

async fn execute(conn: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await.expect("the statement runs");
}

fn server() -> &'static Server {
    SERVER.get_or_init(|| {
        let (started, wait) = mpsc::channel();
        thread::Builder::new().name("database".to_owned()).spawn(move || run(&started)).expect("a thread for the database");
        wait.recv().expect("the database starts")
    })
}

/// Starts the server, makes the templates, and stays for as long as the tests run.
fn run(started: &mpsc::Sender<Server>) {
    let folder = tempfile::Builder::new().prefix("tsunagi-it-").tempdir().expect("a temporary folder").keep();
    std::fs::set_permissions(&folder, Permissions::from_mode(0o711)).expect("the folder is ours");
    clean_up_after_us(&folder);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let running = Cluster::start(&folder, &|_: &str| {}).await.expect("the database starts");
        make_templates(running.access()).await;
        let admin = PgPoolOptions::new().max_connections(3).connect_lazy_with(running.access().admin());
        let server = Server { access: running.access().clone(), admin, handle: Handle::current() };
        started.send(server).expect("a test waits for the database");
        std::future::pending::<()>().await;
    });
}

async fn make_templates(access: &Access) {
    let mut admin = connect(&access.admin()).await;
    execute(&mut admin, format!("CREATE DATABASE {EMPTY} OWNER tsunagi_owner")).await;
    migrate::run(&access.owner().database(EMPTY), "tsunagi_app").await.expect("the migrations run");
    execute(&mut admin, format!("CREATE DATABASE {PEOPLED} TEMPLATE {EMPTY} OWNER tsunagi_owner")).await;
    let mut owner = connect(&access.owner().database(PEOPLED)).await;
    for world in World::both() {
        execute(&mut owner, world.sql()).await;
    }
    owner.close().await.expect("the template is left alone");
}

/// A test program has no end of its own to hang this on, and may be killed. So a shell waits for our end of a pipe to
/// close, which happens however we end, then stops the server and removes its folder.
fn clean_up_after_us(folder: &Path) {
    const SCRIPT: &str = r#"
        cat >/dev/null
        pid=$(head -n 1 "$1/postgres/cluster/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
        for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "${pid:-0}" 2>/dev/null || break; sleep 0.2; done
        rm -rf "$1""#;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(SCRIPT).arg("sh").arg(folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A Ctrl-C meant for the tests must not reach it first.
    let child = shell.process_group(0).spawn().expect("a shell");
    // Its end of the pipe stays open until the process is gone.
    std::mem::forget(child);
}

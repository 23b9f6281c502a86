//! The real program: a command that ends, or a hub in a process of its own.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::time::sleep;

use super::Wire;

/// The program with a data folder, and with no database but the embedded one unless it is told of another.
pub(crate) fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tsunagi"));
    command.env("TSUNAGI_DATA", data).env_remove("DATABASE_URL").env_remove("TSUNAGI_MIGRATE_URL").stdin(Stdio::null());
    command
}

/// A hub in a process of its own, on a port of its own; told to stop when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    data: PathBuf,
    port: u16,
    settings: Vec<(&'static str, String)>,
}

impl Process {
    /// Starts it; [`Process::ready`] waits for it.
    pub(crate) fn serve(data: &Path, settings: Vec<(&'static str, String)>) -> Self {
        let port = free_port();
        Self { child: spawn(data, port, &settings), data: data.to_owned(), port, settings }
    }

    /// Starts what a newcomer starts; what it says on the way goes into this file.
    pub(crate) fn quickstart(data: &Path, said: File) -> Self {
        let port = free_port();
        let mut command = program(data);
        command.arg("quickstart").env("TSUNAGI_LISTEN", format!("127.0.0.1:{port}")).stdout(Stdio::null()).stderr(said);
        Self { child: command.spawn().expect("the program starts"), data: data.to_owned(), port, settings: Vec::new() }
    }

    /// Waits until it answers.
    pub(crate) async fn ready(&self) {
        let (begun, browser) = (Instant::now(), self.browser());
        while browser.get("/healthz").await.is_none_or(|answer| answer.status != 200) {
            assert!(begun.elapsed() < Duration::from_mins(1), "the hub answers within a minute");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// A browser nobody knows yet, at this hub.
    pub(crate) fn browser(&self) -> Wire {
        Wire::to(self.port)
    }

    /// Ends it without a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it ends");
    }

    /// Starts it once more after it ended, with the same folder, port and settings.
    pub(crate) fn again(&mut self) {
        self.child = spawn(&self.data, self.port, &self.settings);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Told politely, so that it takes its database with it. The number of one that has ended may be another's by now.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a free port").port()
}

fn spawn(data: &Path, port: u16, settings: &[(&'static str, String)]) -> Child {
    let mut command = program(data);
    command.arg("serve").env("TSUNAGI_LISTEN", format!("127.0.0.1:{port}")).env("TSUNAGI_LOG", "error");
    let settings = settings.iter().map(|(name, value)| (*name, value));
    command.envs(settings).stdout(Stdio::null()).spawn().expect("the program starts")
}

//! When the hub of this process heard that a transaction is committed. PostgreSQL's own stamp is set before its log is on the disk, and a
//! report that is not on the disk is not committed yet.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    subscriber::Interest,
};
use tracing_subscriber::{Layer, filter::dynamic_filter_fn, layer::Context};

/// What the database's client tells of each statement.
const STATEMENTS: &str = "sqlx::query";

/// Off, each statement of the other parts costs a look at this.
static NOTES: AtomicBool = AtomicBool::new(false);
static NOTED: Mutex<Vec<SystemTime>> = Mutex::new(Vec::new());

struct Commits;

/// Notes commits while told to.
pub(crate) fn layer<S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>>() -> impl Layer<S> {
    let is_statement = |metadata: &Metadata<'_>| metadata.target() == STATEMENTS;
    let filter = dynamic_filter_fn(move |metadata, _| is_statement(metadata) && NOTES.load(Ordering::Relaxed))
        .with_callsite_filter(move |metadata| if is_statement(metadata) { Interest::sometimes() } else { Interest::never() })
        .with_max_level_hint(LevelFilter::DEBUG);
    Commits.with_filter(filter)
}

pub(crate) fn note(on: bool) {
    NOTES.store(on, Ordering::Relaxed);
}

/// Those noted since the last call.
pub(crate) fn noted() -> Vec<SystemTime> {
    std::mem::take(&mut *NOTED.lock().unwrap_or_else(PoisonError::into_inner))
}

impl<S: Subscriber> Layer<S> for Commits {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = SystemTime::now();
        let mut statement = IsCommit(false);
        event.record(&mut statement);
        if statement.0 {
            NOTED.lock().unwrap_or_else(PoisonError::into_inner).push(now);
        }
    }
}

struct IsCommit(bool);

impl Visit for IsCommit {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "summary" && value == "COMMIT";
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

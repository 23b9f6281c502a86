//! The kit of the integration tests: a private database server, a small world of two wards, the hub, and people who call it.
//!
//! `TestApp::new().await` is a hub of its own on a database of its own, with both wards in it; requests go through the whole
//! router: `app.caseworker().get("/alerts").await`. The clock stands at [`NOW`] until a test moves it.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]

mod answer;
mod app;
mod authenticator;
mod caller;
mod docs;
mod process;
mod provider;
mod push;
mod rows;
mod server;
mod smtp;
mod tests;
mod wire;
mod world;

pub(crate) use self::{
    answer::Answer,
    app::TestApp,
    authenticator::Authenticator,
    caller::Caller,
    docs::is_written,
    process::{Process, program},
    provider::{Flow, SERVICE_SECRET, Service},
    push::{Browser, PushService},
    server::Scratch,
    smtp::{Gate, MailServer, Manners, Tired},
    wire::Wire,
    world::{Alerted, Opened, Place, Staff, Watched, World},
};

/// When tests begin: Friday 2026-11-20, 09:00 in Japan.
pub(crate) const NOW: &str = "2026-11-20T00:00:00Z";

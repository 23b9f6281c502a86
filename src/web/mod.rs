//! The kit under every page: who is asking, what they typed, how a page or a refusal leaves.

pub mod agent;
pub mod alert_words;
mod app;
mod assets;
mod attempt;
pub mod care_words;
pub mod client;
mod cookies;
mod door;
mod download;
pub mod error;
mod feed;
mod field;
mod form;
mod frame;
pub mod glyph;
pub mod headers;
mod help;
pub mod here;
mod id;
mod lang;
mod limits;
pub mod live;
mod page;
mod paging;
pub mod passkey_words;
mod passkeys;
mod pdf;
pub mod peer;
pub mod picture;
mod problem;
mod proof;
pub mod protection;
pub mod provider;
pub mod registration;
pub mod retry;
mod routes;
pub mod rule_words;
pub mod say;
mod secret;
pub mod session_time;
pub mod takeaway;
mod token;
pub mod trouble;
pub mod upload;
pub mod urgent_words;
pub mod verify;
pub mod words;
mod workbook;

pub use self::{
    app::{App, Parts},
    assets::{Assets, PREFIX as ASSET_PREFIX},
    attempt::{Attempt, Who, counted},
    client::Connected,
    cookies::{
        LANGUAGE_COOKIE, SESSION_COOKIE, end_session, enrol_code, forget_code, forget_sent, keep_code, keep_language, keep_sent,
        sent, start_session,
    },
    door::Door,
    download::{Media, download},
    error::{Error, Result},
    feed::Feed,
    field::{Choice, ErrorLine, Field},
    form::{Fields, Form},
    frame::{ActorView, Frame, NavItem, is_set_up_open, role_word},
    help::Help,
    here::{Here, Signed},
    id::Path,
    lang::Lang,
    limits::Limits,
    page::{arrived_at, conflict, page, see_other, unprocessable, with_status},
    paging::{Pager, Paging},
    passkeys::{Answer, PasskeyRefused, Passkeys, Registered},
    pdf::{pdf, typeset},
    peer::Peer,
    problem::Problem,
    proof::Proof,
    provider::Providers,
    routes::{Route, Routes},
    secret::Secret,
    token::ApiToken,
    workbook::{Workbook, workbook, written},
};

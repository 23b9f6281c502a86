//! Coming in and going out: passkeys only, no user names, the same answer for every failure.

mod enrolment;
mod home;
mod language;
mod lock;
mod log;
mod organization;
mod recovery;
mod session;
mod verify;

use crate::web::{App, Door, Routes};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/", Door::Open("leads to the own first page, or to the sign-in page"), home::show)
        .get("/sign-in", Door::Open("nobody is known before it"), session::new)
        .post("/sign-in/options", Door::Open("begins a sign-in"), session::options)
        .post("/sign-in", Door::Open("finishes a sign-in"), session::create)
        .post("/sign-out", Door::Returning, session::destroy)
        .post("/lock", Door::Returning, lock::create)
        .get("/locked", Door::Open("a neutral page before a locked screen"), lock::show)
        .post("/verify/options", Door::Returning, verify::options)
        .post("/verify", Door::Returning, verify::create)
        .get("/enrol", Door::Open("an invitation code is asked for"), enrolment::new)
        .post("/enrol", Door::Open("takes an invitation code"), enrolment::show)
        .post("/enrol/options", Door::Open("begins a registration for an invitation code"), enrolment::options)
        .post("/enrol/credential", Door::Open("finishes a registration for an invitation code"), enrolment::create)
        .get("/recovery", Door::Open("the code of a recovery is asked for"), recovery::new)
        .post("/recovery", Door::Open("takes the code of a recovery"), recovery::show)
        .post("/recovery/options", Door::Open("begins a registration for a recovery"), recovery::options)
        .post("/recovery/credential", Door::Open("finishes a registration for a recovery"), recovery::create)
        .get("/organization", Door::Signed, organization::new)
        .post("/organization", Door::Signed, organization::create)
        .post("/language", Door::Open("a choice kept in a cookie"), language::update)
}

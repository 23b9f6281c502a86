//! Whether the hub is well, for balancers and monitors, telling nothing; and what it promises about its pages.

mod accessibility;
mod health;

use crate::web::{App, Door, Routes};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/healthz", Door::Open("monitors are not signed in"), health::show)
        .get("/healthz/duties", Door::Open("monitors are not signed in"), health::duties)
        .get("/accessibility", Door::Open("the policy on accessibility is public"), accessibility::show)
}

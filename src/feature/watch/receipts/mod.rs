//! Whether a receipt is ours: for whoever holds one, without signing in and without the database.

mod check;

use crate::web::{App, Door, Routes};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/receipts", Door::Open("whoever holds a receipt can check it; nothing is looked up"), check::new).post(
        "/receipts",
        Door::Open("checks a receipt by its signature; nothing is looked up"),
        check::create,
    )
}

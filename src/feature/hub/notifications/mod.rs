//! お知らせ: how one is told of alerts, on which devices, whether it arrives; and for the ward's desk what reached nobody.

mod device;
mod settings;
mod undelivered;
mod worker;

use crate::{
    gate::actions::{ChooseNotices, ListUndelivered, ReadNotices},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/me/notices", Door::asks::<ReadNotices>(), settings::show)
        .post("/me/notices", Door::asks::<ChooseNotices>(), settings::update)
        .post("/me/notices/devices", Door::asks::<ChooseNotices>(), device::create)
        .post("/me/notices/devices/{device}/removal", Door::asks::<ChooseNotices>(), device::destroy)
        .post("/me/notices/trial", Door::asks::<ChooseNotices>(), device::try_out)
        .get("/notices/undelivered", Door::asks::<ListUndelivered>(), undelivered::index)
        .get("/push-worker.js", Door::Open("a browser fetches its worker by itself, and it holds nothing"), worker::show)
}

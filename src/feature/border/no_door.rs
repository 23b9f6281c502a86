//! A route added without a door.

use crate::web::{App, Door, Result, Routes, see_other};

async fn show() -> Result {
    Ok(see_other("/"))
}

pub fn routes(app: &App) -> Routes {
    let _ = Door::Signed;
    #[cfg(border = "no_door")]
    return Routes::new(app).get("/back", show); // must not compile: E0061
    #[cfg(border = "no_door-ok")]
    return Routes::new(app).get("/back", Door::Signed, show);
}

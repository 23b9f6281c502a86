//! The router inside the recording one, to which a route could be added unrecorded.

use crate::web::{App, Routes};

pub fn routes(app: &App) -> Routes {
    let routes = Routes::new(app);
    #[cfg(border = "other_router")]
    let _ = routes.router; // must not compile: E0616
    #[cfg(border = "other_router-ok")]
    let _ = &routes;
    routes
}

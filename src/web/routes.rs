//! The recording router: every route is written down with its door, and the door is put before the handler.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodFilter, MethodRouter, on},
};

use super::{App, Door, client, here};
use crate::gate::actions::{Action, OWN_ACCOUNT, ReceiveAlerts};

/// One recorded route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    pub path: String,
    pub door: Door,
}

/// Routes of a room, or of the whole hub.
#[derive(Debug)]
pub struct Routes {
    router: Router<App>,
    recorded: Vec<Route>,
    app: App,
}

impl Routes {
    /// Routes of this hub; the doors ask its database.
    pub fn new(app: &App) -> Self {
        Self { router: Router::new(), recorded: Vec::new(), app: app.clone() }
    }

    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &str, door: Door, handler: H) -> Self {
        self.add(Method::GET, path, door, on(MethodFilter::GET, handler))
    }

    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &str, door: Door, handler: H) -> Self {
        self.add(Method::POST, path, door, on(MethodFilter::POST, handler))
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.recorded.extend(other.recorded);
        self
    }

    fn add(mut self, method: Method, path: &str, door: Door, handler: MethodRouter<App>) -> Self {
        let guarded = match door {
            Door::Open(_) => handler,
            Door::Signed => handler.layer(middleware::from_fn_with_state(self.app.clone(), here::signed)),
            Door::Returning => handler.layer(middleware::from_fn_with_state(self.app.clone(), here::returning)),
            Door::Asks { action: ReceiveAlerts::NAME, .. } => {
                handler.layer(middleware::from_fn_with_state(self.app.clone(), here::listener))
            }
            Door::Asks { action, .. } if OWN_ACCOUNT.contains(&action) => {
                handler.layer(middleware::from_fn_with_state(self.app.clone(), here::owner))
            }
            Door::Asks { .. } => handler.layer(middleware::from_fn_with_state(self.app.clone(), here::member)),
            Door::Client { .. } => handler.layer(middleware::from_fn_with_state(self.app.clone(), client::connected)),
        };
        self.router = self.router.route(path, guarded);
        self.recorded.push(Route { method, path: path.to_owned(), door });
        self
    }

    /// The router, and everything that was written down.
    pub fn finish(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.recorded)
    }
}

//! Static files, embedded in the program and served under names that change with their content.

use std::sync::Arc;

use axum::Router;
use memory_serve::{CacheControl, Manifest};

/// Where static files live.
pub const PREFIX: &str = "/s";

/// From a file's name to the address it is served at.
#[derive(Clone)]
pub struct Assets(Arc<Manifest>);

impl std::fmt::Debug for Assets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Assets")
    }
}

impl Assets {
    /// The addresses, and the router that answers at them.
    pub fn load<S: Clone + Send + Sync + 'static>() -> (Self, Router<S>) {
        let files = memory_serve::load!()
            .index_file(None)
            .enable_hashed_routes(true)
            .enable_brotli(true)
            .enable_gzip(true)
            .cache_control(CacheControl::Short);
        let manifest = files.manifest();
        (Self(Arc::new(manifest)), Router::new().nest(PREFIX, files.into_router()))
    }

    /// The address of `/app.css` and the like; an unknown name leads to a missing page, which a test looks for.
    pub fn url(&self, name: &str) -> String {
        format!("{PREFIX}{}", self.0.get(name).unwrap_or(name))
    }

    /// Every address, for the test that walks them.
    pub fn urls(&self) -> Vec<String> {
        self.0.iter().map(|(_, hashed)| format!("{PREFIX}{hashed}")).collect()
    }
}

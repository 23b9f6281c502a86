//! Static files, embedded in the program and served under names that change with their content.

use std::sync::Arc;

use axum::Router;
use memory_serve::{CacheControl, Manifest};

/// Where static files live.
pub const PREFIX: &str = "/s";

/// From a file's name to the address it is served at, and the routes that answer there.
#[derive(Clone)]
pub struct Assets {
    manifest: Arc<Manifest>,
    files: Router,
}

impl std::fmt::Debug for Assets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Assets")
    }
}

impl Assets {
    /// Compresses every file, which takes a moment: once a hub.
    pub fn load() -> Self {
        let files = memory_serve::load!()
            .index_file(None)
            .enable_hashed_routes(true)
            .enable_brotli(true)
            .enable_gzip(true)
            .cache_control(CacheControl::Short);
        let manifest = Arc::new(files.manifest());
        Self { manifest, files: Router::new().nest(PREFIX, files.into_router()) }
    }

    /// The routes of all files, for a router of any state.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.files.clone().with_state(())
    }

    /// The address of `/app.css` and the like; an unknown name leads to a missing page, which a test looks for.
    pub fn url(&self, name: &str) -> String {
        format!("{PREFIX}{}", self.manifest.get(name).unwrap_or(name))
    }

    /// Every address, for the test that walks them.
    pub fn urls(&self) -> Vec<String> {
        self.manifest.iter().map(|(_, hashed)| format!("{PREFIX}{hashed}")).collect()
    }
}

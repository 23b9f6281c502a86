//! Listening, with TLS where a certificate is given, until told to stop.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};

use crate::config::Tls;

/// Requests under way get this long to finish when the hub is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A listening hub.
#[derive(Debug)]
pub struct Running {
    handle: Handle<SocketAddr>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    pub address: SocketAddr,
}

/// Begins to listen; returns once connections are accepted.
///
/// # Errors
/// When the address is taken or may not be used, or certificate and key cannot be read.
pub async fn serve(router: Router, listen: SocketAddr, tls: Option<&Tls>) -> anyhow::Result<Running> {
    let handle = Handle::new();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // Without it a second alert would wait, up to 40 ms, until the browser has acknowledged the first one.
    let at_once = NoDelayAcceptor::new();
    let task = match tls {
        None => {
            let server = axum_server::bind(listen).acceptor(at_once).handle(handle.clone());
            tokio::spawn(async move { server.serve(service).await })
        }
        Some(tls) => {
            let config = RustlsConfig::from_pem_file(&tls.certificate, &tls.key)
                .await
                .map_err(|error| anyhow::anyhow!("TSUNAGI_TLS_CERT or TSUNAGI_TLS_KEY cannot be used: {error}"))?;
            let server = axum_server::bind(listen).acceptor(RustlsAcceptor::new(config).acceptor(at_once)).handle(handle.clone());
            tokio::spawn(async move { server.serve(service).await })
        }
    };
    if let Some(address) = handle.listening().await {
        return Ok(Running { handle, task, address });
    }
    let error = task.await?.err().map_or_else(|| "stopped at once".to_owned(), |error| error.to_string());
    Err(anyhow::anyhow!("cannot listen on {listen}: {error}. Is another hub running? Set TSUNAGI_LISTEN to another port."))
}

impl Running {
    /// Lets requests under way finish, then stops. Open streams are cut.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.handle.graceful_shutdown(Some(GRACE));
        self.task.await??;
        Ok(())
    }
}

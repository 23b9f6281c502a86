//! Hands a sealed notice to the push service of a browser: over TLS to a name of the list, or not at all.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use super::{Device, PushKey, UnfitKeys, seal, sign::draw};
use crate::{
    config::{Config, PushServices},
    domain::notice::SENTENCE,
};

/// How long one push may take, from the first byte to the last; well within the time a node has it to itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// The way to the push services.
#[derive(Clone)]
pub struct Pusher {
    services: PushServices,
    tls: TlsConnector,
    patience: Duration,
    /// Whom a service may write to when something is wrong with our pushes.
    contact: String,
}

impl std::fmt::Debug for Pusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pusher").field("services", &self.services).finish_non_exhaustive()
    }
}

/// Why a push was not taken. None of them repeats the address: whoever knows it can reach the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpushed {
    #[error("refused for good")]
    Refused,
    #[error("put off")]
    Later,
    #[error("the push service cannot be reached")]
    Unreachable,
    /// 404 or 410: the browser has ended the subscription.
    #[error("the device is gone")]
    Gone,
    /// The address is not one of a service on the list.
    #[error("not a service the hub may call")]
    Elsewhere,
}

impl From<UnfitKeys> for Unpushed {
    fn from(_: UnfitKeys) -> Self {
        Self::Refused
    }
}

impl Pusher {
    /// `None` where pushes are switched off.
    ///
    /// # Errors
    /// When the certificate authority of one's own cannot be read.
    pub fn open(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(services) = config.push.clone() else { return Ok(None) };
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        if let Some(path) = &services.authority {
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| anyhow::anyhow!("TSUNAGI_PUSH_CA: {error}"))? {
                roots.add(certificate.map_err(|error| anyhow::anyhow!("TSUNAGI_PUSH_CA: {error}"))?)?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let contact = config.smtp.as_ref().map_or_else(|| config.origin_text(), |smtp| format!("mailto:{}", smtp.from));
        Ok(Some(Self { services, tls: TlsConnector::from(Arc::new(tls)), patience: PATIENCE, contact }))
    }

    /// The same, waiting no longer than this for one push to be taken.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Tells one device the one sentence. A push that waits longer than `life` at the service is no news.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn push(
        &self,
        endpoint: &str,
        device: &Device,
        key: &PushKey,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<(), Unpushed> {
        let endpoint = Url::parse(endpoint).ok().filter(|endpoint| self.services.allow(endpoint)).ok_or(Unpushed::Elsewhere)?;
        let mut salt = [0_u8; 16];
        rand::rng().fill_bytes(&mut salt);
        let body = seal(SENTENCE.as_bytes(), device, &draw(), salt)?;
        let host = endpoint.host_str().ok_or(Unpushed::Elsewhere)?.to_owned();
        let port = endpoint.port_or_known_default().ok_or(Unpushed::Elsewhere)?;
        let authority = if port == 443 { host.clone() } else { format!("{host}:{port}") };
        let request = Request::post(&endpoint[url::Position::BeforePath..url::Position::AfterQuery])
            .header(header::HOST, authority)
            .header(header::AUTHORIZATION, key.authorization(&endpoint.origin().ascii_serialization(), &self.contact, now))
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_LENGTH, body.len())
            .header("ttl", life.as_secs().max(0))
            .header("urgency", "high")
            // A newer one takes the place of one the device has not seen yet: they say the same.
            .header("topic", "notice")
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| Unpushed::Refused)?;
        match tokio::time::timeout(self.patience, self.send(host, port, request)).await {
            Ok(Ok(status)) => read(status),
            Ok(Err(error)) => {
                // Names, certificates and numbers; the request is not part of it.
                tracing::warn!(%error, "a push service cannot be used");
                Err(Unpushed::Unreachable)
            }
            Err(_) => Err(Unpushed::Unreachable),
        }
    }

    async fn send(&self, host: String, port: u16, request: Request<Full<Bytes>>) -> anyhow::Result<StatusCode> {
        let stream = TcpStream::connect((host.as_str(), port)).await?;
        let stream = self.tls.connect(ServerName::try_from(host)?, stream).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the answer: nothing is read of its body.
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        connection.abort();
        Ok(answer?.status())
    }
}

/// RFC 8030 5 and 7: what the answer means.
fn read(status: StatusCode) -> Result<(), Unpushed> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Unpushed::Gone),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(Unpushed::Later),
        status if status.is_server_error() => Err(Unpushed::Later),
        _ => Err(Unpushed::Refused),
    }
}

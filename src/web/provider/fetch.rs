//! The one way out to a sign-in service: TLS or this machine, no redirect, little and soon (security F4).

use std::{error::Error, future::Future, io, iter, pin::Pin, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, Response, header},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use url::Url;

use crate::config::{Config, is_reachable};

/// Metadata, keys and tokens are a few thousand bytes.
const MOST: usize = 256 * 1024;

/// Somebody waits before the screen, and two answers must fit into a page's time.
const PATIENCE: Duration = Duration::from_secs(3);

/// A client that follows nothing and keeps nothing.
#[derive(Debug, Clone)]
pub(super) struct Fetch {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    origin: Url,
}

/// Why there was no answer. One of another status is an answer, unless it leads elsewhere or says that it cannot.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("the address may not be asked")]
    Address,
    #[error("no connection: {0}")]
    Connection(String),
    /// Nobody the hub trusts has signed it, or it is another name's, or over.
    #[error("its certificate is not trusted: {0}")]
    Certificate(String),
    #[error("no answer in time")]
    Late,
    #[error("the answer is too large or was broken off")]
    Body,
    #[error("it leads elsewhere")]
    Redirect,
    #[error("it says that it is broken")]
    Broken,
}

impl NoAnswer {
    /// What stands behind a failed request: its own words are only that it failed.
    fn of(error: &(dyn Error + 'static)) -> Self {
        let causes = || iter::successors(Some(error), |&error| error.source());
        match causes().find_map(distrust) {
            Some(why) => Self::Certificate(why),
            None => Self::Connection(causes().map(ToString::to_string).collect::<Vec<_>>().join(": ")),
        }
    }
}

fn distrust(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
        return Some(format!("{why:?}"));
    }
    // An error of the system's kind does not name the one that it is made of as its source.
    distrust(error.downcast_ref::<io::Error>()?.get_ref()?)
}

impl Fetch {
    /// # Errors
    /// When the operator's certificate authority cannot be read.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &config.issuers.authority {
            let unfit = |error: &dyn Error| anyhow::anyhow!("TSUNAGI_PROVIDER_CA: {error}");
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unfit(&error))? {
                roots.add(certificate.map_err(|error| unfit(&error))?).map_err(|error| unfit(&error))?;
            }
        }
        let provider = rustls::crypto::ring::default_provider();
        let tls = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, origin: config.origin.clone() })
    }

    /// Whether the hub would ask there, or send anybody.
    pub(super) fn reaches(&self, url: &Url) -> bool {
        is_reachable(url, &self.origin)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| NoAnswer::Address)?;
        if !self.reaches(&url) {
            return Err(NoAnswer::Address);
        }
        let (mut head, body) = request.into_parts();
        head.headers.insert(header::USER_AGENT, header::HeaderValue::from_static("tsunagi"));
        let request = Request::from_parts(head, Full::new(Bytes::from(body)));
        let answer = self.client.request(request).await.map_err(|error| NoAnswer::of(&error))?;
        if answer.status().is_redirection() {
            return Err(NoAnswer::Redirect);
        }
        if answer.status().is_server_error() {
            return Err(NoAnswer::Broken);
        }
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MOST).collect().await.map_err(|_| NoAnswer::Body)?;
        Ok(Response::from_parts(head, body.to_bytes().to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { tokio::time::timeout(PATIENCE, self.ask(request)).await.map_err(|_| NoAnswer::Late)? })
    }
}

//! A real sign-in service (`oidc-provider`, tests/provider), what goes wrong with it, and the browser that walks through it.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Request, header},
};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::{Answer, Caller, NOW, TestApp, World};

pub(crate) const SERVICE_SECRET: &str = "a-secret-of-the-tests-which-nobody-must-see";
const SENT: &str = "__Host-tsunagi-sent";
const HOME: &str = "http://localhost:8080/sign-in/provider/return";

/// The service, ended with the test; its clock starts where the tests' stands.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    /// Kept open: it may write more.
    _output: BufReader<ChildStdout>,
    pub(crate) issuer: String,
    /// The operator's folder, with a file for the ward of most tests.
    folder: TempDir,
    /// Its certificate, the key, and whose signature is on it, when it speaks TLS.
    secure: Option<TempDir>,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// When its clock stood at [`NOW`].
    since: Instant,
}

/// Somebody on the way through the service.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    /// Where the hub sent the browser.
    pub(crate) to: Url,
    /// What it gave the browser to come back with.
    pub(crate) cookie: String,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::begin(None)
    }

    /// Over TLS, with a certificate of an authority that only this test knows.
    pub(crate) fn secure() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut office = CertificateParams::default();
        // Two of them are two offices.
        office.distinguished_name.push(DnType::CommonName, folder.path().display().to_string());
        office.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let office = CertifiedIssuer::self_signed(office, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let own = own.signed_by(&key, &office).expect("the authority signs");
        for (name, text) in [("authority.pem", office.pem()), ("certificate.pem", own.pem()), ("key.pem", key.serialize_pem())] {
            fs::write(folder.path().join(name), text).expect("the file is written");
        }
        Self::begin(Some(folder))
    }

    fn begin(secure: Option<TempDir>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/provider.js");
        assert!(script.with_file_name("node_modules").exists(), "npm ci --prefix tests/provider (tests/run does it)");
        let mut child = Command::new("node")
            .arg(script)
            .args([HOME, NOW])
            .args(secure.iter().flat_map(|folder| ["certificate.pem", "key.pem"].map(|name| folder.path().join(name))))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Node.js starts");
        let mut issuer = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        output.read_line(&mut issuer).expect("it says where it is");
        let issuer = issuer.trim().to_owned();
        assert!(issuer.starts_with(if secure.is_some() { "https://127.0.0.1:" } else { "http://127.0.0.1:" }), "{issuer}");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("99001"), format!("{issuer}\n{SERVICE_SECRET}\n")).expect("the file is written");
        Self {
            child,
            _output: output,
            issuer,
            folder,
            client: client(secure.as_ref().map(|folder| folder.path().join("authority.pem")).as_deref()),
            secure,
            since: Instant::now(),
        }
    }

    /// Nobody answers there any more.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// A hub whose operator has named this service for the first ward.
    pub(crate) async fn hub(&self) -> TestApp {
        self.hub_with(&[]).await
    }

    /// The same, with other settings besides.
    pub(crate) async fn hub_with(&self, more: &[(&str, &str)]) -> TestApp {
        let folder = self.folder.path().display().to_string();
        let app = TestApp::with_settings(&[&[("TSUNAGI_PROVIDERS", folder.as_str())][..], more].concat()).await;
        self.set_clock(&app);
        app
    }

    /// The certificate of the authority that signed its own.
    pub(crate) fn authority(&self) -> String {
        let folder = self.secure.as_ref().expect("it speaks TLS");
        folder.path().join("authority.pem").display().to_string()
    }

    /// The hub's clock stands where the service's does: in whole seconds, as in tokens.
    pub(crate) fn set_clock(&self, app: &TestApp) {
        let now: Timestamp = NOW.parse().expect("an instant");
        app.app.clock.move_to(now + Duration::from_secs(self.since.elapsed().as_secs()));
    }

    /// A hub that sends people of the first ward there.
    pub(crate) async fn hub_in_use(&self) -> TestApp {
        let app = self.hub().await;
        self.set(&app, &app.world, "").await;
        app
    }

    /// The settings of a ward as if somebody had written and tried them.
    pub(crate) async fn set(&self, app: &TestApp, world: &World, staff_claim: &str) {
        app.run(&format!(
            "INSERT INTO hub.providers (ward_id, issuer, client_id, name, strength, max_age_minutes, staff_claim, passkeys_when_down, tested_at)
             VALUES ('{}', '{}', 'tsunagi', '庁内アカウント', 'urn:ward:two', 60, '{staff_claim}', true, '{NOW}')",
            world.ward, self.issuer
        ))
        .await;
    }

    /// Who signs in there from now on, and what goes wrong.
    pub(crate) async fn tell(&self, account: &str, bad: &str) {
        self.control(&json!({ "account": account, "bad": bad })).await;
    }

    /// The same, and its clock stands where the hub's does from now on.
    pub(crate) async fn tell_now(&self, app: &TestApp, account: &str, bad: &str) {
        self.control(&json!({ "account": account, "bad": bad, "now": app.app.clock.now().to_string() })).await;
    }

    async fn control(&self, what: &Value) {
        let body = what.to_string();
        let request = Request::post(format!("{}/control", self.issuer)).body(Full::from(body)).expect("a request");
        let answer = self.client.request(request).await.expect("it answers");
        assert!(answer.status().is_success());
    }

    /// Walks through the service as a browser does, to where it leads back to: path and query.
    pub(crate) async fn walk(&self, flow: &Flow) -> String {
        let mut cookies = BTreeMap::<String, String>::new();
        let mut url = flow.to.clone();
        for _ in 0..12 {
            if url.as_str().starts_with(HOME) {
                return format!("{}?{}", url.path(), url.query().unwrap_or_default());
            }
            let jar = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let request = Request::get(url.as_str()).header(header::COOKIE, jar).body(Full::default()).expect("a request");
            let (head, body) = self.client.request(request).await.expect("it answers").into_parts();
            for line in head.headers.get_all(header::SET_COOKIE) {
                let pair = line.to_str().expect("a cookie").split(';').next().unwrap_or_default();
                let (name, value) = pair.split_once('=').expect("name and value");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(to) = head.headers.get(header::LOCATION) else {
                let body = body.collect().await.expect("the whole page").to_bytes();
                panic!("{} {url}: {}", head.status, String::from_utf8_lossy(&body));
            };
            url = url.join(to.to_str().expect("an address")).expect("an address");
        }
        panic!("the service leads round in circles");
    }

    /// The whole way: from the button to the page the hub shows.
    pub(crate) async fn sign_in(&self, app: &TestApp) -> Answer {
        let flow = Flow::begin(&app.stranger(), &format!("/sign-in/provider/{}", app.world.ward)).await;
        let back = self.walk(&flow).await;
        flow.come_back(app, &back).await
    }
}

/// A browser that trusts this authority, and asks in the open as well.
fn client(authority: Option<&Path>) -> Client<HttpsConnector<HttpConnector>, Full<Bytes>> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = authority {
        roots.add(CertificateDer::from_pem_file(path).expect("a certificate")).expect("an authority");
    }
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions().expect("protocols");
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    Client::builder(TokioExecutor::new()).build(connector)
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Flow {
    /// Follows the link that leads to the service.
    pub(crate) async fn begin(caller: &Caller<'_>, path: &str) -> Self {
        let answer = caller.get(path).await.expect(303);
        Self::of(&answer)
    }

    pub(crate) fn of(answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie");
        let cookie = cookie.split(';').next().and_then(|pair| pair.strip_prefix(SENT)?.strip_prefix('=')).unwrap_or_default();
        Self { to: Url::parse(answer.location()).expect("an address"), cookie: cookie.to_owned() }
    }

    /// Comes back in the browser that was sent: across sites, so without the session.
    pub(crate) async fn come_back(&self, app: &TestApp, path: &str) -> Answer {
        self.come_back_as(app.stranger(), path).await
    }

    /// The same from the address of somebody who has no session.
    pub(crate) async fn come_back_as(&self, stranger: Caller<'_>, path: &str) -> Answer {
        let stranger = stranger.with_cookie(SENT, &self.cookie);
        let mut request = Request::get(path)
            .header(header::USER_AGENT, "tests")
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate")
            .header(header::COOKIE, stranger.cookies.join("; "));
        if let Some(address) = stranger.address {
            request = request.extension(ConnectInfo(SocketAddr::from((address, 50_000))));
        }
        stranger.send(request.body(Body::empty()).expect("a request")).await
    }
}

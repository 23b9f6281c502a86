//! A push service of the tests, and the browser behind it: takes what comes over TLS, answers as told, and opens what was sealed.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use rcgen::CertifiedKey;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::smtp::Gate;

/// A push as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

#[derive(Debug, Default)]
struct Seen {
    pushed: Vec<Pushed>,
    answers: VecDeque<u16>,
    gate: Option<Gate>,
}

/// The running service; gone when dropped.
pub(crate) struct PushService {
    address: SocketAddr,
    folder: TempDir,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl PushService {
    pub(crate) async fn start() -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("authority.pem"), cert.pem()).expect("the certificate is written");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("protocols");
        let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).expect("key and certificate fit");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(accept(listener, acceptor, seen.clone()));
        Self { address, folder, seen, task }
    }

    /// The settings of a hub that may call this service.
    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("TSUNAGI_PUSH_SERVICES", format!("localhost:{}", self.address.port())),
            ("TSUNAGI_PUSH_CA", self.folder.path().join("authority.pem").display().to_string()),
        ]
    }

    /// Where a browser with this name is reached.
    pub(crate) fn endpoint(&self, browser: &str) -> String {
        format!("https://localhost:{}/send/{browser}", self.address.port())
    }

    /// Answers the next requests with these, and never at all for a 0; 201 once they are used up.
    pub(crate) fn answers(&self, statuses: &[u16]) {
        self.seen.lock().expect("no test panics while it holds this").answers.extend(statuses);
    }

    /// Takes what comes, and says so to nobody before the gate is opened.
    pub(crate) fn hesitates(&self) -> Gate {
        let gate = Gate::default();
        self.seen.lock().expect("no test panics while it holds this").gate = Some(gate.clone());
        gate
    }

    /// The settings of a hub that may call both.
    pub(crate) fn settings_with(&self, other: &Self) -> [(&'static str, String); 2] {
        let read = |service: &Self| std::fs::read_to_string(service.folder.path().join("authority.pem")).expect("its certificate");
        let both = self.folder.path().join("authorities.pem");
        std::fs::write(&both, read(self) + &read(other)).expect("both certificates are written");
        let services = format!("localhost:{},localhost:{}", self.address.port(), other.address.port());
        [("TSUNAGI_PUSH_SERVICES", services), ("TSUNAGI_PUSH_CA", both.display().to_string())]
    }

    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        self.seen.lock().expect("no test panics while it holds this").pushed.clone()
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, seen) = (acceptor.clone(), seen.clone());
        tokio::spawn(async move {
            let _ = answer(stream, &acceptor, &seen).await;
        });
    }
}

async fn answer(stream: TcpStream, acceptor: &TlsAcceptor, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut stream = BufReader::new(acceptor.accept(stream).await?);
    let (mut line, mut headers) = (String::new(), Vec::new());
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let (status, gate) = {
        let mut seen = seen.lock().expect("no test panics while it holds this");
        seen.pushed.push(Pushed { path, headers, body });
        (seen.answers.pop_front().unwrap_or(201), seen.gate.clone())
    };
    if let Some(gate) = gate {
        gate.pass().await;
    }
    if status == 0 {
        std::future::pending::<()>().await;
    }
    stream.write_all(format!("HTTP/1.1 {status} so\r\ncontent-length: 0\r\n\r\n").as_bytes()).await?;
    stream.flush().await
}

/// A browser that subscribed.
pub(crate) struct Browser {
    key: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    pub(crate) fn new(number: u8) -> Self {
        Self { key: SecretKey::from_slice(&[number; 32]).expect("a secret of the curve"), auth: [number; 16] }
    }

    /// `PushSubscription.toJSON()`.
    pub(crate) fn subscription(&self, endpoint: &str) -> Value {
        let point = self.key.public_key().to_sec1_bytes();
        json!({
            "endpoint": endpoint, "expirationTime": null,
            "keys": { "p256dh": URL_SAFE_NO_PAD.encode(&point), "auth": URL_SAFE_NO_PAD.encode(self.auth) },
        })
    }

    /// What the message says, read as RFC 8291 has it.
    pub(crate) fn open(&self, body: &[u8]) -> String {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, 4096_u32.to_be_bytes());
        let (sender, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let theirs = PublicKey::from_sec1_bytes(sender).expect("a point");
        let shared = diffie_hellman(self.key.to_nonzero_scalar(), theirs.as_affine());
        let own = self.key.public_key().to_sec1_bytes();
        let mut input = [0_u8; 32];
        let info = [b"WebPush: info\0".as_slice(), &own, sender].concat();
        Hkdf::<Sha256>::new(Some(&self.auth), shared.raw_secret_bytes()).expand(&info, &mut input).expect("32 bytes");
        let derived = Hkdf::<Sha256>::new(Some(salt), &input);
        let (mut key, mut nonce) = ([0_u8; 16], [0_u8; 12]);
        derived.expand(b"Content-Encoding: aes128gcm\0", &mut key).expect("16 bytes");
        derived.expand(b"Content-Encoding: nonce\0", &mut nonce).expect("12 bytes");
        let mut opened = Aes128Gcm::new(&key.into()).decrypt(&nonce.into(), sealed).expect("sealed for this browser");
        assert_eq!(opened.pop(), Some(2), "the last record");
        String::from_utf8(opened).expect("text")
    }
}

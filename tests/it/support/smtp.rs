//! A mail server of the tests: speaks SMTP (RFC 5321) over TLS with a certificate of its own, and misbehaves as told.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use rcgen::CertifiedKey;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// Where a server hesitates until it is let go on; shared by everybody who has a copy.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<(Semaphore, Notify)>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new((Semaphore::new(0), Notify::new())))
    }
}

impl Gate {
    /// Somebody stands before it.
    pub(crate) async fn reached(&self) {
        self.0.1.notified().await;
    }

    /// Everybody passes from now on.
    pub(crate) fn open(&self) {
        self.0.0.close();
    }

    pub(super) async fn pass(&self) {
        self.0.1.notify_one();
        // A permit is never given: it ends when the gate opens.
        let _ = self.0.0.acquire().await;
    }
}

/// How the server takes part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manners {
    /// Does not answer to these addresses before their gates are opened.
    pub(crate) hesitates: Vec<(String, Gate)>,
    /// Takes the first mail to this address, and never says so.
    pub(crate) mumbles: Option<String>,
    /// Lets nobody in.
    pub(crate) turns_away: bool,
    /// What it thinks of a connection that has carried a mail.
    pub(crate) tires: Option<Tired>,
    /// Puts every address off the first time it is heard.
    pub(crate) greylists: bool,
    /// Will never take mail to this address.
    pub(crate) refuses: Option<String>,
    /// Knows no STARTTLS.
    pub(crate) has_no_tls: bool,
    /// Hears this verb, does what it asks for, and never answers: once.
    pub(crate) falls_silent_at: Option<&'static str>,
}

/// How a server shows that it has had enough of a connection, and not of the mails.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tired {
    /// It is still there, and says this to the next mail.
    Says(&'static str),
    /// It hangs up.
    Leaves,
}

/// A mail as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) was_encrypted: bool,
}

#[derive(Debug, Default)]
struct Seen {
    received: Vec<Received>,
    heard: HashSet<String>,
    connections: usize,
    fell_silent: bool,
    /// Whatever came in before TLS.
    in_the_clear: String,
}

/// The running server; gone when dropped.
pub(crate) struct MailServer {
    address: SocketAddr,
    folder: TempDir,
    acceptor: TlsAcceptor,
    manners: Manners,
    wrapped: bool,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MailServer {
    /// Listens with TLS from the first byte; the certificate is for `name`.
    pub(crate) async fn wrapped(name: &str, manners: Manners) -> Self {
        Self::start(name, manners, true).await
    }

    /// Listens and offers STARTTLS.
    pub(crate) async fn starttls(name: &str, manners: Manners) -> Self {
        Self::start(name, manners, false).await
    }

    async fn start(name: &str, manners: Manners, wrapped: bool) -> Self {
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
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
        let task = tokio::spawn(accept(listener, acceptor.clone(), manners.clone(), wrapped, seen.clone()));
        Self { address, folder, acceptor, manners, wrapped, seen, task }
    }

    /// Goes away: nobody listens any more.
    pub(crate) async fn stop(&mut self) {
        self.task.abort();
        // The port is free once the task is gone.
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// Comes back where it was.
    pub(crate) async fn restart(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.task = tokio::spawn(accept(listener, self.acceptor.clone(), self.manners.clone(), self.wrapped, self.seen.clone()));
    }

    /// The settings of a hub that uses this server under the name `host`.
    pub(crate) fn settings(&self, host: &str, wrapped: bool) -> [(&'static str, String); 3] {
        let port = self.address.port();
        let server = if wrapped { format!("smtps://{host}:{port}") } else { format!("smtp://{host}:{port}?tls=required") };
        [
            ("TSUNAGI_SMTP", server),
            ("TSUNAGI_SMTP_CA", self.authority().display().to_string()),
            ("TSUNAGI_MAIL_FROM", "tsunagi@example.jp".to_owned()),
        ]
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.seen.lock().expect("no test panics while it holds this").received.clone()
    }

    /// Somebody waits for an answer that will not come.
    pub(crate) fn fell_silent(&self) -> bool {
        self.seen.lock().expect("no test panics while it holds this").fell_silent
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().expect("no test panics while it holds this").connections
    }

    /// What came in before TLS.
    pub(crate) fn in_the_clear(&self) -> String {
        self.seen.lock().expect("no test panics while it holds this").in_the_clear.clone()
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, manners: Manners, wrapped: bool, seen: Arc<Mutex<Seen>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        seen.lock().expect("no test panics while it holds this").connections += 1;
        let (acceptor, manners, seen) = (acceptor.clone(), manners.clone(), seen.clone());
        tokio::spawn(async move {
            // A client that turns away half-way is one of the things tested.
            let _ = serve(stream, &acceptor, &manners, wrapped, &seen).await;
        });
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    manners: &Manners,
    wrapped: bool,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    if wrapped {
        return talk(&mut BufReader::new(acceptor.accept(stream).await?), manners, Some(true), seen).await.map(drop);
    }
    let mut plain = BufReader::new(stream);
    if talk(&mut plain, manners, None, seen).await? {
        let mut secure = BufReader::new(acceptor.accept(plain.into_inner()).await?);
        talk(&mut secure, manners, Some(false), seen).await?;
    }
    Ok(())
}

/// One conversation; `true` when it is to go on after STARTTLS. `encrypted` says whether it is, and whether the client must be
/// greeted first.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    manners: &Manners,
    encrypted: Option<bool>,
    seen: &Mutex<Seen>,
) -> std::io::Result<bool> {
    if encrypted != Some(false) {
        let greeting: &[u8] = if manners.turns_away { b"554 not you\r\n" } else { b"220 mail.test ESMTP\r\n" };
        stream.write_all(greeting).await?;
        stream.flush().await?;
    }
    let (mut to, mut line, mut has_carried) = (String::new(), String::new(), false);
    loop {
        line.clear();
        let is_left = has_carried && matches!(manners.tires, Some(Tired::Leaves));
        if is_left || stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        if encrypted.is_none() {
            seen.lock().expect("no test panics while it holds this").in_the_clear.push_str(&line);
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "MAIL" => tired(has_carried, manners).unwrap_or("250 fine").to_owned(),
            "EHLO" if encrypted.is_none() && !manners.has_no_tls => "250-mail.test\r\n250 STARTTLS".to_owned(),
            "EHLO" | "HELO" | "RSET" | "NOOP" => "250 fine".to_owned(),
            "STAR" if encrypted.is_none() && !manners.has_no_tls => "220 go on".to_owned(),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                if let Some((_, gate)) = manners.hesitates.iter().find(|(slow, _)| *slow == to) {
                    gate.pass().await;
                }
                recipient(&to, manners, seen)
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                stream.flush().await?;
                let text = data(stream).await?;
                has_carried = true;
                let received = Received { to: to.clone(), text, was_encrypted: encrypted.is_some() };
                let is_first = {
                    let mut seen = seen.lock().expect("no test panics while it holds this");
                    seen.received.push(received);
                    seen.received.iter().filter(|mail| mail.to == to).count() == 1
                };
                if is_first && manners.mumbles.as_ref() == Some(&to) {
                    std::future::pending::<()>().await;
                }
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "502 what?".to_owned(),
        };
        if falls_silent(&verb, manners, seen) {
            std::future::pending::<()>().await;
        }
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        stream.flush().await?;
        match verb.as_str() {
            "QUIT" => return Ok(false),
            "STAR" if answer.starts_with("220") => return Ok(true),
            _ => {}
        }
    }
}

fn tired(has_carried: bool, manners: &Manners) -> Option<&'static str> {
    match manners.tires {
        Some(Tired::Says(no)) if has_carried => Some(no),
        _ => None,
    }
}

fn falls_silent(verb: &str, manners: &Manners, seen: &Mutex<Seen>) -> bool {
    let mut seen = seen.lock().expect("no test panics while it holds this");
    let falls = manners.falls_silent_at == Some(verb) && !seen.fell_silent;
    seen.fell_silent |= falls;
    falls
}

fn recipient(to: &str, manners: &Manners, seen: &Mutex<Seen>) -> String {
    let is_new = seen.lock().expect("no test panics while it holds this").heard.insert(to.to_owned());
    if manners.refuses.as_deref() == Some(to) {
        "550 5.1.1 nobody here by that name".to_owned()
    } else if manners.greylists && is_new {
        "451 4.7.1 come back later".to_owned()
    } else {
        "250 fine".to_owned()
    }
}

/// The mail up to the dot on a line of its own.
async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let (mut text, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(&line);
    }
}

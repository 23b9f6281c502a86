//! Hands one mail to the server: over TLS to the name that was asked for, or not at all.

use std::{fmt, fs, time::Duration};

use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, Date, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;

use super::words;
use crate::{
    config::{Config, Smtp, SmtpTls},
    domain::mail::Mail,
};

/// How long one mail may take, from the first byte to the last; well within the time a node has it to itself.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// The way to the mail server.
#[derive(Clone)]
pub struct Post {
    server: String,
    port: u16,
    tls: TlsParameters,
    /// TLS from the first byte; else the server must offer STARTTLS.
    is_wrapped: bool,
    login: Option<Credentials>,
    hello: ClientId,
    patience: Duration,
    from: Address,
    /// What the hub calls itself, and where its mails' ids belong.
    host: String,
    /// Where people sign in.
    origin: String,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("server", &self.server).field("port", &self.port).finish_non_exhaustive()
    }
}

/// A connection that is kept from one mail to the next. lettre's own pool has no time limit for an answer, and takes a connection
/// back whose last answer was never read; it would be read as the answer to the next mail (docs/decisions/0018).
#[derive(Default)]
pub struct Line(Option<AsyncSmtpConnection>);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Line(open)" } else { "Line(closed)" })
    }
}

impl Line {
    /// Says goodbye, if there is anybody to say it to.
    pub async fn close(&mut self) {
        if let Some(mut connection) = self.0.take() {
            // A server that does not answer has heard it all the same.
            let _ = tokio::time::timeout(GOODBYE, connection.abort()).await;
        }
    }
}

/// Why a mail was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// The server will never take it (5xx), or its address is none.
    #[error("refused for good")]
    Refused,
    /// The server takes it later (4xx).
    #[error("put off")]
    Later,
    /// There is no server, or it is not the one it should be.
    #[error("the mail server cannot be reached")]
    Unreachable,
}

/// Says that no person wrote it, so that no machine answers (RFC 3834 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Post {
    /// The way out, or none when no server is named.
    ///
    /// # Errors
    /// When a certificate authority of one's own cannot be read.
    pub fn open(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(smtp) = &config.smtp else { return Ok(None) };
        let from = smtp.from.parse().map_err(|error| anyhow::anyhow!("TSUNAGI_MAIL_FROM: {error}"))?;
        Ok(Some(Self {
            server: smtp.host.clone(),
            port: smtp.port,
            tls: parameters(smtp)?,
            is_wrapped: matches!(smtp.tls, SmtpTls::Wrapped),
            login: smtp.login.as_ref().map(|(user, password)| Credentials::new(user.clone(), password.expose_secret().to_owned())),
            hello: ClientId::Domain(config.rp_id().to_owned()),
            patience: PATIENCE,
            from,
            host: config.rp_id().to_owned(),
            origin: config.origin_text(),
        }))
    }

    /// The same, waiting no longer than this for one mail to be taken.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Hands the mail over, on the connection the line has kept if that still answers. `id` is the same at every try, so that a server
    /// can tell what it has had before.
    pub async fn send(&self, line: &mut Line, id: &str, to: &str, mail: &Mail, now: Timestamp) -> Result<(), Unsent> {
        let to: Address = to.parse().map_err(|_| Unsent::Refused)?;
        let message = self.message(id, to, mail, now).map_err(|_| Unsent::Refused)?;
        // What is not finished in time takes its connection with it: nobody may read its answer as that to another mail.
        let handing_over = Box::pin(self.hand_over(line.0.take(), &message));
        let connection = tokio::time::timeout(self.patience, handing_over).await.map_err(|_| Unsent::Unreachable)??;
        line.0 = Some(connection);
        Ok(())
    }

    /// The connection the mail was taken on.
    async fn hand_over(&self, kept: Option<AsyncSmtpConnection>, message: &Message) -> Result<AsyncSmtpConnection, Unsent> {
        if let Some(mut connection) = still_there(kept).await {
            match connection.send(message.envelope(), &message.formatted()).await {
                Ok(_) => return Ok(connection),
                // Servers may be tired of a connection and not of the mail: a new one is asked, and its word holds.
                Err(error) if error.is_permanent() || error.is_transient() => {}
                Err(error) => return Err(unreachable_for(&error)),
            }
        }
        // Whoever is not let in has not had this mail refused, whatever the number of the answer.
        let mut connection = Box::pin(self.connect()).await.map_err(|error| unreachable_for(&error))?;
        match connection.send(message.envelope(), &message.formatted()).await {
            Ok(_) => Ok(connection),
            Err(error) if error.is_permanent() => Err(Unsent::Refused),
            Err(error) if error.is_transient() => Err(Unsent::Later),
            Err(error) => Err(unreachable_for(&error)),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let (server, patience) = ((self.server.as_str(), self.port), Some(self.patience));
        let wrapped = self.is_wrapped.then(|| self.tls.clone());
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, patience, &self.hello, wrapped, None).await?;
        if !self.is_wrapped {
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }

    fn message(&self, id: &str, to: Address, mail: &Mail, now: Timestamp) -> Result<Message, lettre::error::Error> {
        let (subject, text) = words(mail, &self.origin);
        Message::builder()
            .from(Mailbox::new(Some("つなぎ".to_owned()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .header(Date::new(now.into()))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
    }
}

/// A server may have closed it since the last mail.
async fn still_there(kept: Option<AsyncSmtpConnection>) -> Option<AsyncSmtpConnection> {
    let mut connection = kept?;
    connection.test_connected().await.then_some(connection)
}

/// Certificates, names and numbers stand in the log; never an address of a person.
fn unreachable_for(error: &Error) -> Unsent {
    tracing::warn!(%error, "the mail server cannot be used");
    Unsent::Unreachable
}

fn parameters(smtp: &Smtp) -> anyhow::Result<TlsParameters> {
    let mut tls = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.authority {
        let pem = fs::read(path).map_err(|error| anyhow::anyhow!("TSUNAGI_SMTP_CA cannot be read: {error}"))?;
        tls = tls.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| anyhow::anyhow!("TSUNAGI_SMTP_CA: {error}"))?);
    }
    Ok(tls.build_rustls()?)
}

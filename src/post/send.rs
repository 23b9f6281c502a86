//! Hands one mail to the server: over TLS to the name that was asked for, or not at all.

use std::{fs, time::Duration};

use jiff::Timestamp;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Date, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;

use super::words;
use crate::{
    config::{Config, Smtp, SmtpTls},
    domain::mail::Mail,
};

/// How long one mail may take, from the first byte to the last.
const PATIENCE: Duration = Duration::from_mins(1);

/// The way to the mail server.
#[derive(Debug, Clone)]
pub struct Post {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    /// What the hub calls itself, and where its mails' ids belong.
    host: String,
    /// Where people sign in.
    origin: String,
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
        let tls = parameters(smtp)?;
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .hello_name(ClientId::Domain(config.rp_id().to_owned()))
            .timeout(Some(PATIENCE))
            .tls(match smtp.tls {
                SmtpTls::Wrapped => Tls::Wrapper(tls),
                SmtpTls::Required => Tls::Required(tls),
            });
        if let Some((user, password)) = &smtp.login {
            server = server.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        let from = smtp.from.parse().map_err(|error| anyhow::anyhow!("TSUNAGI_MAIL_FROM: {error}"))?;
        Ok(Some(Self { server: server.build(), from, host: config.rp_id().to_owned(), origin: config.origin_text() }))
    }

    /// Hands the mail over. `id` is the same at every try, so that a server can tell what it has had before.
    pub async fn send(&self, id: &str, to: &str, mail: &Mail, now: Timestamp) -> Result<(), Unsent> {
        let to: Address = to.parse().map_err(|_| Unsent::Refused)?;
        let message = self.message(id, to, mail, now).map_err(|_| Unsent::Refused)?;
        match tokio::time::timeout(PATIENCE, self.server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(Unsent::Refused),
            Ok(Err(error)) if error.is_transient() => Err(Unsent::Later),
            Ok(Err(error)) => {
                // Certificates, names and numbers; never an address of a person.
                tracing::warn!(%error, "the mail server cannot be used");
                Err(Unsent::Unreachable)
            }
            Err(_) => Err(Unsent::Unreachable),
        }
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

fn parameters(smtp: &Smtp) -> anyhow::Result<TlsParameters> {
    let mut tls = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.authority {
        let pem = fs::read(path).map_err(|error| anyhow::anyhow!("TSUNAGI_SMTP_CA cannot be read: {error}"))?;
        tls = tls.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| anyhow::anyhow!("TSUNAGI_SMTP_CA: {error}"))?);
    }
    Ok(tls.build_rustls()?)
}

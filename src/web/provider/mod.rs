//! Sign-in services of wards (`OpenID` Connect): what they say of themselves, sending somebody there, and judging the answer.

mod answer;
mod fetch;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AdditionalProviderMetadata, AuthenticationFlow, CsrfToken, DiscoveryError, IssuerUrl, Nonce, PkceCodeChallenge,
    ProviderMetadata, Scope,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

pub use self::{answer::Known, fetch::NoAnswer};
use self::{answer::relying, fetch::Fetch};
use crate::{config::Config, domain::provider::Strength};

/// Where every service sends people back to.
pub const RETURN: &str = "/sign-in/provider/return";

/// What a service says of itself is asked again after so long; so one that is away is noticed by whoever wants to go there.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// For somebody who comes back it is good for as long as they may have been away.
const STILL_GOOD: SignedDuration = SignedDuration::from_mins(10);
/// An unknown key is looked for at most so often, whatever tokens name.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// What is beyond the library's metadata.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct More {
    /// RFC 9207: its answers say whose they are.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl AdditionalProviderMetadata for More {}

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The hub as one service knows it, and what the ward asks of it.
#[derive(Debug)]
pub struct Relying {
    pub issuer: String,
    pub client_id: String,
    pub secret: Option<SecretString>,
    pub strength: Strength,
    pub max_age: SignedDuration,
    /// The claim that is a verified staff code; empty when there is none.
    pub staff_claim: String,
}

/// Why somebody cannot be sent there, or their answer is not believed. The details are for the log.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("it does not answer: {0}")]
    Away(NoAnswer),
    #[error("it does not answer as a sign-in service: {0}")]
    NoService(String),
    #[error("it says that it is another one")]
    OtherIssuer,
    #[error("it cannot bind an answer to its request (PKCE S256)")]
    NoPkce,
    #[error("it names an address that may not be asked")]
    BadAddress,
    #[error("it did not take the code: {0}")]
    Code(String),
    #[error("its token does not hold: {0}")]
    Token(String),
    #[error("it does not say that the person was known strongly enough")]
    Weak,
    #[error("the person was known too long ago")]
    Old,
}

/// What the hub keeps while somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    nonce: String,
    verifier: String,
}

#[derive(Debug, Clone)]
struct Cached {
    metadata: Arc<Metadata>,
    at: Timestamp,
}

/// The services of this hub, and what they last said.
#[derive(Debug)]
pub struct Providers {
    fetch: Fetch,
    home: String,
    said: Mutex<HashMap<String, Cached>>,
    /// When an unknown key was last looked for.
    looked: Mutex<HashMap<String, Timestamp>>,
}

impl Providers {
    /// # Errors
    /// When the certificate authority of the settings cannot be read.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            fetch: Fetch::new(config)?,
            home: format!("{}{RETURN}", config.origin_text()),
            said: Mutex::default(),
            looked: Mutex::default(),
        })
    }

    /// Where services must let people come back to.
    pub fn home(&self) -> &str {
        &self.home
    }

    fn said(&self) -> MutexGuard<'_, HashMap<String, Cached>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the service says of itself, not older than `age`.
    async fn metadata(&self, issuer: &str, age: SignedDuration, now: Timestamp) -> Result<Arc<Metadata>, Trouble> {
        let kept =
            self.said().get(issuer).cloned().filter(|kept| (SignedDuration::ZERO..age).contains(&now.duration_since(kept.at)));
        if let Some(kept) = kept {
            return Ok(kept.metadata);
        }
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| Trouble::BadAddress)?;
        let metadata = Arc::new(Metadata::discover_async(url, &self.fetch).await.map_err(unfit)?);
        self.check(&metadata)?;
        self.said().insert(issuer.to_owned(), Cached { metadata: Arc::clone(&metadata), at: now });
        Ok(metadata)
    }

    /// Whether the service can be relied on at all.
    fn check(&self, metadata: &Metadata) -> Result<(), Trouble> {
        let token = metadata.token_endpoint().ok_or_else(|| Trouble::NoService("no token endpoint".to_owned()))?;
        if ![metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()]
            .iter()
            .all(|url| self.fetch.reaches(url))
        {
            return Err(Trouble::BadAddress);
        }
        // Some services do it and do not say so; one that names others only does not.
        let methods = metadata.additional_metadata().code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) { Err(Trouble::NoPkce) } else { Ok(()) }
    }

    /// Asks the service anew what it says of itself: the desk's test.
    pub async fn test(&self, issuer: &str, now: Timestamp) -> Result<(), Trouble> {
        self.metadata(issuer, SignedDuration::ZERO, now).await.map(drop)
    }

    /// Where to send somebody, under this state, and what to keep until they are back.
    pub async fn send(&self, relying: &Relying, state: String, now: Timestamp) -> Result<(Url, Sent), Trouble> {
        let metadata = self.metadata(&relying.issuer, FRESH, now).await?;
        let client = self::relying(&metadata, relying, &self.home)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || CsrfToken::new(state), Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .set_max_age(relying.max_age.unsigned_abs());
        for word in relying.strength.words() {
            request = request.add_auth_context_value(openidconnect::AuthenticationContextClass::new(word.clone()));
        }
        let (url, _, nonce) = request.url();
        Ok((url, Sent { nonce: nonce.secret().clone(), verifier: verifier.secret().clone() }))
    }

    /// Whether an answer with this `iss` parameter is one of this service (RFC 9207).
    pub async fn is_from(&self, relying: &Relying, iss: Option<&str>, now: Timestamp) -> Result<bool, Trouble> {
        let metadata = self.metadata(&relying.issuer, STILL_GOOD, now).await?;
        Ok(match iss {
            Some(iss) => iss == relying.issuer,
            None => !metadata.additional_metadata().authorization_response_iss_parameter_supported,
        })
    }

    fn may_look_again(&self, issuer: &str, now: Timestamp) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.get(issuer).is_some_and(|at| now.duration_since(*at) < LOOK_AGAIN) {
            return false;
        }
        looked.insert(issuer.to_owned(), now);
        true
    }

    /// Exchanges the code and judges the token. A key nobody knows yet is looked for once; a service that does not take the code is
    /// asked anew what it says of itself.
    pub async fn receive(&self, relying: &Relying, sent: &Sent, code: &str, now: Timestamp) -> Result<Known, Trouble> {
        let metadata = self.metadata(&relying.issuer, STILL_GOOD, now).await?;
        let client = self::relying(&metadata, relying, &self.home)?;
        let token = match answer::exchange(&client, &self.fetch, sent, code).await {
            // Anybody can bring a code that it chokes on. Whether it is down, only what it says of itself tells.
            Err(Trouble::Away(why)) => {
                self.metadata(&relying.issuer, SignedDuration::ZERO, now).await?;
                return Err(Trouble::Code(why.to_string()));
            }
            exchanged => exchanged?,
        };
        match answer::judge(&metadata, relying, &token, sent, now) {
            Err(answer::Fault::UnknownKey) if self.may_look_again(&relying.issuer, now) => {
                let anew = self.metadata(&relying.issuer, SignedDuration::ZERO, now).await?;
                answer::judge(&anew, relying, &token, sent, now).map_err(answer::Fault::into_trouble)
            }
            judged => judged.map_err(answer::Fault::into_trouble),
        }
    }
}

fn unfit(error: DiscoveryError<NoAnswer>) -> Trouble {
    match error {
        DiscoveryError::Request(NoAnswer::Address) => Trouble::BadAddress,
        DiscoveryError::Request(why) => Trouble::Away(why),
        DiscoveryError::Response(status, ..) => Trouble::NoService(status.to_string()),
        DiscoveryError::Validation(_) => Trouble::OtherIssuer,
        _ => Trouble::NoService("unreadable".to_owned()),
    }
}

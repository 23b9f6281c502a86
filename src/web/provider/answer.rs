//! The answer of a sign-in service: the code becomes a token, and the token is believed only when all of it holds.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiff::Timestamp;
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier, Nonce, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Metadata, NoAnswer, Relying, Sent, Trouble, fetch::Fetch};
use crate::domain::provider::{SKEW, Times, Untimely};

/// Claims the library does not look at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Others {
    nbf: Option<i64>,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

impl AdditionalClaims for Others {}

pub(super) type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;
type Claims = IdTokenClaims<Others, CoreGenderClaim>;
type Fields = IdTokenFields<Others, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;

/// The library's client for services as they describe themselves.
pub(super) type Wire = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Signatures with a key that the service keeps to itself; never one that the hub knows too.
const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// Whom the service knows. Its word for people (`account`) is for their eyes alone.
#[derive(Debug)]
pub struct Known {
    pub subject: String,
    pub account: String,
    /// The verified staff code, if the ward has named a claim for it.
    pub staff_code: Option<String>,
}

/// Why a token does not hold.
#[derive(Debug)]
pub(super) enum Fault {
    UnknownKey,
    Other(Trouble),
}

impl Fault {
    pub(super) fn into_trouble(self) -> Trouble {
        match self {
            Self::UnknownKey => Trouble::Token("unknown key".to_owned()),
            Self::Other(trouble) => trouble,
        }
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self::Other(trouble)
    }
}

pub(super) fn relying(metadata: &Metadata, relying: &Relying, home: &str) -> Result<Wire, Trouble> {
    let home = RedirectUrl::new(home.to_owned()).map_err(|_| Trouble::BadAddress)?;
    let secret = relying.secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
    // Basic is what a service takes that names nothing (OpenID Connect Discovery 1.0, 3).
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes_basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let how = if takes_basic { AuthType::BasicAuth } else { AuthType::RequestBody };
    let client = Wire::from_provider_metadata(metadata.clone(), ClientId::new(relying.client_id.clone()), secret);
    Ok(client.set_auth_type(how).set_redirect_uri(home))
}

pub(super) async fn exchange(client: &Wire, fetch: &Fetch, sent: &Sent, code: &str) -> Result<Token, Trouble> {
    let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    let request = request.map_err(|_| Trouble::NoService("no token endpoint".to_owned()))?;
    let answer = request.set_pkce_verifier(PkceCodeVerifier::new(sent.verifier.clone())).request_async(fetch).await;
    let answer = answer.map_err(|error| match error {
        RequestTokenError::Request(NoAnswer::Address) => Trouble::BadAddress,
        RequestTokenError::Request(why) => Trouble::Away(why),
        RequestTokenError::ServerResponse(no) => Trouble::Code(no.error().to_string()),
        // What it sent may hold a token, so the log is only told that it could not be read.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Trouble::Token("unreadable".to_owned()),
    })?;
    answer.id_token().cloned().ok_or_else(|| Trouble::Token("none".to_owned()))
}

pub(super) fn judge(metadata: &Metadata, relying: &Relying, token: &Token, sent: &Sent, now: Timestamp) -> Result<Known, Fault> {
    let verifier = IdTokenVerifier::<CoreJsonWebKey>::new_public_client(
        ClientId::new(relying.client_id.clone()),
        metadata.issuer().clone(),
        metadata.jwks().clone(),
    );
    let verifier = verifier.set_allowed_algs(ALGORITHMS).set_time_fn(move || moment(now - SKEW));
    let claims = token.claims(&verifier, &Nonce::new(sent.nonce.clone())).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Fault::UnknownKey,
        ClaimsVerificationError::SignatureVerification(_) => Trouble::Token("signature".to_owned()).into(),
        ClaimsVerificationError::Expired(_) => Trouble::Token("expired".to_owned()).into(),
        ClaimsVerificationError::InvalidAudience(_) => Trouble::Token("audience".to_owned()).into(),
        ClaimsVerificationError::InvalidIssuer(_) => Trouble::Token("issuer".to_owned()).into(),
        ClaimsVerificationError::InvalidNonce(_) => Trouble::Token("nonce".to_owned()).into(),
        _ => Trouble::Token("form".to_owned()).into(),
    })?;
    believe(relying, claims, now)
}

/// What the library leaves to its user: the authorized party, the times, and how somebody was known.
fn believe(relying: &Relying, claims: &Claims, now: Timestamp) -> Result<Known, Fault> {
    if claims.authorized_party().is_some_and(|party| party.as_str() != relying.client_id) {
        return Err(Trouble::Token("authorized party".to_owned()).into());
    }
    let others = claims.additional_claims();
    let times = Times {
        issued: timestamp(claims.issue_time())?,
        expires: timestamp(claims.expiration())?,
        not_before: others.nbf.map(|at| Timestamp::from_second(at).map_err(|_| untimely())).transpose()?,
        known_at: claims.auth_time().map(timestamp).transpose()?,
    };
    times.check(now, relying.max_age).map_err(|untimely| match untimely {
        Untimely::Answer => self::untimely(),
        Untimely::Known => Trouble::Old.into(),
    })?;
    let amr: Vec<String> = claims.auth_method_refs().into_iter().flatten().map(|word| word.as_str().to_owned()).collect();
    if !relying.strength.is_met_by(claims.auth_context_ref().map(|acr| acr.as_str()), &amr) {
        return Err(Trouble::Weak.into());
    }
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.chars().count() > 255 {
        return Err(Trouble::Token("subject".to_owned()).into());
    }
    let named = claims.preferred_username().map(|name| name.as_str().to_owned());
    let account = named.or_else(|| claims.email().map(|mail| mail.as_str().to_owned())).unwrap_or_else(|| subject.to_owned());
    Ok(Known {
        subject: subject.to_owned(),
        account: account.chars().filter(|letter| !letter.is_control()).take(254).collect(),
        staff_code: staff_code(&relying.staff_claim, others, claims.preferred_username().map(|name| name.as_str())),
    })
}

/// Only a text that stands there alone: a list would be somebody's choice.
fn staff_code(claim: &str, others: &Others, preferred_username: Option<&str>) -> Option<String> {
    let word = match claim {
        "" => return None,
        "preferred_username" => preferred_username,
        claim => others.rest.get(claim).and_then(Value::as_str),
    };
    word.filter(|word| !word.is_empty()).map(ToOwned::to_owned)
}

fn moment(at: Timestamp) -> DateTime<Utc> {
    // A time nobody can name is later than every token.
    DateTime::from_timestamp(at.as_second(), 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn timestamp(at: DateTime<Utc>) -> Result<Timestamp, Fault> {
    Timestamp::from_second(at.timestamp()).map_err(|_| untimely())
}

fn untimely() -> Fault {
    Trouble::Token("times".to_owned()).into()
}

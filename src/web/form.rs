//! What somebody typed: read whole before a transaction begins, kept to be shown again.

use axum::{
    extract::{FromRequest, Request},
    http::StatusCode,
};

use super::Error;

/// The fields of a form, in the order they came; a name may come more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// More than the largest sheet has; looking one up walks through all of them.
const MOST_FIELDS: usize = 10_000;

/// A posted form.
#[derive(Debug, Clone, Default)]
pub struct Form(pub Fields);

impl Fields {
    /// The first value with this name, trimmed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether the name was sent at all, also without a value.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Every value with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The part after the dot of every `prefix.PART`, each once, in order.
    pub fn keys<'a>(&'a self, prefix: &str) -> Vec<&'a str> {
        let mut keys = Vec::new();
        for (name, _) in &self.0 {
            if let Some(key) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'))
                && !keys.contains(&key)
            {
                keys.push(key);
            }
        }
        keys
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    pub fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum::body::Bytes::from_request(request, state).await {
            Ok(body) => match Fields::parse(&body) {
                fields if fields.0.len() > MOST_FIELDS => Err(Error::TooLarge),
                fields => Ok(Self(fields)),
            },
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
            Err(_) => Err(Error::Malformed),
        }
    }
}

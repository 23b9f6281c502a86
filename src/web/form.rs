//! What somebody typed: read whole before a transaction begins, kept to be shown again.

use std::collections::HashSet;

use axum::{
    extract::{FromRequest, Request},
    http::StatusCode,
};

use super::Error;

/// The fields of a form, in the order they came; a name may come more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    /// Where the pairs stand, by name and then in their order: a sheet asks for ten names a child.
    by_name: Vec<usize>,
}

/// More than the largest sheet has.
const MOST_FIELDS: usize = 10_000;

/// A posted form.
#[derive(Debug, Clone, Default)]
pub struct Form(pub Fields);

impl Fields {
    fn new(pairs: Vec<(String, String)>) -> Self {
        let name = |at: &usize| pairs.get(*at).map(|(name, _)| name);
        let mut by_name: Vec<usize> = (0..pairs.len()).collect();
        // Keeps the order of equal names.
        by_name.sort_by(|one, other| name(one).cmp(&name(other)));
        Self { pairs, by_name }
    }

    /// Every value with this name, as it came.
    fn named<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let sorted = |at: usize| self.by_name.get(at).and_then(|at| self.pairs.get(*at));
        let first = self.by_name.partition_point(|at| self.pairs.get(*at).is_some_and(|(key, _)| key.as_str() < name));
        (first..).map_while(sorted).take_while(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value with this name, trimmed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.named(name).next().map_or("", str::trim)
    }

    /// Whether the name was sent at all, also without a value.
    pub fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// Every value with this name, trimmed.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.named(name).map(str::trim)
    }

    /// The part after the dot of every `prefix.PART`, each once, in order.
    pub fn keys<'a>(&'a self, prefix: &str) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let key = |name: &'a String| name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
        self.pairs.iter().filter_map(|(name, _)| key(name)).filter(|key| seen.insert(*key)).collect()
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    pub fn parse(body: &[u8]) -> Self {
        Self::new(url::form_urlencoded::parse(body).into_owned().collect())
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self::new(pairs.into_iter().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum::body::Bytes::from_request(request, state).await {
            // Counted before they are put in order.
            Ok(body) if url::form_urlencoded::parse(&body).count() > MOST_FIELDS => Err(Error::TooLarge),
            Ok(body) => Ok(Self(Fields::parse(&body))),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
            Err(_) => Err(Error::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn a_name_gives_its_values_in_the_order_they_came() {
        let fields = Fields::parse(b"sign=b&b=2&sign=+a+&a=+1+&aa=x&b=3&=nameless&sign=b&version.2=0&version.1=0&version.2=1");
        assert_eq!(fields.all("sign").collect::<Vec<_>>(), ["b", "a", "b"]);
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["2", "3"]);
        let first = [("sign", "b"), ("b", "2"), ("a", "1"), ("aa", "x"), ("", "nameless"), ("c", ""), ("s", ""), ("zz", "")];
        for (name, value) in first {
            assert_eq!(fields.get(name), value, "{name}");
            assert_eq!(fields.has(name), !value.is_empty(), "{name}");
        }
        assert_eq!(fields.keys("version"), ["2", "1"]);
        assert_eq!(fields.pairs().len(), 11);
    }
}

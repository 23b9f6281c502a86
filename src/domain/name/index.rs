//! Things found by their name, however it is written.

use std::collections::HashMap;

use super::search_key;

/// Things by the search key of their name.
#[derive(Debug)]
pub struct NameIndex<'k, T> {
    by_key: HashMap<String, Vec<&'k T>>,
    name: fn(&T) -> &str,
}

/// What a name leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'k, T> {
    Only(&'k T),
    Several,
    /// With the one known name that holds what was written, or is held by it.
    None {
        nearest: Option<String>,
    },
}

impl<'k, T> NameIndex<'k, T> {
    pub fn new(things: impl IntoIterator<Item = &'k T>, name: fn(&T) -> &str) -> Self {
        let mut by_key: HashMap<String, Vec<&T>> = HashMap::new();
        for thing in things {
            by_key.entry(search_key(name(thing))).or_default().push(thing);
        }
        Self { by_key, name }
    }

    /// Everything of this name.
    pub fn all(&self, written: &str) -> &[&'k T] {
        self.by_key.get(&search_key(written)).map_or(&[], Vec::as_slice)
    }

    pub fn find(&self, written: &str) -> Found<'k, T> {
        match self.all(written) {
            [only] => Found::Only(only),
            [] => Found::None { nearest: self.nearest(&search_key(written)) },
            _ => Found::Several,
        }
    }

    fn nearest(&self, key: &str) -> Option<String> {
        let related = |known: &str| key.chars().count() >= 3 && (known.contains(key) || key.contains(known));
        let mut found = self.by_key.iter().filter(|(known, _)| related(known)).flat_map(|(_, things)| things);
        match (found.next(), found.next()) {
            (Some(only), None) => Some((self.name)(only).to_owned()),
            _ => None,
        }
    }
}

//! Which rows of a roster name children who are watched already.

use std::collections::HashMap;

use super::row::RosterRow;
use crate::domain::{
    grade::Grade,
    ids::{Id, Organization},
    name::search_key,
};

/// A child a facility has already been asked to watch, and is not yet done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub facility: Id<Organization>,
    /// By [`search_key`].
    pub name_key: String,
    /// The grade's code.
    pub grade: String,
    /// Empty when the class is not known.
    pub class: String,
}

/// Parts the rows into those to be added and those already watched, each in the order of the file.
///
/// The same child is one of the same facility, name and grade; only two known and different classes make two of them.
pub fn part(rows: Vec<RosterRow>, watched: &[Watched]) -> (Vec<RosterRow>, Vec<RosterRow>) {
    let mut classes: HashMap<(Id<Organization>, &str, &str), Vec<String>> = HashMap::new();
    for child in watched {
        classes.entry((child.facility, &child.name_key, &child.grade)).or_default().push(search_key(&child.class));
    }
    rows.into_iter().partition(|row| {
        let (name, grade) = (row.name.search_key(), Grade::code(row.grade));
        let class = row.class.as_ref().map_or_else(String::new, |class| search_key(class));
        let same = |other: &String| class.is_empty() || other.is_empty() || *other == class;
        !classes.get(&(row.facility, name.as_str(), grade.as_str())).is_some_and(|known| known.iter().any(same))
    })
}

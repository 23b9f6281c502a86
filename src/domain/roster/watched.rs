//! Which rows of a roster name children who are watched already.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    mapping::{Mapping, MappingRefusal},
    outcome::{Outcome, read},
    reason::RefusedRow,
    row::{KnownFacility, RosterRow},
};
use crate::domain::{
    grade::Grade,
    ids::{Id, Organization},
    name::search_key,
    table_in::{PassedOver, Table},
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
fn part(rows: Vec<RosterRow>, watched: &[Watched]) -> (Vec<RosterRow>, Vec<RosterRow>) {
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

/// What would become of every row of a roster, before anything is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assessment {
    pub added: Vec<RosterRow>,
    /// Already watched: passed over, nothing about them changes.
    pub already: Vec<RosterRow>,
    pub refused: Vec<RefusedRow>,
    pub passed_over: Vec<PassedOver>,
}

/// Reads the rows and parts off the children watched already.
pub fn assess(
    table: &Table,
    mapping: &Mapping,
    known: &[KnownFacility],
    watched: &[Watched],
    today: Date,
) -> Result<Assessment, Vec<MappingRefusal>> {
    let Outcome { accepted, refused, passed_over } = read(table, mapping, known, today)?;
    let (added, already) = part(accepted, watched);
    Ok(Assessment { added, already, refused, passed_over })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{facility::FacilityKind, ground::LegalGround, roster::decode};

    const HEADINGS: &str = "施設名,学年,組,氏名,情報提供開始日";

    fn assessed(rows: &str, watched: &[Watched]) -> Assessment {
        let school = Id::from(uuid::Uuid::from_u128(1));
        let known =
            [KnownFacility {
                id: school, name: "みどり小".to_owned(), kind: FacilityKind::Elementary, opens: None, closes: None
            }];
        let table = decode(format!("{HEADINGS}\r\n{rows}").as_bytes()).unwrap().table;
        let mut mapping = crate::domain::roster::guess(&table);
        mapping.default_ground = Some(LegalGround::Other);
        assess(&table, &mapping, &known, watched, date(2026, 11, 20)).unwrap()
    }

    fn watched(name: &str, class: &str) -> Watched {
        let facility = Id::from(uuid::Uuid::from_u128(1));
        Watched { facility, name_key: search_key(name), grade: "e2".to_owned(), class: class.to_owned() }
    }

    fn counts(assessment: &Assessment) -> (usize, usize) {
        (assessment.added.len(), assessment.already.len())
    }

    #[test]
    fn a_child_is_known_however_the_name_is_written_but_not_in_another_grade() {
        let known = [watched("高橋 蓮", "")];
        assert_eq!(counts(&assessed("みどり小,2年,1組,髙橋　蓮,R8.4.1", &known)), (0, 1));
        assert_eq!(counts(&assessed("みどり小,3年,1組,髙橋　蓮,R8.4.1", &known)), (1, 0));
        assert_eq!(counts(&assessed("みどり小,2年,1組,髙橋　凜,R8.4.1", &known)), (1, 0));
    }

    #[test]
    fn two_known_and_different_classes_make_two_children() {
        let known = [watched("髙橋蓮", "１組")];
        assert_eq!(counts(&assessed("みどり小,2年,1組,高橋蓮,R8.4.1", &known)), (0, 1));
        assert_eq!(counts(&assessed("みどり小,2年,2組,高橋蓮,R8.4.1", &known)), (1, 0));
        assert_eq!(counts(&assessed("みどり小,2年,,高橋蓮,R8.4.1", &known)), (0, 1));
    }
}

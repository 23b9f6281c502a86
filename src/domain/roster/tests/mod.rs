//! Tests of rosters, by the step they are about.

mod births;
mod columns;
mod fixtures;
mod rows;
mod strange;

use jiff::civil::Date;
use uuid::Uuid;

use super::*;
use crate::domain::{facility::FacilityKind, ground::LegalGround, ids::Id};

const TODAY: Date = Date::constant(2026, 11, 20);
const MIDORI: u128 = 1;
const TSUKUSHI: u128 = 5;

fn facilities() -> Vec<KnownFacility> {
    [
        (MIDORI, "架空区立みどり小学校", FacilityKind::Elementary),
        (2, "架空区立あおば中学校", FacilityKind::JuniorHigh),
        (3, "架空区立ひまわり保育園", FacilityKind::Nursery),
        (4, "小規模保育 こぐまの家", FacilityKind::SmallScale),
        (TSUKUSHI, "私立つくし幼稚園", FacilityKind::Kindergarten),
    ]
    .into_iter()
    .map(|(id, name, kind)| KnownFacility {
        id: Id::from(Uuid::from_u128(id)),
        name: name.to_owned(),
        kind,
        opens: None,
        closes: None,
    })
    .collect()
}

/// Decodes, guesses, chooses a ground where the file has none, reads.
fn read_file(bytes: &[u8]) -> (Decoded, Mapping, Outcome) {
    let decoded = decode(bytes).unwrap();
    let mut mapping = guess(&decoded.table);
    if mapping.column(Field::Ground).is_none() {
        mapping.default_ground = Some(LegalGround::GuidelineRegistered);
    }
    let outcome = read(&decoded.table, &mapping, &facilities(), TODAY).unwrap();
    (decoded, mapping, outcome)
}

/// Line, field and key of every problem.
fn problems(outcome: &Outcome) -> Vec<(u32, Field, &'static str)> {
    let of = |row: &RefusedRow| row.problems.iter().map(|p| (row.line, p.field, p.reason.key())).collect::<Vec<_>>();
    outcome.refused.iter().flat_map(of).collect()
}

//! The organizations of the demo ward: offices and forty facilities, each visibly invented.

use jiff::civil::Date;

use super::{Organization, Place, dice::Dice};
use crate::domain::{
    calendar::{EVERY_DAY, usual_template},
    facility::{FacilityKind as Kind, OrganizationKind, Secrecy, Tie},
};

/// What one facility is made from: name, kind, district, how many children are watched there.
type Facility = (&'static str, Kind, &'static str, usize);

const NORTH: &str = "北地区";
const MIDDLE: &str = "中央地区";
const SOUTH: &str = "南地区";

/// The five first are those the sample rosters name.
pub(super) const FACILITIES: &[Facility] = &[
    ("架空区立みどり小学校", Kind::Elementary, MIDDLE, 14),
    ("架空区立あおば中学校", Kind::JuniorHigh, MIDDLE, 14),
    ("架空区立ひまわり保育園", Kind::Nursery, MIDDLE, 9),
    ("私立つくし幼稚園", Kind::Kindergarten, NORTH, 6),
    ("小規模保育 こぐまの家", Kind::SmallScale, SOUTH, 4),
    (ALWAYS_OPEN, Kind::Unlicensed, MIDDLE, 6),
    ("架空区立ほしぞら小学校", Kind::Elementary, NORTH, 14),
    ("架空区立かぜのおか小学校", Kind::Elementary, NORTH, 14),
    ("架空区立もりのうえ小学校", Kind::Elementary, NORTH, 14),
    ("架空区立にじいろ小学校", Kind::Elementary, MIDDLE, 14),
    ("架空区立ほたるざか小学校", Kind::Elementary, MIDDLE, 14),
    ("架空区立くものうえ小学校", Kind::Elementary, MIDDLE, 14),
    ("架空区立つきみだい小学校", Kind::Elementary, SOUTH, 14),
    ("架空区立どんぐり小学校", Kind::Elementary, SOUTH, 14),
    ("架空区立なぎさのもり小学校", Kind::Elementary, SOUTH, 14),
    ("架空区立ひだまり小学校", Kind::Elementary, SOUTH, 14),
    ("架空区立ほしふり中学校", Kind::JuniorHigh, NORTH, 14),
    ("架空区立ゆめのおか中学校", Kind::JuniorHigh, NORTH, 14),
    ("架空区立そらいろ中学校", Kind::JuniorHigh, MIDDLE, 14),
    ("架空区立かざみどり中学校", Kind::JuniorHigh, SOUTH, 14),
    ("架空区立なみおと中学校", Kind::JuniorHigh, SOUTH, 14),
    ("架空区立そよかぜ学園", Kind::Compulsory, NORTH, 14),
    ("架空区立いろは特別支援学校", Kind::SpecialSupport, MIDDLE, 8),
    ("架空区立たんぽぽ保育園", Kind::Nursery, NORTH, 9),
    ("架空区立しろつめくさ保育園", Kind::Nursery, NORTH, 9),
    ("架空区立れんげ保育園", Kind::Nursery, MIDDLE, 9),
    ("架空区立すずらん保育園", Kind::Nursery, SOUTH, 9),
    ("架空区立なずな保育園", Kind::Nursery, SOUTH, 9),
    ("私立ながれぼし保育園", Kind::Nursery, NORTH, 9),
    ("私立ほうきぼし保育園", Kind::Nursery, MIDDLE, 9),
    ("私立かみふうせん保育園", Kind::Nursery, SOUTH, 9),
    ("架空区立わたげ幼稚園", Kind::Kindergarten, MIDDLE, 6),
    ("私立しゃぼんだま幼稚園", Kind::Kindergarten, SOUTH, 6),
    ("私立まつぼっくり幼稚園", Kind::Kindergarten, NORTH, 6),
    ("認定こども園 おひさまのにわ", Kind::CertifiedCentre, MIDDLE, 7),
    ("認定こども園 ほしのこども", Kind::CertifiedNursery, SOUTH, 7),
    ("小規模保育 りすのす", Kind::SmallScale, NORTH, 4),
    ("小規模保育 かたつむり", Kind::SmallScale, MIDDLE, 4),
    ("放課後等デイ ゆうやけのいえ", Kind::AfterSchoolDay, MIDDLE, 2),
    (UNASKED, Kind::ChildDevelopment, SOUTH, 1),
];

/// The facility that is open on every day of the year.
pub(super) const ALWAYS_OPEN: &str = "３６５日保育 あけぼのの家";

/// The facility of which nobody has written down how it stands to the council.
const UNASKED: &str = "児童発達支援 つみきのひろば";

/// The offices, and what the places of `super::staff` are counted by.
pub(super) const WARD_OFFICE: usize = 0;
pub(super) const CENTRE: usize = 1;
pub(super) const NORTH_OFFICE: usize = 2;
pub(super) const SOUTH_OFFICE: usize = 3;
pub(super) const GUIDANCE_CENTRE: usize = 4;
pub(super) const FIRST_FACILITY: usize = 5;

/// The offices first, then the facilities in the order of the table.
pub(super) fn build(dice: &mut Dice, opened_on: Date) -> Vec<Place> {
    let centre = OrganizationKind::ChildFamilyCentre;
    let offices = [
        ("架空区役所", OrganizationKind::WardOffice, "", None),
        ("架空区子ども家庭支援センター", centre, MIDDLE, Some(WARD_OFFICE)),
        ("架空区子ども家庭支援センター 北部相談室", centre, NORTH, Some(CENTRE)),
        ("架空区子ども家庭支援センター 南部相談室", centre, SOUTH, Some(CENTRE)),
        ("架空児童相談所", OrganizationKind::GuidanceCentre, "", Some(WARD_OFFICE)),
    ];
    let mut places: Vec<Place> = Vec::with_capacity(offices.len() + FACILITIES.len());
    for (name, kind, district, parent) in offices {
        let parent = parent.map(|index| places[index].id);
        places.push(place(dice, (name, kind, district), parent, opened_on));
    }
    let root = places[WARD_OFFICE].id;
    for (name, kind, district, _) in FACILITIES {
        places.push(place(dice, (name, OrganizationKind::Facility(*kind), district), Some(root), opened_on));
    }
    places
}

fn place(
    dice: &mut Dice,
    (name, kind, district): (&'static str, OrganizationKind, &'static str),
    parent: Option<super::Id<Organization>>,
    opened_on: Date,
) -> Place {
    let template = match kind.facility() {
        None => "",
        Some(_) if name == ALWAYS_OPEN => EVERY_DAY,
        Some(kind) => usual_template(kind),
    };
    let secrecy = kind.facility().and_then(|_| secrecy(name, opened_on));
    Place { id: dice.id(), parent, kind, name, district, template, opened_on, secrecy }
}

/// The ward's own by their founder; others are members since they opened, but for one that has pledged and one nobody has asked yet.
fn secrecy(name: &str, opened_on: Date) -> Option<Secrecy> {
    match name {
        UNASKED => None,
        ALWAYS_OPEN => Some(Secrecy { tie: Tie::None, member_since: None, pledged_on: Some(opened_on) }),
        name if name.starts_with("架空区立") => Some(Secrecy { tie: Tie::Public, member_since: None, pledged_on: None }),
        _ => Some(Secrecy { tie: Tie::Member, member_since: Some(opened_on), pledged_on: None }),
    }
}

/// Which office asks about the children of a facility in this district.
pub(super) fn office_for(district: &str) -> usize {
    match district {
        NORTH => NORTH_OFFICE,
        SOUTH => SOUTH_OFFICE,
        _ => CENTRE,
    }
}

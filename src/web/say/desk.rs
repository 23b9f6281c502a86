//! The administrators' desk: every refusal of its rules has a sentence, every word of its lists is read back.

use super::*;
use crate::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        municipality_code, networks,
        role::Role,
        school_code, xlsx_out,
    },
    web::{role_word, words},
};

fn ids() -> Vec<String> {
    let schools = [
        school_code::Refusal::Empty,
        school_code::Refusal::Length { written: 1 },
        school_code::Refusal::Character('O'),
        school_code::Refusal::UnknownKind(['B', '2']),
        school_code::Refusal::UnknownPrefecture(48),
        school_code::Refusal::UnknownFounder('4'),
        school_code::Refusal::CheckDigit,
    ];
    let municipalities = [
        municipality_code::Refusal::Empty,
        municipality_code::Refusal::Length { written: 1 },
        municipality_code::Refusal::FiveDigits { whole: String::new() },
        municipality_code::Refusal::Character('O'),
        municipality_code::Refusal::UnknownPrefecture(48),
        municipality_code::Refusal::CheckDigit,
    ];
    let network = ipnet::IpNet::V4(ipnet::Ipv4Net::default());
    let lists = [
        networks::Refusal::Unreadable,
        networks::Refusal::Length,
        networks::Refusal::HostBits { network },
        networks::Refusal::Mask { network },
        networks::Refusal::Everywhere,
        networks::Refusal::TooMany,
    ];
    let files = [
        xlsx_out::Refusal::TooManyRows { rows: 1 },
        xlsx_out::Refusal::TooManyColumns { columns: 1 },
        xlsx_out::Refusal::TextTooLong { row: 1, column: 1 },
        xlsx_out::Refusal::Impossible(String::new()),
    ];
    let mut ids: Vec<&str> = Vec::new();
    ids.extend(schools.iter().map(|refusal| refusal.key()));
    ids.extend(municipalities.iter().map(municipality_code::Refusal::key));
    ids.extend(lists.iter().map(|refusal| refusal.key()));
    ids.extend(files.iter().map(xlsx_out::Refusal::key));
    ids.into_iter().map(str::to_owned).chain(kinds().map(|kind| format!("kind-{}", kind.code()))).collect()
}

fn kinds() -> impl Iterator<Item = OrganizationKind> {
    let facilities = FacilityKind::ALL.iter().copied().map(OrganizationKind::Facility);
    OrganizationKind::OFFICES.into_iter().chain(facilities)
}

#[test]
fn every_refusal_of_the_desk_has_its_sentence_in_both_languages() {
    super::tests::are_said(&ids());
}

#[test]
fn a_list_that_left_the_portal_is_read_back() {
    for kind in kinds() {
        let word = words::kind_in_law(Lang::Ja, kind);
        assert_eq!(OrganizationKind::read(&word), Ok(kind), "{word}");
    }
    for role in Role::ALL {
        let word = role_word(Lang::Ja, *role);
        assert_eq!(Role::read(&word), Some(*role), "{word}");
    }
}

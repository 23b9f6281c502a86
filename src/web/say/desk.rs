//! The administrators' desk: every refusal of its rules has a sentence, every word of its lists is read back.

use super::*;
use crate::{
    domain::{
        directory::{
            self, Change, Reason, Remark, Value,
            organizations::OrganizationField,
            people::{Leaving, PersonField},
        },
        facility::{FacilityKind, OrganizationKind},
        membership::{Lack, TurnKind},
        municipality_code, networks,
        rights::State,
        role::Role,
        school_code, staff_code, xlsx_out,
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
    let reasons = reasons();
    ids.extend(reasons.iter().map(Reason::key));
    ids.extend(Remark::ALL.iter().map(|remark| remark.key()));
    ids.push(directory::MappingRefusal::NotChosen(PersonField::Role).key());
    ids.into_iter().map(str::to_owned).chain(coded()).chain(kinds().map(|kind| format!("kind-{}", kind.code()))).collect()
}

/// The reasons that have words of their own; the others are those of names, dates and codes.
fn reasons() -> Vec<Reason> {
    let nearest = || Some(String::new());
    vec![
        Reason::StaffCode(staff_code::Refusal::Empty),
        Reason::StaffCode(staff_code::Refusal::TooLong { written: 1 }),
        Reason::StaffCode(staff_code::Refusal::Character('.')),
        Reason::EndsBeforeItBegins,
        Reason::FarAhead,
        Reason::LongAgo,
        Reason::Ended,
        Reason::Duplicate { line: 1 },
        Reason::KindEmpty,
        Reason::KindUnknown,
        Reason::KindSeveral(&[]),
        Reason::KindNotOfCode,
        Reason::KindOfAnotherSide,
        Reason::NameTaken,
        Reason::NameAmbiguous,
        Reason::CodeDiffers,
        Reason::Closed,
        Reason::OpeningPutOff,
        Reason::ParentUnknown { nearest: None },
        Reason::ParentUnknown { nearest: nearest() },
        Reason::ParentAmbiguous,
        Reason::ParentRefused { line: 1 },
        Reason::ParentBelowItself,
        Reason::TemplateUnknown { known: String::new() },
        Reason::OrganizationEmpty,
        Reason::OrganizationUnknown { nearest: None },
        Reason::OrganizationUnknown { nearest: nearest() },
        Reason::OrganizationAmbiguous,
        Reason::OrganizationClosed,
        Reason::RoleEmpty,
        Reason::RoleUnknown,
        Reason::RoleMisplaced,
        Reason::FromEmpty,
        Reason::StaffCodeNeeded,
        Reason::StaffCodeDiffers,
        Reason::StaffCodeZeros,
        Reason::DiffersFromRow { line: 1 },
        Reason::PersonLeft,
        Reason::TermOverlaps,
        Reason::LeavingUnknown,
        Reason::LeavingNoDate,
        Reason::LeaverUnknown,
        Reason::NotThere,
        Reason::BeginsAfterLeaving,
        Reason::LeavesInRow { line: 1 },
    ]
}

/// The words of closed lists, one id per code.
fn coded() -> Vec<String> {
    let ids = |prefix: &str, codes: Vec<&str>| codes.into_iter().map(|code| format!("{prefix}-{code}")).collect::<Vec<_>>();
    [
        ids("organization-field", OrganizationField::ALL.iter().map(|one| one.code()).collect()),
        ids("person-field", PersonField::ALL.iter().map(|one| one.code()).collect()),
        ids("leaving", Leaving::ALL.iter().map(|one| one.code()).collect()),
        ids("turn", TurnKind::ALL.iter().map(|one| one.code()).collect()),
        ids("lack", Lack::ALL.iter().map(|one| one.code()).collect()),
        ids("right", State::ALL.iter().map(|one| one.code()).collect()),
    ]
    .concat()
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

#[test]
fn reasons_are_said_with_what_could_stand_there_instead() {
    let several = Reason::KindSeveral(&[FacilityKind::ChildDevelopment, FacilityKind::AfterSchoolDay]);
    assert_eq!(
        directory_reason(Lang::Ja, &several),
        "この種別だけでは決まりません。児童発達支援、放課後等デイサービスのどれかにしてください。"
    );
    let refusal = directory::MappingRefusal::NotChosen(PersonField::From);
    let said = directory_mapping_refusal(Lang::Ja, &refusal, person_field);
    assert_eq!(said, "「開始日」の列がありません。すべての行に使う値を選んでください。");
    let change = Change { field: OrganizationField::Template, old: Value::Nothing, new: Value::Template("nursery".to_owned()) };
    assert_eq!(directory_value(Lang::Ja, &change.new, |code| format!("<{code}>")), "<nursery>");
    assert_eq!(directory_value(Lang::Ja, &Value::Day(jiff::civil::date(2027, 3, 31)), str::to_owned), "令和9年3月31日（水）");
}

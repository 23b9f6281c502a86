//! Codes of kinds lead back to their kind, and each kind has its words.

use std::collections::HashSet;

use super::*;

#[test]
fn codes_are_distinct_and_lead_back_to_their_kind() {
    let kinds: Vec<_> =
        OrganizationKind::OFFICES.into_iter().chain(FacilityKind::ALL.iter().copied().map(OrganizationKind::from)).collect();
    let codes: HashSet<_> = kinds.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), kinds.len());
    for kind in kinds {
        assert_eq!(OrganizationKind::from_code(kind.code()), Some(kind));
        let json = serde_json::to_string(&kind).unwrap();
        assert_eq!(serde_json::from_str::<OrganizationKind>(&json).unwrap(), kind);
    }
    assert_eq!(OrganizationKind::from_code("castle"), None);
    assert!(serde_json::from_str::<FacilityKind>("\"castle\"").is_err());
}

#[test]
fn schools_say_tokou_nurseries_touen_clubs_raisho() {
    assert_eq!(FacilityKind::SpecialSupport.wording(), Wording::School);
    assert_eq!(FacilityKind::Kindergarten.wording(), Wording::Nursery);
    assert_eq!(FacilityKind::CertifiedLocal.wording(), Wording::Nursery);
    assert_eq!(FacilityKind::AfterSchoolClub.wording(), Wording::Visit);
}

#[test]
fn kinds_are_read_as_lists_of_facilities_write_them() {
    for (text, kind) in [
        ("区立小学校", FacilityKind::Elementary),
        ("私立 幼稚園", FacilityKind::Kindergarten),
        ("公立保育園", FacilityKind::Nursery),
        ("保育所", FacilityKind::Nursery),
        ("認定こども園（幼保連携型）", FacilityKind::CertifiedCentre),
        ("認定こども園(幼稚園型)", FacilityKind::CertifiedKindergarten),
        ("専修学校", FacilityKind::Vocational),
        ("学童クラブ", FacilityKind::AfterSchoolClub),
        ("都立特別支援学校", FacilityKind::SpecialSupport),
        ("中", FacilityKind::JuniorHigh),
    ] {
        assert_eq!(OrganizationKind::read(text), Ok(kind.into()), "{text}");
    }
    assert_eq!(OrganizationKind::read("こども家庭センター"), Ok(OrganizationKind::ChildFamilyCentre));
    assert_eq!(OrganizationKind::read("児相"), Ok(OrganizationKind::GuidanceCentre));
    assert_eq!(OrganizationKind::read(" "), Err(KindRefusal::Empty));
    assert_eq!(OrganizationKind::read("学校"), Err(KindRefusal::Unknown));
    let Err(KindRefusal::Several(kinds)) = OrganizationKind::read("私立認定こども園") else { panic!("which of the four?") };
    assert!(kinds.len() == 4 && kinds.iter().all(|kind| kind.is_certified()));
}

#[test]
fn nothing_stands_below_a_facility_and_the_wards_office_below_nothing() {
    let facilities = FacilityKind::ALL.iter().copied().map(OrganizationKind::Facility);
    let kinds: Vec<OrganizationKind> = OrganizationKind::OFFICES.into_iter().chain(facilities).collect();
    for kind in &kinds {
        assert!(!OrganizationKind::WardOffice.may_stand_below(*kind), "{kind}");
        assert_eq!(kind.may_stand_below(OrganizationKind::WardOffice), *kind != OrganizationKind::WardOffice, "{kind}");
        for facility in FacilityKind::ALL {
            assert!(!kind.may_stand_below((*facility).into()), "{kind} below {facility:?}");
        }
        assert!(kind.may_become(*kind));
        let others = kinds.iter().filter(|other| kind.may_become(**other)).count();
        assert_eq!(others, if kind.facility().is_some() { FacilityKind::ALL.len() } else { 1 }, "{kind}");
    }
    let below_board = kinds.iter().filter(|kind| kind.may_stand_below(OrganizationKind::BoardOfEducation));
    assert!(below_board.clone().count() == FacilityKind::ALL.len() && below_board.clone().all(|kind| kind.facility().is_some()));
    assert!(OrganizationKind::ChildFamilyCentre.may_stand_below(OrganizationKind::ChildFamilyCentre), "a branch");
    assert!(!OrganizationKind::ChildFamilyCentre.may_stand_below(OrganizationKind::GuidanceCentre));
}

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

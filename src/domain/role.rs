//! The roles people hold in organizations, and the side of the house each belongs to.

use std::{collections::HashMap, sync::LazyLock};

use super::{coded::coded, facility::OrganizationKind, table_in::plain};

coded! {
    /// What a person does in an organization.
    pub enum Role {
        /// 施設の入力担当 (教員, 保育士)
        Reporter = "reporter",
        /// 施設長 (校長, 園長)
        FacilityHead = "facility_head",
        /// 相談員 (子ども家庭支援センター, 児童相談所)
        Caseworker = "caseworker",
        /// スーパーバイザー (係長)
        Supervisor = "supervisor",
        /// 自治体の管理者
        WardAdmin = "ward_admin",
        /// 個人情報保護の監査担当
        Auditor = "auditor",
        /// 運用者
        Operator = "operator",
    }
}

/// The side of the house: decides the database role a session stands in, and which pages exist for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Facility,
    Office,
    Administration,
}

impl Side {
    /// The word the policies use.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::Office => "office",
            Self::Administration => "administration",
        }
    }

    /// The side an organization of this kind is on.
    pub const fn of(kind: OrganizationKind) -> Self {
        match kind {
            OrganizationKind::Facility(_) => Self::Facility,
            OrganizationKind::WardOffice | OrganizationKind::BoardOfEducation => Self::Administration,
            OrganizationKind::ChildFamilyCentre | OrganizationKind::GuidanceCentre => Self::Office,
        }
    }
}

/// How lists of staff write each role, in the form of [`plain`]. Deputies (教頭, 副園長) are nobody's by guess: a person has to say.
const SPELLINGS: &[(Role, &[&str])] = &[
    (
        Role::Reporter,
        &[
            "報告担当",
            "報告担当者",
            "報告者",
            "入力担当",
            "入力担当者",
            "施設の入力担当",
            "教員",
            "教諭",
            "担任",
            "学級担任",
            "養護教諭",
            "保育士",
            "保育教諭",
            "幼稚園教諭",
        ],
    ),
    (Role::FacilityHead, &["施設長", "校長", "園長", "学校長", "保育所長"]),
    (Role::Caseworker, &["ケースワーカー", "cw", "相談員", "家庭相談員", "子ども家庭相談員", "児童福祉司", "相談担当", "ワーカー"]),
    (
        Role::Supervisor,
        &[
            "係長・スーパーバイザー",
            "スーパーバイザー",
            "sv",
            "係長",
            "相談係長",
            "指導教育担当児童福祉司",
            "スーパーバイザー（係長）",
        ],
    ),
    (
        Role::WardAdmin,
        &[
            "区の管理者",
            "市の管理者",
            "町の管理者",
            "村の管理者",
            "自治体の管理者",
            "自治体の管理担当",
            "管理者",
            "管理担当",
            "管理担当者",
        ],
    ),
    (Role::Auditor, &["監査担当", "監査担当者", "監査", "個人情報保護の監査担当"]),
    (Role::Operator, &["運用担当", "運用担当者", "運用者"]),
];

/// Every spelling, as [`plain`] leaves it.
static WORDS: LazyLock<HashMap<String, Role>> =
    LazyLock::new(|| SPELLINGS.iter().flat_map(|(role, words)| words.iter().map(|word| (plain(word), *role))).collect());

impl Role {
    pub const fn side(self) -> Side {
        match self {
            Self::Reporter | Self::FacilityHead => Side::Facility,
            Self::Caseworker | Self::Supervisor => Side::Office,
            Self::WardAdmin | Self::Auditor | Self::Operator => Side::Administration,
        }
    }

    /// Whether the role can be held in an organization of this kind. Roles over the ward are held in its own office alone: what
    /// they do there reaches every school and every centre, and no board may hold it of its schools only.
    pub fn fits(self, kind: OrganizationKind) -> bool {
        self.side() == Side::of(kind) && (kind == OrganizationKind::WardOffice || !self.is_privileged())
    }

    /// Whether others' rights hang on this one: giving it takes two people, and it needs passkeys bound to a device.
    pub const fn is_privileged(self) -> bool {
        matches!(self.side(), Side::Administration)
    }

    /// Reads a role as lists of staff write it; `None` when nothing known, or a deputy, is written.
    pub fn read(text: &str) -> Option<Self> {
        WORDS.get(&plain(text)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::FacilityKind;

    #[test]
    fn each_role_is_held_on_its_side_only() {
        let kinds = OrganizationKind::OFFICES.into_iter().chain([OrganizationKind::Facility(FacilityKind::Nursery)]);
        for kind in kinds {
            for role in Role::ALL {
                let at_home = role.side() == Side::of(kind) && kind != OrganizationKind::BoardOfEducation;
                assert_eq!(role.fits(kind), at_home, "{role:?} {kind}");
            }
        }
        assert!(Role::Caseworker.fits(OrganizationKind::GuidanceCentre) && !Role::WardAdmin.fits(OrganizationKind::GuidanceCentre));
        assert!(Role::Auditor.fits(OrganizationKind::WardOffice) && !Role::Reporter.fits(OrganizationKind::WardOffice));
        assert!(
            Role::ALL.iter().all(|role| !role.fits(OrganizationKind::BoardOfEducation)),
            "a board stands above its schools, and acts for none"
        );
    }

    #[test]
    fn roles_are_read_as_lists_write_them_and_never_guessed() {
        for (text, role) in [
            ("報告担当", Role::Reporter),
            ("入力担当者", Role::Reporter),
            ("校 長", Role::FacilityHead),
            ("ケースワーカー", Role::Caseworker),
            ("ＳＶ", Role::Supervisor),
            ("係長・スーパーバイザー", Role::Supervisor),
            ("区の管理者", Role::WardAdmin),
            ("監査担当", Role::Auditor),
            ("運用担当", Role::Operator),
        ] {
            assert_eq!(Role::read(text), Some(role), "{text}");
        }
        for text in ["", "教頭", "副園長", "所長", "部長", "管理"] {
            assert_eq!(Role::read(text), None, "{text}");
        }
        for (at, (role, spellings)) in SPELLINGS.iter().enumerate() {
            for text in *spellings {
                assert_eq!(Role::read(text), Some(*role), "{text}");
            }
            assert_eq!(Role::ALL[at], *role);
        }
    }
}

//! Kinds of organizations and facilities: which words they use and whom they can have.

mod council;
mod ending;
mod opening;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize, de::Error as _};

pub use self::{
    council::{Gap, Secrecy, Tie},
    ending::last_day_there,
    opening::first_day_there,
    reading::KindRefusal,
};
use super::coded::coded;

coded! {
    /// What a facility is in law. The codes are ours: only schools have a national code (文部科学省 学校コード).
    pub enum FacilityKind {
        /// 保育所
        Nursery = "nursery",
        /// 幼保連携型認定こども園
        CertifiedCentre = "certified_centre",
        /// 幼稚園型認定こども園
        CertifiedKindergarten = "certified_kindergarten",
        /// 保育所型認定こども園
        CertifiedNursery = "certified_nursery",
        /// 地方裁量型認定こども園
        CertifiedLocal = "certified_local",
        /// 幼稚園
        Kindergarten = "kindergarten",
        /// 家庭的保育事業
        FamilyDaycare = "family_daycare",
        /// 小規模保育事業
        SmallScale = "small_scale",
        /// 事業所内保育事業
        Workplace = "workplace",
        /// 居宅訪問型保育事業
        HomeVisit = "home_visit",
        /// 企業主導型保育施設
        EnterpriseLed = "enterprise_led",
        /// ベビーホテル
        BabyHotel = "baby_hotel",
        /// その他の認可外保育施設
        Unlicensed = "unlicensed",
        /// 小学校
        Elementary = "elementary",
        /// 中学校
        JuniorHigh = "junior_high",
        /// 義務教育学校
        Compulsory = "compulsory",
        /// 高等学校
        High = "high",
        /// 中等教育学校
        Secondary = "secondary",
        /// 特別支援学校
        SpecialSupport = "special_support",
        /// 高等専門学校
        Technical = "technical",
        /// 専修学校（高等課程）
        Vocational = "vocational",
        /// 児童発達支援
        ChildDevelopment = "child_development",
        /// 放課後等デイサービス
        AfterSchoolDay = "after_school_day",
        /// 放課後児童クラブ
        AfterSchoolClub = "after_school_club",
        /// その他
        OtherFacility = "other_facility",
    }
}

coded! {
    /// Which words a facility uses for coming and leaving; the texts choose by its code.
    pub enum Wording {
        /// 登校・下校
        School = "school",
        /// 登園・降園
        Nursery = "nursery",
        /// 来所・退所
        Visit = "visit",
    }
}

impl FacilityKind {
    pub const fn wording(self) -> Wording {
        match self {
            Self::Elementary
            | Self::JuniorHigh
            | Self::Compulsory
            | Self::High
            | Self::Secondary
            | Self::SpecialSupport
            | Self::Technical
            | Self::Vocational => Wording::School,
            Self::ChildDevelopment | Self::AfterSchoolDay | Self::AfterSchoolClub | Self::OtherFacility => Wording::Visit,
            _ => Wording::Nursery,
        }
    }

    /// Whether the kind is one of a certified centre (認定こども園), where ages and 満3歳児 are both in use.
    pub const fn is_certified(self) -> bool {
        matches!(self, Self::CertifiedCentre | Self::CertifiedKindergarten | Self::CertifiedNursery | Self::CertifiedLocal)
    }
}

/// A node of the ward's tree of organizations. As text it is one code, facilities by that of their kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationKind {
    /// 本庁（所管課）: the office that runs the hub for the ward.
    WardOffice,
    /// 子ども家庭支援センター・こども家庭センター
    ChildFamilyCentre,
    /// 児童相談所
    GuidanceCentre,
    /// 教育委員会
    BoardOfEducation,
    Facility(FacilityKind),
}

impl OrganizationKind {
    /// The kinds that are no facility.
    pub const OFFICES: [Self; 4] = [Self::WardOffice, Self::ChildFamilyCentre, Self::GuidanceCentre, Self::BoardOfEducation];

    pub const fn code(self) -> &'static str {
        match self {
            Self::WardOffice => "ward_office",
            Self::ChildFamilyCentre => "child_family_centre",
            Self::GuidanceCentre => "guidance_centre",
            Self::BoardOfEducation => "board_of_education",
            Self::Facility(kind) => kind.code(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let office = Self::OFFICES.into_iter().find(|kind| kind.code() == code);
        office.or_else(|| FacilityKind::from_code(code).map(Self::Facility))
    }

    pub const fn facility(self) -> Option<FacilityKind> {
        match self {
            Self::Facility(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether an organization of this kind may stand directly below one of the kind `above`.
    ///
    /// Facilities and boards stand below the ward's own office, facilities also below a board; an office of advice below the
    /// ward's own office, or as a branch below another of its kind. Nothing stands below a facility, and the ward's own office
    /// below nothing: what an office sees is what stands below it, so no other place in the tree has a meaning.
    pub const fn may_stand_below(self, above: Self) -> bool {
        match self {
            Self::WardOffice => false,
            Self::BoardOfEducation => matches!(above, Self::WardOffice),
            Self::ChildFamilyCentre => matches!(above, Self::WardOffice | Self::ChildFamilyCentre),
            Self::GuidanceCentre => matches!(above, Self::WardOffice | Self::GuidanceCentre),
            Self::Facility(_) => matches!(above, Self::WardOffice | Self::BoardOfEducation),
        }
    }

    /// Whether an organization of this kind may become one of the kind `to`, or be merged into one: a facility may become
    /// another kind of facility (保育所 → 認定こども園), an office stays what it is.
    pub const fn may_become(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Facility(_), Self::Facility(_))
                | (Self::WardOffice, Self::WardOffice)
                | (Self::ChildFamilyCentre, Self::ChildFamilyCentre)
                | (Self::GuidanceCentre, Self::GuidanceCentre)
                | (Self::BoardOfEducation, Self::BoardOfEducation)
        )
    }
}

impl From<FacilityKind> for OrganizationKind {
    fn from(kind: FacilityKind) -> Self {
        Self::Facility(kind)
    }
}

impl fmt::Display for OrganizationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for OrganizationKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for OrganizationKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| D::Error::custom("unknown kind of organization"))
    }
}

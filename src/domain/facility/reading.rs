//! Reads a kind of organization out of the words offices use for it.

use std::{collections::HashMap, sync::LazyLock};

use super::{FacilityKind, OrganizationKind};
use crate::domain::table_in::plain;

/// Why a text is no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KindRefusal {
    #[error("nothing written")]
    Empty,
    #[error("no kind we know")]
    Unknown,
    /// The word stands for several kinds in law, and which one decides over words and grades.
    #[error("could be any of {0:?}")]
    Several(&'static [FacilityKind]),
}

const CERTIFIED: &[FacilityKind] = &[
    FacilityKind::CertifiedCentre,
    FacilityKind::CertifiedKindergarten,
    FacilityKind::CertifiedNursery,
    FacilityKind::CertifiedLocal,
];
const SMALL: &[FacilityKind] =
    &[FacilityKind::FamilyDaycare, FacilityKind::SmallScale, FacilityKind::Workplace, FacilityKind::HomeVisit];
const DAY_SUPPORT: &[FacilityKind] = &[FacilityKind::ChildDevelopment, FacilityKind::AfterSchoolDay];

/// Words that stand for several kinds, in the form of [`plain`].
const SEVERAL: &[(&str, &[FacilityKind])] = &[
    ("認定こども園", CERTIFIED),
    ("こども園", CERTIFIED),
    ("地域型保育", SMALL),
    ("地域型保育事業", SMALL),
    ("障害児通所支援", DAY_SUPPORT),
    ("障害児通所", DAY_SUPPORT),
];

/// How offices write each kind of facility; the first is its name in law.
const FACILITIES: &[(FacilityKind, &[&str])] = &[
    (FacilityKind::Nursery, &["保育所", "保育園", "認可保育所", "認可保育園"]),
    (FacilityKind::CertifiedCentre, &["幼保連携型認定こども園", "幼保連携型", "認定こども園（幼保連携型）", "幼保連携型こども園"]),
    (FacilityKind::CertifiedKindergarten, &["幼稚園型認定こども園", "幼稚園型", "認定こども園（幼稚園型）", "幼稚園型こども園"]),
    (FacilityKind::CertifiedNursery, &["保育所型認定こども園", "保育所型", "認定こども園（保育所型）", "保育所型こども園"]),
    (FacilityKind::CertifiedLocal, &["地方裁量型認定こども園", "地方裁量型", "認定こども園（地方裁量型）", "地方裁量型こども園"]),
    (FacilityKind::Kindergarten, &["幼稚園"]),
    (FacilityKind::FamilyDaycare, &["家庭的保育事業", "家庭的保育", "保育ママ", "地域型保育（家庭的）"]),
    (FacilityKind::SmallScale, &["小規模保育事業", "小規模保育", "小規模保育所", "小規模", "地域型保育（小規模）"]),
    (FacilityKind::Workplace, &["事業所内保育事業", "事業所内保育", "事業所内保育所", "地域型保育（事業所内）"]),
    (FacilityKind::HomeVisit, &["居宅訪問型保育事業", "居宅訪問型保育", "地域型保育（居宅訪問型）"]),
    (
        FacilityKind::EnterpriseLed,
        &["企業主導型保育施設", "企業主導型保育", "企業主導型保育事業", "企業主導型", "認可外（企業主導型）"],
    ),
    (FacilityKind::BabyHotel, &["ベビーホテル", "認可外（ベビーホテル）"]),
    (FacilityKind::Unlicensed, &["その他の認可外保育施設", "認可外保育施設", "認可外", "認証保育所"]),
    (FacilityKind::Elementary, &["小学校", "小学", "小"]),
    (FacilityKind::JuniorHigh, &["中学校", "中学", "中"]),
    (FacilityKind::Compulsory, &["義務教育学校", "義務教育", "小中一貫校（義務教育学校）"]),
    (FacilityKind::High, &["高等学校", "高校", "高"]),
    (FacilityKind::Secondary, &["中等教育学校", "中等教育"]),
    (FacilityKind::SpecialSupport, &["特別支援学校", "特別支援", "支援学校"]),
    (FacilityKind::Technical, &["高等専門学校", "高専"]),
    (FacilityKind::Vocational, &["専修学校（高等課程）", "専修学校", "高等専修学校"]),
    (FacilityKind::ChildDevelopment, &["児童発達支援", "児童発達支援事業所", "児童発達支援センター", "児発"]),
    (FacilityKind::AfterSchoolDay, &["放課後等デイサービス", "放課後等デイサービス事業所", "放課後等デイ", "放デイ"]),
    (FacilityKind::AfterSchoolClub, &["放課後児童クラブ", "学童保育", "学童クラブ", "学童", "放課後児童健全育成事業"]),
    (FacilityKind::OtherFacility, &["その他", "その他の施設"]),
];

const OFFICES: &[(OrganizationKind, &[&str])] = &[
    (
        OrganizationKind::WardOffice,
        &["本庁（所管課）", "本庁", "所管課", "区役所", "市役所", "町役場", "村役場", "役所", "役場", "区", "市"],
    ),
    (
        OrganizationKind::ChildFamilyCentre,
        &[
            "子ども家庭支援センター",
            "こども家庭センター",
            "子ども家庭支援センター・こども家庭センター",
            "こども家庭支援センター",
            "子ども家庭センター",
            "支援センター",
        ],
    ),
    (OrganizationKind::GuidanceCentre, &["児童相談所", "児相"]),
    (OrganizationKind::BoardOfEducation, &["教育委員会", "教委", "教育委員会事務局"]),
];

/// Who founded it is no part of the kind: 区立小学校, 私立幼稚園.
const FOUNDERS: &[&str] = &["国立", "公立", "私立", "都立", "道立", "府立", "県立", "市立", "区立", "町立", "村立", "組合立"];

/// Every word, as [`plain`] leaves it, and what it means.
static WORDS: LazyLock<HashMap<String, Result<OrganizationKind, KindRefusal>>> = LazyLock::new(|| {
    let offices = OFFICES.iter().flat_map(|(kind, words)| words.iter().map(|word| (*word, Ok(*kind))));
    let facilities = FACILITIES.iter().flat_map(|(kind, words)| words.iter().map(|word| (*word, Ok((*kind).into()))));
    let several = SEVERAL.iter().map(|(word, kinds)| (*word, Err(KindRefusal::Several(kinds))));
    offices.chain(facilities).chain(several).map(|(word, kind)| (plain(word), kind)).collect()
});

impl OrganizationKind {
    /// Reads a kind as lists of facilities write it, whoever founded it.
    pub fn read(text: &str) -> Result<Self, KindRefusal> {
        let whole = plain(text);
        if whole.is_empty() {
            return Err(KindRefusal::Empty);
        }
        let bare = FOUNDERS.iter().find_map(|founder| whole.strip_prefix(founder)).unwrap_or("");
        WORDS.get(&whole).or_else(|| WORDS.get(bare)).copied().unwrap_or(Err(KindRefusal::Unknown))
    }
}

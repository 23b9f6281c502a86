//! The columns of a file of organizations.

use crate::domain::{coded::coded, directory::mapping::Column};

coded! {
    /// The meaning of a column.
    pub enum OrganizationField {
        Name = "name",
        Kind = "kind",
        District = "district",
        SchoolCode = "school_code",
        /// 上位機関
        Parent = "parent",
        Phone = "phone",
        OpenedOn = "opened_on",
        ClosedOn = "closed_on",
        /// 休業日のひな形
        Template = "template",
        /// Never read: addresses, headcounts, heads of schools and whatever else a list holds.
        Ignored = "ignored",
    }
}

impl Column for OrganizationField {
    const ALL: &'static [Self] = Self::ALL;
    const IGNORED: Self = Self::Ignored;
    const PARTS: &'static [(Self, Self, Self)] = &[];
    const REQUIRED: &'static [Self] = &[Self::Name];
    const TELLING: &'static [Self] = &[Self::Kind, Self::SchoolCode, Self::OpenedOn];

    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (
            Self::Name,
            &[
                "名称",
                "施設名",
                "施設・組織名",
                "施設名称",
                "学校名",
                "学校園名",
                "園名",
                "保育所名",
                "機関名",
                "組織名",
                "所属名",
                "事業所名",
            ],
        ),
        (Self::Kind, &["種別", "施設種別", "学校種", "施設の種類", "種類", "区分", "施設区分", "類型"]),
        (Self::District, &["地区", "地域", "担当地区", "地区名", "支所"]),
        (Self::SchoolCode, &["学校コード", "文部科学省学校コード", "文科省学校コード"]),
        (Self::Parent, &["上位機関", "上位組織", "所管", "所管課", "上位", "親機関"]),
        (Self::Phone, &["電話", "電話番号", "tel", "代表電話", "連絡先電話番号", "連絡先"]),
        (Self::OpenedOn, &["開設日", "開設年月日", "開校日", "開園日", "設置日", "開設"]),
        (Self::ClosedOn, &["閉鎖日", "閉鎖年月日", "廃止日", "廃止年月日", "閉校日", "閉園日", "休止日"]),
        (Self::Template, &["休業日のひな形", "ひな形", "休業日", "カレンダー", "暦"]),
    ];

    fn code(self) -> &'static str {
        Self::code(self)
    }
}

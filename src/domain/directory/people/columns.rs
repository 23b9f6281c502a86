//! The columns of a file of people.

use crate::domain::{coded::coded, directory::mapping::Column};

coded! {
    /// The meaning of a column.
    pub enum PersonField {
        Name = "name",
        /// 姓, where family and given name have a column each.
        FamilyName = "family_name",
        GivenName = "given_name",
        Kana = "kana",
        FamilyKana = "family_kana",
        GivenKana = "given_kana",
        /// 職員番号
        StaffCode = "staff_code",
        /// 所属
        Organization = "organization",
        Role = "role",
        From = "from",
        Until = "until",
        Mail = "mail",
        /// 異動: 転出 or 退職, with or without its date.
        Leaving = "leaving",
        LeavingOn = "leaving_on",
        /// Never read: birth dates, telephone numbers, ranks and whatever else a list of staff holds.
        Ignored = "ignored",
    }
}

impl Column for PersonField {
    const ALL: &'static [Self] = Self::ALL;
    const IGNORED: Self = Self::Ignored;
    const PARTS: &'static [(Self, Self, Self)] =
        &[(Self::Name, Self::FamilyName, Self::GivenName), (Self::Kana, Self::FamilyKana, Self::GivenKana)];
    const REQUIRED: &'static [Self] = &[Self::Name, Self::Organization];
    const TELLING: &'static [Self] = &[Self::Role, Self::From, Self::StaffCode, Self::Mail];

    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Name, &["氏名", "職員氏名", "職員名", "教職員氏名", "名前", "お名前", "利用者氏名", "利用者名"]),
        (Self::FamilyName, &["姓", "氏", "苗字", "名字"]),
        (Self::GivenName, &["名", "下の名前"]),
        (
            Self::Kana,
            &[
                "フリガナ",
                "氏名フリガナ",
                "職員氏名フリガナ",
                "氏名カナ",
                "カナ氏名",
                "カナ",
                "よみがな",
                "読み仮名",
                "よみ",
                "読み",
            ],
        ),
        (Self::FamilyKana, &["セイ", "姓カナ", "姓フリガナ", "氏フリガナ"]),
        (Self::GivenKana, &["メイ", "名カナ", "名フリガナ"]),
        (Self::StaffCode, &["職員番号", "職員コード", "職員id", "職員no", "職番", "教職員番号", "個人番号（職員）", "社員番号"]),
        (
            Self::Organization,
            &[
                "所属",
                "所属名",
                "所属先",
                "所属機関",
                "所属施設",
                "所属校",
                "所属園",
                "配属先",
                "勤務先",
                "勤務校",
                "施設名",
                "学校名",
                "園名",
                "機関名",
            ],
        ),
        (Self::Role, &["役割", "権限", "利用権限", "役割（権限）", "システム権限", "区分"]),
        (
            Self::From,
            &["開始日", "開始年月日", "利用開始日", "着任日", "着任年月日", "発令日", "任用開始日", "任用期間開始", "開始"],
        ),
        (Self::Until, &["終了日", "終了年月日", "利用終了日", "終了予定日", "任用終了日", "任期満了日", "任用期間終了", "終了"]),
        (Self::Mail, &["メール", "メールアドレス", "eメール", "email", "mail", "連絡先メール"]),
        (Self::Leaving, &["異動", "異動区分", "異動種別", "異動内容", "転出・退職", "退職・転出"]),
        (Self::LeavingOn, &["異動日", "異動年月日", "転出日", "退職日", "退職年月日", "転出年月日"]),
    ];

    fn code(self) -> &'static str {
        Self::code(self)
    }
}

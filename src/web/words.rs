//! The words for the domain's codes, in the language of the page and the wording of the facility.

use i18n_embed_fl::fl;
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday, date as day_of},
};

use super::Lang;
use crate::domain::{
    attendance::{Contact, ContactBy, ContactVia, Mark, Reason, Sign, Status},
    calendar::{ClosedBecause, Month, Week},
    clock,
    facility::{FacilityKind, Gap, OrganizationKind, Wording},
    grade::Grade,
    membership::admins::Admins,
    school_code::Founder,
    wareki,
};

/// What the texts select by: 登校, 登園 or 来所.
pub const fn wording(kind: FacilityKind) -> &'static str {
    match kind.wording() {
        Wording::School => "school",
        Wording::Nursery => "nursery",
        Wording::Visit => "after-school",
    }
}

/// 令和9年4月1日 開設予定
pub fn opening(lang: Lang, opens: Date) -> String {
    let day = match lang {
        Lang::Ja => wareki::long(opens),
        Lang::En => opens.to_string(),
    };
    fl!(lang.texts(), "organizations-opening", day = day)
}

/// A name among others that can be chosen; of a place that is not open yet with its opening day.
pub fn with_opening(lang: Lang, name: &str, opens: Option<Date>) -> String {
    opens.map_or_else(|| name.to_owned(), |day| fl!(lang.texts(), "mark-with", word = name, more = opening(lang, day)))
}

/// 「守秘義務 未確認」: what should be looked into before children are named to a facility.
pub fn gap(lang: Lang, gap: Gap) -> String {
    match gap {
        Gap::Unconfirmed => fl!(lang.texts(), "secrecy-unconfirmed"),
        Gap::Unbound => fl!(lang.texts(), "secrecy-unbound"),
    }
}

/// Why nobody may do what would leave the ward without an admin from this day on, and what to do first.
pub fn without_admin(lang: Lang, admins: &Admins, from: Date) -> String {
    let (texts, day) = (lang.texts(), date(lang, from));
    if admins.by_service { fl!(texts, "last-admin-service", day = day) } else { fl!(texts, "last-admin", day = day) }
}

/// 登校・欠席・遅刻 …; `kind` is what [`wording`] gave.
pub fn status(lang: Lang, status: Status, kind: &str) -> String {
    let texts = lang.texts();
    match status {
        Status::Present => fl!(texts, "status-present", kind = kind),
        Status::Late => fl!(texts, "status-late"),
        Status::LeftEarly => fl!(texts, "status-left-early", kind = kind),
        Status::LateAndLeftEarly => fl!(texts, "status-late-and-left-early"),
        Status::SeparateRoom => fl!(texts, "status-separate-room"),
        Status::SeenElsewhere => fl!(texts, "status-seen-outside"),
        Status::Absent => fl!(texts, "status-absent"),
        Status::Suspended => fl!(texts, "status-suspended-infection"),
        Status::Bereaved => fl!(texts, "status-bereavement"),
        Status::SuspendedOther => fl!(texts, "status-suspended-other"),
        Status::Hospital => fl!(texts, "status-hospital"),
        Status::InCare => fl!(texts, "status-in-care"),
        Status::NotScheduled => fl!(texts, "status-not-scheduled", kind = kind),
        Status::StayedHome => fl!(texts, "status-stay-home-request", kind = kind),
    }
}

/// The answer to "家庭からの連絡".
pub fn contact(lang: Lang, contact: Contact) -> String {
    let texts = lang.texts();
    match contact {
        Contact::Before => fl!(texts, "contact-before-start"),
        Contact::After => fl!(texts, "contact-after-start"),
        Contact::FacilityAsked => fl!(texts, "contact-by-facility"),
        Contact::Unreachable => fl!(texts, "contact-not-reached"),
        Contact::None => fl!(texts, "contact-none"),
    }
}

pub fn contact_by(lang: Lang, by: ContactBy) -> String {
    let texts = lang.texts();
    match by {
        ContactBy::Mother => fl!(texts, "contact-by-mother"),
        ContactBy::Father => fl!(texts, "contact-by-father"),
        ContactBy::Grandparent => fl!(texts, "contact-by-grandparent"),
        ContactBy::OtherGuardian => fl!(texts, "contact-by-guardian"),
        ContactBy::Child => fl!(texts, "contact-by-child"),
        ContactBy::Agency => fl!(texts, "contact-by-agency"),
    }
}

pub fn contact_via(lang: Lang, via: ContactVia) -> String {
    let texts = lang.texts();
    match via {
        ContactVia::Phone => fl!(texts, "contact-via-phone"),
        ContactVia::App => fl!(texts, "contact-via-app"),
        ContactVia::Visit => fl!(texts, "contact-via-visit"),
        ContactVia::Notebook => fl!(texts, "contact-via-notebook"),
    }
}

/// 「連絡あり（始業前）、母、電話」: whether, from whom and how the home was heard of; nothing when nothing was said of it.
pub fn contacted(lang: Lang, mark: &Mark) -> Option<String> {
    let words = [
        mark.contact.map(|answer| match answer {
            Contact::Before | Contact::After | Contact::None => {
                fl!(lang.texts(), "mark-contact", answer = contact(lang, answer))
            }
            // These say by themselves that they are about the call.
            Contact::FacilityAsked | Contact::Unreachable => contact(lang, answer),
        }),
        mark.contact_by.map(|by| contact_by(lang, by)),
        mark.contact_via.map(|via| contact_via(lang, via)),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(&fl!(lang.texts(), "list-within")))
}

pub fn reason(lang: Lang, reason: Reason, kind: &str) -> String {
    let texts = lang.texts();
    match reason {
        Reason::Illness => fl!(texts, "reason-illness"),
        Reason::Injury => fl!(texts, "reason-injury"),
        Reason::Family => fl!(texts, "reason-family"),
        Reason::Clinic => fl!(texts, "reason-clinic"),
        Reason::Reluctant => fl!(texts, "reason-reluctance", kind = kind),
        Reason::FamilyIllness => fl!(texts, "reason-family-illness"),
        Reason::Travel => fl!(texts, "reason-travel"),
        Reason::Unknown => fl!(texts, "reason-unknown"),
        Reason::Other => fl!(texts, "reason-other"),
    }
}

pub fn sign(lang: Lang, sign: Sign) -> String {
    let texts = lang.texts();
    match sign {
        Sign::Injury => fl!(texts, "sign-injury"),
        Sign::Statement => fl!(texts, "sign-statement"),
        Sign::UnwillingHome => fl!(texts, "sign-fear-of-home"),
        Sign::FamilyChange => fl!(texts, "sign-home-change"),
        Sign::ParentPressure => fl!(texts, "sign-pressure"),
        Sign::Other => fl!(texts, "sign-other"),
    }
}

/// Why nobody is expected on a day.
pub fn closed_because(lang: Lang, because: ClosedBecause) -> String {
    let texts = lang.texts();
    match because {
        ClosedBecause::Holiday => fl!(texts, "closed-holiday"),
        ClosedBecause::Weekday => fl!(texts, "closed-weekday"),
        ClosedBecause::Vacation => fl!(texts, "closed-vacation"),
        ClosedBecause::Facility => fl!(texts, "closed-facility"),
        ClosedBecause::Class => fl!(texts, "closed-class"),
        ClosedBecause::OwnWeek => fl!(texts, "closed-own-week"),
        ClosedBecause::NotWatched => fl!(texts, "closed-not-watched"),
    }
}

/// One report in a few words: 「欠席（連絡なし・理由不明）」.
pub fn mark(lang: Lang, mark: &Mark, kind: &str) -> String {
    let mut more = Vec::new();
    more.extend(contacted(lang, mark));
    if let Some(given) = mark.reason {
        more.push(reason(lang, given, kind));
    }
    let word = status(lang, mark.status, kind);
    if more.is_empty() {
        word
    } else {
        fl!(lang.texts(), "mark-with", word = word, more = more.join(&fl!(lang.texts(), "list-comma")))
    }
}

/// 「3年2組」: the grade as it is said, and the class beside it.
pub fn place(grade: &str, class: &str) -> String {
    let label = Grade::from_code(grade).map_or_else(|| grade.to_owned(), Grade::label);
    if class.is_empty() { label } else { format!("{label} {class}") }
}

/// 「令和8年11月20日（金）」, "Friday, 20 November 2026".
pub fn date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ja => wareki::full(date),
        Lang::En => date.strftime("%A, %-d %B %Y").to_string(),
    }
}

/// 令和8年11月, November 2026.
pub fn month(lang: Lang, month: Month) -> String {
    match lang {
        Lang::Ja => wareki::long(month.first()).trim_end_matches("1日").to_owned(),
        Lang::En => month.first().strftime("%B %Y").to_string(),
    }
}

fn weekday(lang: Lang, weekday: Weekday) -> String {
    let texts = lang.texts();
    match weekday {
        Weekday::Monday => fl!(texts, "calendar-weekday-monday"),
        Weekday::Tuesday => fl!(texts, "calendar-weekday-tuesday"),
        Weekday::Wednesday => fl!(texts, "calendar-weekday-wednesday"),
        Weekday::Thursday => fl!(texts, "calendar-weekday-thursday"),
        Weekday::Friday => fl!(texts, "calendar-weekday-friday"),
        Weekday::Saturday => fl!(texts, "calendar-weekday-saturday"),
        Weekday::Sunday => fl!(texts, "calendar-weekday-sunday"),
    }
}

/// The days of the week as calendars in Japan have them, Sunday first.
pub fn weekdays(lang: Lang) -> Vec<String> {
    // Any week that begins on a Sunday.
    (1..=7).map(|day| weekday(lang, day_of(2026, 11, day).weekday())).collect()
}

/// 月・火・水・木・金
pub fn week(lang: Lang, week: Week) -> String {
    // Any week that begins on a Monday.
    let days = (2..=8).map(|day| day_of(2026, 11, day)).filter(|day| week.has(*day)).map(|day| weekday(lang, day.weekday()));
    days.collect::<Vec<_>>().join(&fl!(lang.texts(), "list-comma"))
}

/// 「9:12」, in Japan.
pub fn time_of_day(at: Timestamp) -> String {
    clock::in_japan(at).strftime("%-H:%M").to_string()
}

/// 「9:30」
pub fn time(time: Time) -> String {
    time.strftime("%-H:%M").to_string()
}

/// 「R8.11.20 9:12」, in Japan.
pub fn moment(lang: Lang, at: Timestamp) -> String {
    let day = clock::in_japan(at).date();
    let day = match lang {
        Lang::Ja => wareki::short(day),
        Lang::En => day.to_string(),
    };
    format!("{day} {}", time_of_day(at))
}

/// 幼保連携型認定こども園, 小規模保育事業 …: each kind by its own name, for lists that have to be read back and for forms.
pub fn kind_in_law(lang: Lang, kind: OrganizationKind) -> String {
    lang.texts().get(&format!("kind-{}", kind.code()))
}

/// 国立, 公立, 私立.
pub fn founder(lang: Lang, founder: Founder) -> String {
    let texts = lang.texts();
    match founder {
        Founder::National => fl!(texts, "founder-national"),
        Founder::Public => fl!(texts, "founder-public"),
        Founder::Private => fl!(texts, "founder-private"),
    }
}

/// 保育所, 小学校, 児童相談所 …: kinds that differ in law only share a word.
pub fn organization_kind(lang: Lang, kind: OrganizationKind) -> String {
    let texts = lang.texts();
    let facility = match kind {
        OrganizationKind::WardOffice => return fl!(texts, "organization-ward"),
        OrganizationKind::ChildFamilyCentre => return fl!(texts, "organization-office"),
        OrganizationKind::GuidanceCentre => return fl!(texts, "organization-guidance-centre"),
        OrganizationKind::BoardOfEducation => return fl!(texts, "organization-board"),
        OrganizationKind::Facility(facility) => facility,
    };
    match facility {
        FacilityKind::Nursery => fl!(texts, "facility-nursery"),
        FacilityKind::CertifiedCentre
        | FacilityKind::CertifiedKindergarten
        | FacilityKind::CertifiedNursery
        | FacilityKind::CertifiedLocal => fl!(texts, "facility-certified-centre"),
        FacilityKind::Kindergarten => fl!(texts, "facility-kindergarten"),
        FacilityKind::FamilyDaycare | FacilityKind::SmallScale | FacilityKind::Workplace | FacilityKind::HomeVisit => {
            fl!(texts, "facility-small-nursery")
        }
        FacilityKind::EnterpriseLed | FacilityKind::BabyHotel | FacilityKind::Unlicensed => {
            fl!(texts, "facility-unlicensed-nursery")
        }
        FacilityKind::Elementary => fl!(texts, "facility-elementary"),
        FacilityKind::JuniorHigh => fl!(texts, "facility-junior-high"),
        FacilityKind::Compulsory => fl!(texts, "facility-compulsory"),
        FacilityKind::High => fl!(texts, "facility-high"),
        FacilityKind::Secondary => fl!(texts, "facility-secondary"),
        FacilityKind::SpecialSupport => fl!(texts, "facility-special-needs"),
        FacilityKind::Technical => fl!(texts, "facility-technical-college"),
        FacilityKind::Vocational => fl!(texts, "facility-vocational"),
        FacilityKind::ChildDevelopment | FacilityKind::AfterSchoolDay => fl!(texts, "facility-day-support"),
        FacilityKind::AfterSchoolClub => fl!(texts, "facility-after-school"),
        FacilityKind::OtherFacility => fl!(texts, "facility-other"),
    }
}

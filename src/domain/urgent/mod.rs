//! 至急連絡: what must not wait for the daily sheet or the month's slip, from what was typed to what is kept.
//!
//! The triggers are those of the 2019 guideline on reports between the monthly ones. Facts only: no judgement is asked for.

#[cfg(test)]
mod tests;

use super::{
    attendance::Sign,
    coded::coded,
    name::{self, Phone, Text},
};

coded! {
    /// What makes it urgent; more than one may.
    pub enum Trigger {
        /// U1 不自然な外傷
        Injury = "injury",
        /// U3 対象児からの虐待についての証言
        Statement = "statement",
        /// U4 帰宅を嫌がる
        UnwillingHome = "unwilling_home",
        /// U2 理由不明又は連絡のない欠席が続く
        UnexplainedAbsence = "unexplained_absence",
        /// U7 休業日を除き引き続き7日以上欠席, whatever the reason
        AbsentSevenDays = "absent_seven_days",
        /// U5 家庭環境の変化
        FamilyChange = "family_change",
        /// U8 保護者の威圧的な要求
        ParentPressure = "parent_pressure",
        /// U6 そのほか新たな兆候・状況の変化
        OtherChange = "other_change",
    }
}

impl Trigger {
    /// The sign of the daily sheet that says the same, so that the rules of signs hear of it too.
    pub const fn sign(self) -> Option<Sign> {
        match self {
            Self::Injury => Some(Sign::Injury),
            Self::Statement => Some(Sign::Statement),
            Self::UnwillingHome => Some(Sign::UnwillingHome),
            Self::FamilyChange => Some(Sign::FamilyChange),
            Self::ParentPressure => Some(Sign::ParentPressure),
            Self::UnexplainedAbsence | Self::AbsentSevenDays | Self::OtherChange => None,
        }
    }
}

/// The signs of some triggers, sorted, each once.
pub fn signs(triggers: &[Trigger]) -> Vec<Sign> {
    let mut signs: Vec<_> = triggers.iter().filter_map(|trigger| trigger.sign()).collect();
    signs.sort_unstable();
    signs.dedup();
    signs
}

coded! {
    /// Where the child is while this is written.
    pub enum ChildNow {
        /// 在校中・在園中
        Here = "here",
        /// 帰宅済
        GoneHome = "gone_home",
        /// 病院
        Hospital = "hospital",
        /// 欠席していて、会えていない
        NotCome = "not_come",
        /// わからない
        Unknown = "unknown",
    }
}

coded! {
    /// すでに電話した先
    pub enum Called {
        Police = "police",
        GuidanceCentre = "guidance_centre",
        SupportCentre = "support_centre",
    }
}

coded! {
    /// A field of the form, by the name its input carries.
    pub enum Field {
        Triggers = "triggers",
        Happened = "happened",
        Place = "place",
        Witness = "witness",
        Facts = "facts",
        ChildNow = "child_now",
        ContactPerson = "contact_person",
        ContactPhone = "contact_phone",
        ContactUntil = "contact_until",
        Called = "called",
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Missing,
    UnknownChoice,
    TooLong { written: usize, most: usize },
    Unprintable,
    NotPhone,
}

/// One field that was refused.
pub type Refused = (Field, Fault);

/// The form as it was typed; an empty text is an unanswered field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub triggers: Vec<String>,
    pub happened: String,
    pub place: String,
    pub witness: String,
    pub facts: String,
    pub child_now: String,
    pub contact_person: String,
    pub contact_phone: String,
    pub contact_until: String,
    pub called: Vec<String>,
}

/// An urgent report nothing is missing from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urgent {
    /// In the order of the list, each once, at least one.
    pub triggers: Vec<Trigger>,
    pub happened: String,
    pub place: String,
    pub witness: String,
    pub facts: String,
    pub child_now: ChildNow,
    pub contact_person: String,
    pub contact_phone: String,
    pub contact_until: String,
    pub called: Vec<Called>,
}

/// The longest short answer, and the longest account, in characters.
pub const SHORT: usize = 60;
pub const FACTS: usize = 1000;
const PHONE: usize = 30;

impl Draft {
    /// The report, or every field that has to be mended, each once, in the order of the form.
    pub fn check(&self) -> Result<Urgent, Vec<Refused>> {
        let mut refused = Vec::new();
        let triggers = chosen(&self.triggers, Trigger::ALL, Trigger::code);
        match &triggers {
            None => refused.push((Field::Triggers, Fault::UnknownChoice)),
            Some(triggers) if triggers.is_empty() => refused.push((Field::Triggers, Fault::Missing)),
            Some(_) => {}
        }
        let mut short = |field, typed: &str| text::<SHORT>(field, typed, &mut refused);
        let happened = short(Field::Happened, &self.happened);
        let place = short(Field::Place, &self.place);
        let witness = short(Field::Witness, &self.witness);
        let facts = text::<FACTS>(Field::Facts, &self.facts, &mut refused);
        let child_now = ChildNow::from_code(&self.child_now);
        if child_now.is_none() {
            let fault = if self.child_now.is_empty() { Fault::Missing } else { Fault::UnknownChoice };
            refused.push((Field::ChildNow, fault));
        }
        let contact_person = text::<SHORT>(Field::ContactPerson, &self.contact_person, &mut refused);
        let contact_phone = phone(&self.contact_phone, &mut refused);
        let contact_until = text::<SHORT>(Field::ContactUntil, &self.contact_until, &mut refused);
        let called = chosen(&self.called, Called::ALL, Called::code);
        if called.is_none() {
            refused.push((Field::Called, Fault::UnknownChoice));
        }
        match (triggers, child_now, called) {
            (Some(triggers), Some(child_now), Some(called)) if refused.is_empty() => Ok(Urgent {
                triggers,
                happened,
                place,
                witness,
                facts,
                child_now,
                contact_person,
                contact_phone,
                contact_until,
                called,
            }),
            _ => Err(refused),
        }
    }
}

/// The chosen members of a list, in its order; `None` when one of them is not on it.
fn chosen<T: Copy>(typed: &[String], all: &[T], code: fn(T) -> &'static str) -> Option<Vec<T>> {
    let known = |typed: &&String| all.iter().any(|one| code(*one) == typed.as_str());
    if typed.iter().filter(|typed| !typed.is_empty()).all(|typed| known(&typed)) {
        Some(all.iter().copied().filter(|one| typed.iter().any(|typed| typed == code(*one))).collect())
    } else {
        None
    }
}

fn text<const MOST: usize>(field: Field, typed: &str, refused: &mut Vec<Refused>) -> String {
    let fault = match Text::<MOST>::parse(typed) {
        Ok(text) => return text.as_str().to_owned(),
        Err(name::Refusal::Empty) => Fault::Missing,
        Err(name::Refusal::TooLong { written, most }) => Fault::TooLong { written, most },
        Err(_) => Fault::Unprintable,
    };
    refused.push((field, fault));
    String::new()
}

fn phone(typed: &str, refused: &mut Vec<Refused>) -> String {
    let fault = match Phone::parse(typed) {
        Ok(phone) if phone.to_string().chars().count() <= PHONE => return phone.to_string(),
        Ok(phone) => Fault::TooLong { written: phone.to_string().chars().count(), most: PHONE },
        Err(name::Refusal::Empty) => Fault::Missing,
        Err(_) => Fault::NotPhone,
    };
    refused.push((Field::ContactPhone, fault));
    String::new()
}

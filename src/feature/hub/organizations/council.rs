//! How a facility stands to the council (要対協), as the desk types and reads it.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::views::{self, Fact, Faulty, read_day_or_none};
use crate::{
    domain::facility::{Gap, Secrecy, Tie},
    gate::{Deed, actions::Action},
    store::organizations::Particulars,
    web::{Field, Fields, Lang},
};

/// The fields of it, in their order.
#[derive(Debug)]
pub(super) struct CouncilDraft {
    pub(super) tie: Field,
    pub(super) member_since: Field,
    pub(super) pledged_on: Field,
}

impl CouncilDraft {
    pub(super) fn of(lang: Lang, typed: &Fields) -> Self {
        // Whoever says nothing has not looked.
        let tie = Some(typed.get("council")).filter(|tie| !tie.is_empty()).unwrap_or(Tie::Unknown.code());
        Self {
            tie: Field::required("council", tie).with_choices(Tie::ALL.iter().map(|tie| (tie.code().to_owned(), word(lang, *tie)))),
            member_since: Field::optional("member_since", typed.get("member_since")),
            pledged_on: Field::optional("pledged_on", typed.get("pledged_on")),
        }
    }

    /// As the form of [`super::draft::Draft`] is filled with what is written down.
    pub(super) fn typed(lang: Lang, secrecy: &Secrecy) -> [(&'static str, String); 3] {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| views::typed_day(lang, day));
        [
            ("council", secrecy.tie.code().to_owned()),
            ("member_since", day(secrecy.member_since)),
            ("pledged_on", day(secrecy.pledged_on)),
        ]
    }

    /// What was meant; `None` when the fields now say what to mend. A member may be one from a day to come; a pledge is one that is there.
    pub(super) fn read(&mut self, lang: Lang, today: Date) -> Option<Secrecy> {
        let texts = lang.texts();
        let tie = Tie::from_code(&self.tie.value);
        if tie.is_none() {
            self.tie.error = Some(fl!(texts, "error-choose", field = fl!(texts, "org-council")));
        }
        let since = read_day_or_none(lang, &mut self.member_since, fl!(texts, "org-member-since"));
        let pledged = read_day_or_none(lang, &mut self.pledged_on, fl!(texts, "org-pledged-on"));
        let since = match (tie, since) {
            (Some(Tie::Member), Ok(None)) => {
                self.member_since.error = Some(fl!(texts, "error-required", field = fl!(texts, "org-member-since")));
                Err(Faulty)
            }
            (Some(Tie::Unknown | Tie::Public | Tie::None), Ok(Some(_))) => {
                self.member_since.error = Some(fl!(texts, "org-error-no-member"));
                Err(Faulty)
            }
            (_, since) => since,
        };
        let pledged = match pledged {
            Ok(Some(day)) if day > today => {
                self.pledged_on.error = Some(fl!(texts, "org-error-pledge-to-come"));
                Err(Faulty)
            }
            pledged => pledged,
        };
        Some(Secrecy { tie: tie?, member_since: since.ok()?, pledged_on: pledged.ok()? })
    }
}

/// What a deed says of it: of a facility, what was written down.
pub(super) fn said<A: Action>(deed: Deed<A>, wanted: &Particulars) -> Deed<A> {
    if wanted.kind.facility().is_none() {
        return deed;
    }
    let secrecy = &wanted.secrecy;
    deed.with("council", secrecy.tie.code()).with("member_since", secrecy.member_since).with("pledged_on", secrecy.pledged_on)
}

fn word(lang: Lang, tie: Tie) -> String {
    let texts = lang.texts();
    match tie {
        Tie::Unknown => fl!(texts, "council-unknown"),
        Tie::Public => fl!(texts, "council-public"),
        Tie::Member => fl!(texts, "council-member"),
        Tie::None => fl!(texts, "council-none"),
    }
}

/// What is written down of it, as a page says it.
pub(super) fn facts(lang: Lang, secrecy: &Secrecy) -> Vec<Fact> {
    let texts = lang.texts();
    let day = |day: Option<Date>| day.map_or_else(|| fl!(texts, "org-unknown"), |day| views::typed_day(lang, day));
    let mut facts = vec![Fact::new(fl!(texts, "org-council"), word(lang, secrecy.tie))];
    if secrecy.tie == Tie::Member {
        facts.push(Fact::new(fl!(texts, "org-member-since"), day(secrecy.member_since)));
    }
    facts.push(Fact::new(fl!(texts, "org-pledged-on"), day(secrecy.pledged_on)));
    facts
}

/// Why the desk should look into it, and how.
pub(super) fn warning(lang: Lang, gap: Gap) -> String {
    match gap {
        Gap::Unconfirmed => fl!(lang.texts(), "org-secrecy-unconfirmed"),
        Gap::Unbound => fl!(lang.texts(), "org-secrecy-unbound"),
    }
}

//! Somebody as the desk writes them down: every field read, every fault kept beside its field.

use i18n_embed_fl::fl;
use jiff::{ToSpan, civil::Date};

use super::views;
use crate::{
    domain::{
        membership::{Term, fiscal_year_end},
        name::{Kana, MailAddress, PersonName},
        staff_code::StaffCode,
        wareki,
    },
    gate::Role,
    store::people::{Details, Person, memberships::Place},
    web::{Field, Fields, Lang, say},
};

/// The fields about the person.
#[derive(Debug)]
pub(super) struct PersonDraft {
    pub(super) name: Field,
    pub(super) kana: Field,
    pub(super) staff_code: Field,
    pub(super) mail: Field,
}

/// The fields about what the person does, and where.
#[derive(Debug)]
pub(super) struct PostDraft {
    pub(super) organization: Field,
    pub(super) role: Field,
    pub(super) from: Field,
    /// How the end is said: none, the end of the fiscal year, a day.
    pub(super) end: Field,
    pub(super) until: Field,
}

/// What was chosen in [`PostDraft`].
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) place: Place,
    pub(super) role: Role,
    pub(super) term: Term,
}

/// A begin further away than this is a slip of the pen, as in rosters.
const MOST_YEARS_AGO: i32 = 20;
const MOST_YEARS_AHEAD: i32 = 1;

/// The value, or nothing with the fault noted at the field.
fn noted<T>(field: &mut Field, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
    match read(&field.value) {
        Ok(value) => Some(value),
        Err(text) => {
            field.error = Some(text);
            None
        }
    }
}

impl PersonDraft {
    pub(super) fn of(typed: &Fields) -> Self {
        Self {
            name: Field::required("name", typed.get("name")),
            kana: Field::optional("kana", typed.get("kana")),
            staff_code: Field::optional("staff_code", typed.get("staff_code")),
            mail: Field::optional("mail", typed.get("mail")),
        }
    }

    pub(super) fn known(person: &Person) -> Self {
        Self {
            name: Field::required("name", &person.name),
            kana: Field::optional("kana", &person.kana),
            staff_code: Field::optional("staff_code", &person.staff_code),
            mail: Field::optional("mail", &person.mail),
        }
    }

    pub(super) fn fields(&self) -> [&Field; 4] {
        [&self.name, &self.kana, &self.staff_code, &self.mail]
    }

    /// Who was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang) -> Option<Details> {
        let name = noted(&mut self.name, |typed| PersonName::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let kana = noted(&mut self.kana, |typed| Kana::parse_or_unknown(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let staff_code =
            noted(&mut self.staff_code, |typed| StaffCode::parse_or_none(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let mail = noted(&mut self.mail, |typed| match typed {
            "" => Ok(None),
            typed => MailAddress::parse(typed).map(Some).map_err(|no| say::say(lang, no.key(), &no.args())),
        });
        Some(Details { name: name?, kana: kana?, staff_code: staff_code?, mail: mail? })
    }
}

impl PostDraft {
    /// The empty form: from today on, without an end.
    pub(super) fn empty(lang: Lang, places: &[Place], roles: &[Role], today: Date) -> Self {
        let typed = [("from_on".to_owned(), views::long_day(lang, today))].into_iter().collect();
        Self::of(lang, &typed, places, (roles, today))
    }

    pub(super) fn of(lang: Lang, typed: &Fields, places: &[Place], (roles, today): (&[Role], Date)) -> Self {
        let texts = lang.texts();
        let year_end = views::long_day(lang, fiscal_year_end(today));
        let ends = [
            (String::new(), fl!(texts, "person-end-open")),
            ("year".to_owned(), fl!(texts, "person-end-year", day = year_end)),
            ("day".to_owned(), fl!(texts, "person-end-day")),
        ];
        let choose = || fl!(texts, "field-choose");
        Self {
            organization: Field::required("organization", typed.get("organization")).with_choices(views::place_choices(
                lang,
                choose(),
                places,
            )),
            role: Field::required("role", typed.get("role")).with_choices(views::role_choices(
                lang,
                choose(),
                roles.iter().copied(),
            )),
            from: Field::required("from_on", typed.get("from_on")),
            end: Field::required("end", typed.get("end")).with_choices(ends),
            until: Field::optional("until_on", typed.get("until_on")),
        }
    }

    pub(super) fn fields(&self) -> [&Field; 5] {
        [&self.organization, &self.role, &self.from, &self.end, &self.until]
    }

    /// Nothing was said of any post.
    pub(super) fn is_empty(&self) -> bool {
        self.organization.value.is_empty() && self.role.value.is_empty()
    }

    /// The post that was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, places: &[Place], (roles, today): (&[Role], Date)) -> Option<Wanted> {
        let texts = lang.texts();
        let choose = |field: String| fl!(texts, "error-choose", field = field);
        let place = noted(&mut self.organization, |typed| {
            let found = places.iter().find(|place| place.id.to_string() == typed).cloned();
            found.ok_or_else(|| choose(fl!(texts, "people-organization")))
        });
        let role = noted(&mut self.role, |typed| {
            Role::from_code(typed).filter(|role| roles.contains(role)).ok_or_else(|| choose(fl!(texts, "people-role")))
        });
        let from = noted(&mut self.from, |typed| begin(lang, typed, today));
        let until = match self.end.value.as_str() {
            "" => Some(None),
            "year" => from.map(|from| Some(fiscal_year_end(from.max(today)))),
            "day" => {
                noted(&mut self.until, |typed| wareki::parse(typed).map(Some).map_err(|no| say::say(lang, no.key(), &no.args())))
            }
            _ => {
                self.end.error = Some(choose(fl!(texts, "person-end")));
                None
            }
        };
        let (from, until) = (from?, until?);
        let term = match Term::new(from, until) {
            Ok(term) => term,
            Err(no) => {
                self.until.error = Some(say::word(lang, no.key()));
                return None;
            }
        };
        Some(Wanted { place: place?, role: role?, term })
    }
}

fn begin(lang: Lang, typed: &str, today: Date) -> Result<Date, String> {
    let from = wareki::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args()))?;
    if today.checked_add(MOST_YEARS_AHEAD.years()).is_ok_and(|last| from > last) {
        return Err(say::word(lang, "row-far-ahead"));
    }
    if today.checked_sub(MOST_YEARS_AGO.years()).is_ok_and(|first| from < first) {
        return Err(say::word(lang, "row-long-ago"));
    }
    Ok(from)
}

//! The demo ward 架空区: invented people, a year of reports and the alerts the real rules raise over them.
//!
//! Everything follows from a seed and a moment; no clock, no chance from outside. Nothing in it looks like a real person or place.

mod arrangements;
mod casework;
mod children;
mod closures;
mod dice;
mod handling;
mod marks;
mod names;
mod notes;
mod places;
mod staff;
mod story;
#[cfg(test)]
mod tests;
mod year;

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _, civil::Date};
use uuid::Uuid;

use self::dice::Dice;
pub use super::ids::Id;
use super::{
    alert::{Alert, Event},
    attendance::Mark,
    calendar::{Holidays, Office, SchoolYear, Span, Standard, days_between, national_holidays, standard_templates},
    clock::in_japan,
    duty_roster::{Row, Shift},
    facility::{OrganizationKind, Secrecy},
    grade::Grade,
    ground::LegalGround,
    ids::{Absence, CalendarDay, Child, Membership, Organization, Person, Submission, Watch},
    rule::{Finding, Strictness},
    transfer::Next,
};

/// The ward's name; its code is the operator's choice.
pub const WARD_NAME: &str = "架空区";
pub const HELP_PHONE: &str = "00-0000-0000";
pub const HELP_HOURS: &str = "平日 8:30〜17:15、架空の番号です";

/// An office or a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub id: Id<Organization>,
    /// `None` for the ward's office.
    pub parent: Option<Id<Organization>>,
    pub kind: OrganizationKind,
    pub name: &'static str,
    pub district: &'static str,
    /// Code of the calendar template; empty for offices.
    pub template: &'static str,
    pub opened_on: Date,
    /// How a facility stands to the council; `None` where nobody has written it down, and for offices.
    pub secrecy: Option<Secrecy>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: Id<Person>,
    pub name: String,
    /// Never enrolled yet.
    pub invited: bool,
    pub posts: Vec<Post>,
}

/// A membership; `role` is the code of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: Id<Membership>,
    pub organization: Id<Organization>,
    pub role: &'static str,
    pub from: Date,
}

/// A request to watch with what the office knows beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub id: Id<Watch>,
    pub child: Id<Child>,
    pub facility: Id<Organization>,
    pub office: Id<Organization>,
    pub name: String,
    pub kana: Option<String>,
    pub grade: Grade,
    pub class: &'static str,
    pub from: Date,
    pub until: Option<Date>,
    pub ground: LegalGround,
    pub strictness: Strictness,
    pub siblings: Option<Uuid>,
    pub assigned_to: Option<Id<Person>>,
    pub created_by: Id<Person>,
    pub created_at: Timestamp,
    /// Who ended it, when and why, when it was ended before its time.
    pub ended: Option<(Id<Person>, Timestamp, &'static str)>,
}

/// 当番: whose turn it is each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyTurn {
    pub office: Id<Organization>,
    pub row: Row,
    pub shift: Shift,
    pub person: Id<Person>,
}

/// 休暇, with whoever stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub id: Id<Absence>,
    pub office: Id<Organization>,
    pub person: Id<Person>,
    pub from: Date,
    pub until: Date,
    pub substitute: Id<Person>,
    pub entered_at: Timestamp,
}

/// A planned 転園 or the like; `watch` and `onward`, the request that continues it, count `Plan::watches`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    pub watch: usize,
    pub last: Date,
    pub next: Next,
    pub onward: Option<usize>,
    pub entered_by: Id<Person>,
    pub entered_at: Timestamp,
}

/// A facility's own closed day, or a class's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub id: Id<CalendarDay>,
    pub facility: Id<Organization>,
    /// Empty for the whole facility.
    pub class: &'static str,
    pub span: Span,
    pub label: &'static str,
    pub entered_at: Timestamp,
}

/// One sent sheet with its reports; `watch` counts `Plan::watches`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub id: Id<Submission>,
    pub key: Uuid,
    pub facility: Id<Organization>,
    pub day: Date,
    pub sent_by: Id<Person>,
    pub sent_at: Timestamp,
    pub late: bool,
    pub marks: Vec<(usize, Mark)>,
}

/// An alert as it stands, and how it came to stand so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertStory {
    pub alert: Alert,
    pub watch: usize,
    /// Revision 1 and every step that brought a new finding.
    pub evidence: Vec<(i64, Timestamp, Finding)>,
    pub steps: Vec<Taken>,
    pub closed_at: Option<Timestamp>,
}

/// A step of an alert: `by` is `None` when the hub took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub revision: i64,
    pub event: Event,
    pub by: Option<Id<Person>>,
    pub at: Timestamp,
}

/// The seed that belongs to a ward's code: the same code, the same ward.
pub fn seed(code: &str) -> u64 {
    code.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// All rows of the demo ward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub first_day: Date,
    pub today: Date,
    pub holidays: Arc<Holidays>,
    pub templates: Vec<Standard>,
    pub places: Vec<Place>,
    pub staff: Vec<Staff>,
    pub watches: Vec<Watched>,
    pub duty: Vec<DutyTurn>,
    pub away: Vec<Away>,
    pub leaving: Vec<Leaving>,
    pub closed: Vec<Closed>,
    pub sheets: Vec<Sheet>,
    pub alerts: Vec<AlertStory>,
}

/// With fewer days than this behind it a school year shows nothing, so the one before belongs to the story too.
const YOUNG_YEAR_DAYS: i64 = 100;

impl Plan {
    /// The ward's own office.
    pub fn root(&self) -> Id<Organization> {
        self.places[places::WARD_OFFICE].id
    }

    /// The ward as it stands at `now`: reports up to this morning, the last days' alerts not yet dealt with.
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let today = in_japan(now).date();
        let dice = Dice::seeded(seed);
        let year = SchoolYear::of(today);
        let young = days_between(year.first(), today) < YOUNG_YEAR_DAYS;
        let first_day = if young { SchoolYear::of(year.first().saturating_sub(1.day())).first() } else { year.first() };

        let places = places::build(&mut dice.branch("places"), first_day);
        let staff = staff::build(&mut dice.branch("staff"), &places, first_day);
        let mut watches = children::build(&mut dice.branch("children"), &places, &staff, first_day);
        let closed = closures::build(&mut dice.branch("closures"), &places, today);
        children::end_and_move(&mut dice.branch("moves"), &mut watches, first_day, today);
        let holidays: Arc<Holidays> = Arc::new(national_holidays().map(|(day, _)| day).collect());
        let office = Office::new(Arc::clone(&holidays));
        let leaving = arrangements::leave(&places, &mut watches, &office, (first_day, today));
        arrangements::hand_out(&places, &staff, &mut watches);
        let mut plan = Self {
            first_day,
            today,
            holidays,
            templates: standard_templates(today),
            duty: arrangements::roster(&places, &staff),
            away: arrangements::away(&mut dice.branch("away"), &places, &staff, &office, today),
            places,
            staff,
            watches,
            leaving,
            closed,
            sheets: Vec::new(),
            alerts: Vec::new(),
        };
        let calendars = closures::Calendars::of(&plan);
        let scenes = story::cast(&mut dice.branch("cast"), &plan, &calendars);
        plan.sheets = year::build(&dice, &plan, &calendars, &scenes, now);
        plan.alerts = casework::build(&dice.branch("casework"), &plan, &calendars, &scenes, now);
        plan
    }
}

//! The calendar of one facility, in its layers, as the rules and the sheet read it.

use std::{collections::HashMap, sync::Arc};

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use serde_json::Value;

use super::{Result, Tx, sql::from_json};
use crate::{
    domain::{
        calendar::{Calendar, Change, Exception, Holidays, Span, Template, Week},
        times::Times,
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// A facility's layers, shared by its children.
#[derive(Debug, Clone)]
pub struct Layers {
    holidays: Arc<Holidays>,
    template: Arc<Template>,
    facility: Arc<[Exception]>,
    classes: HashMap<String, Arc<[Exception]>>,
}

/// The layers as the database hands them out in one value.
#[derive(Debug, Deserialize)]
pub(super) struct StoredLayers {
    pub open_weekdays: Vec<u8>,
    pub open_on_holidays: bool,
    pub template_days: Vec<StoredDays>,
    pub own_days: Vec<StoredDays>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StoredDays {
    #[serde(default)]
    class: String,
    from: Date,
    until: Date,
    open: bool,
}

impl Layers {
    pub(super) fn of(holidays: Arc<Holidays>, stored: StoredLayers) -> Self {
        // ISO weekdays, 1 is Monday.
        let week = stored.open_weekdays.iter().filter(|day| (1..=7).contains(*day)).fold(0, |bits, day| bits | 1_u8 << (day - 1));
        let (open, closed): (Vec<_>, Vec<_>) = stored.template_days.into_iter().partition(|days| days.open);
        let template = Template {
            week: Week::from_bits(week),
            closed_on_holidays: !stored.open_on_holidays,
            vacations: closed.iter().map(|days| Span { from: days.from, to: days.until }).collect(),
            extra_open: open
                .iter()
                .flat_map(|days| days.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= days.until))
                .collect(),
        };
        let mut facility = Vec::new();
        let mut classes: HashMap<String, Vec<Exception>> = HashMap::new();
        for days in stored.own_days {
            let change = if days.open { Change::Open } else { Change::Close };
            let exception = Exception { span: Span { from: days.from, to: days.until }, change };
            if days.class.is_empty() {
                facility.push(exception);
            } else {
                classes.entry(days.class).or_default().push(exception);
            }
        }
        let classes = classes.into_iter().map(|(class, days)| (class, Arc::from(days))).collect();
        Self { holidays, template: Arc::new(template), facility: Arc::from(facility), classes }
    }

    /// From the days of the holidays and from `watch.layers`; open every day where no template is set.
    pub(super) fn read(holidays: Value, layers: Option<Value>) -> Result<Self> {
        let holidays: Holidays = from_json(holidays)?;
        let stored = match layers {
            Some(layers) => from_json(layers)?,
            None => StoredLayers::every_day(),
        };
        Ok(Self::of(Arc::new(holidays), stored))
    }

    /// The calendar of a child in `class` that comes on the days of `own_week` only, if any were agreed.
    pub fn of_child(&self, class: &str, own_week: Option<Week>) -> Calendar {
        Calendar { own_week, ..self.calendar(class) }
    }

    /// The calendar of a class.
    pub fn calendar(&self, class: &str) -> Calendar {
        Calendar {
            holidays: Arc::clone(&self.holidays),
            template: Arc::clone(&self.template),
            facility: Arc::clone(&self.facility),
            class: self.classes.get(class).map_or_else(Arc::default, Arc::clone),
            own_week: None,
        }
    }

    pub fn holidays(&self) -> Arc<Holidays> {
        Arc::clone(&self.holidays)
    }
}

/// What may be done with a facility's calendar in hand.
pub trait ReadsCalendar: actions::Action<On = OrganizationFacts> {}
impl ReadsCalendar for actions::ReadSheet {}
impl ReadsCalendar for actions::SubmitSheet {}
impl ReadsCalendar for actions::ReadCalendar {}
impl ReadsCalendar for actions::EditCalendar {}
impl ReadsCalendar for actions::CloseDay {}
impl ReadsCalendar for actions::SweepFacility {}
impl ReadsCalendar for actions::RemindFacility {}
impl ReadsCalendar for actions::EditTurns {}
impl ReadsCalendar for actions::ReadSlips {}
impl ReadsCalendar for actions::PrepareSlip {}
impl ReadsCalendar for actions::ApproveSlip {}
impl ReadsCalendar for actions::ReadOwnFacility {}
impl ReadsCalendar for actions::SendAttendance {}
impl ReadsCalendar for actions::ImportAttendance {}

/// A facility's calendar around a day, and its times of the day.
#[derive(Debug, Clone)]
pub struct FacilityDay {
    pub layers: Layers,
    pub times: Times,
}

/// The facility's layers from 60 days before `day` on, and its times.
pub async fn of_facility<A: ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, day: Date) -> Result<FacilityDay> {
    let row = sqlx::query!(
        r#"
        SELECT o.facility_cutoff, o.worker_notice, o.free_correction_until, o.reminder, o.deputy_reminder, o.unreported_list
             , coalesce((SELECT jsonb_agg(h.day) FROM watch.holidays h WHERE h.ward_id = o.ward_id AND h.day >= $3::date - 60), '[]') AS "holidays!"
             , watch.layers(o.id, $3::date - 60) AS layers
        FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(FacilityDay {
        layers: Layers::read(row.holidays, row.layers)?,
        times: with_reminders(
            stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
            (row.reminder, row.deputy_reminder, row.unreported_list),
        ),
    })
}

/// An organization's own times over the defaults.
pub(super) fn stored_times(
    cutoff: Option<jiff_sqlx::Time>,
    notice: Option<jiff_sqlx::Time>,
    free: Option<jiff_sqlx::Time>,
) -> Times {
    let defaults = Times::default();
    let or = |time: Option<jiff_sqlx::Time>, default| time.map_or(default, jiff_sqlx::Time::to_jiff);
    Times {
        facility_cutoff: or(cutoff, defaults.facility_cutoff),
        worker_notice: or(notice, defaults.worker_notice),
        free_correction_until: or(free, defaults.free_correction_until),
        ..defaults
    }
}

/// The times of reminders over the defaults.
pub(super) fn with_reminders(
    times: Times,
    (first, next, list): (Option<jiff_sqlx::Time>, Option<jiff_sqlx::Time>, Option<jiff_sqlx::Time>),
) -> Times {
    let or = |time: Option<jiff_sqlx::Time>, default| time.map_or(default, jiff_sqlx::Time::to_jiff);
    Times {
        reminder: or(first, times.reminder),
        deputy_reminder: or(next, times.deputy_reminder),
        unreported_list: or(list, times.unreported_list),
        ..times
    }
}

/// The child's own days of the week as they are stored, 1 is Monday; nothing stored is no departure from the class.
pub(super) fn own_week(days: Option<&[i16]>) -> Option<Week> {
    days.map(Week::from_iso_weekdays)
}

impl StoredLayers {
    /// A facility to which no template was given yet is open every day: a missing report shows, a missing calendar does not hide it.
    pub(super) fn every_day() -> Self {
        Self { open_weekdays: (1..=7).collect(), open_on_holidays: true, template_days: Vec::new(), own_days: Vec::new() }
    }
}

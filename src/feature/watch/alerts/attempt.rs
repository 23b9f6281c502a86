//! A step somebody tried to take: done, to be mended, or too late.

use axum::response::Response;
use i18n_embed_fl::fl;

use super::{
    conflict,
    forms::{Typed, Which},
    show::Seen,
};
use crate::{
    domain::{
        alert::{NOTE_LENGTH, Refusal, State, WHO_LENGTH},
        ids::{self, Id},
    },
    gate::{AlertFacts, Deed, actions::Action},
    store::Tx,
    web::{App, Error, Fields, Here, Result, see_other, unprocessable},
};

/// One posted form and the revision of the alert it was made on.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    pub(super) app: &'a App,
    pub(super) here: &'a Here,
    pub(super) which: Which,
    pub(super) fields: &'a Fields,
    pub(super) revision: i64,
}

/// What is wrong with it.
pub(super) enum Wrong {
    Kind,
    To,
    Outcome,
    Method,
    Reply,
    Relative,
    /// Their office is the alert's only from the day of the merger.
    TooEarly,
    /// A day or a time that cannot be read, by its field.
    Moment(&'static str),
    Refused(Refusal),
}

impl<'a> Attempt<'a> {
    /// After the gate was asked: what is wrong with a form is nobody else's business.
    ///
    /// # Errors
    /// `Malformed` when the form does not say which revision it was made on.
    pub(super) fn new(app: &'a App, here: &'a Here, which: Which, fields: &'a Fields) -> Result<Self> {
        let revision = fields.get("version").parse().map_err(|_| Error::Malformed)?;
        Ok(Self { app, here, which, fields, revision })
    }

    /// Commits, lets open inboxes know, and goes back to where the form was.
    pub(super) async fn done<A: Action>(&self, tx: Tx, deed: Deed<A>, id: Id<ids::Alert>, what: &str) -> Result {
        tx.commit(deed.with("revision", self.revision)).await?;
        self.app.live.wake();
        Ok(see_other(&self.back(id, what)))
    }

    /// The inbox it was posted from, or the page of the alert; never an address of elsewhere.
    fn back(&self, id: Id<ids::Alert>, what: &str) -> String {
        match self.fields.get("next").strip_prefix("/alerts?") {
            Some(query) => match self.fields.get("at").parse::<Id<ids::Alert>>() {
                Ok(row) => format!("/alerts?{query}&done={what}&at={row}"),
                Err(_) => format!("/alerts?{query}&done={what}"),
            },
            None => format!("/alerts/{id}?done={what}"),
        }
    }

    /// Shows the alert again, with what was typed and what to mend; or both versions when somebody else was quicker.
    pub(super) async fn refused(&self, mut tx: Tx, facts: AlertFacts, wrong: Wrong) -> Result<Response> {
        let (seen, deed) = Seen::load(self.app, self.here, &mut tx, facts).await?;
        tx.commit(deed).await?;
        let alert = &seen.shown.alert;
        let mine = alert.state == State::Taken && alert.holder == self.here.actor.person();
        match wrong {
            // A button pressed twice has done what it should.
            Wrong::Refused(Refusal::Stale) if self.which == Which::Taking && mine => Ok(see_other(&self.back(alert.id, "taken"))),
            Wrong::Refused(Refusal::Stale) => conflict::page(self, &seen),
            Wrong::Refused(Refusal::TakenBy(_)) if self.which == Which::Taking => conflict::page(self, &seen),
            wrong => unprocessable(&seen.page(self.app, self.here, Some(&self.typed(&wrong)), None)),
        }
    }

    fn typed(&self, wrong: &Wrong) -> Typed<'_> {
        let texts = self.here.lang.texts();
        let (field, words) = match wrong {
            Wrong::Kind => (Some("kind"), fl!(texts, "alert-error-kind")),
            Wrong::To => (Some("to"), fl!(texts, "alert-error-to")),
            Wrong::Outcome => (Some("outcome"), fl!(texts, "alert-error-outcome")),
            Wrong::Method => (Some("method"), fl!(texts, "sighting-error-method")),
            Wrong::Reply => (None, fl!(texts, "reply-error")),
            Wrong::Relative => (None, fl!(texts, "inquiry-error")),
            Wrong::TooEarly => (None, fl!(texts, "alert-error-too-early")),
            Wrong::Moment(field) if field.ends_with("_on") => (Some(*field), fl!(texts, "alert-error-day")),
            Wrong::Moment(field) => (Some(*field), fl!(texts, "alert-error-time")),
            Wrong::Refused(refusal) => self.said(*refusal),
        };
        Typed { which: self.which, fields: self.fields, wrong: field, words }
    }

    fn said(&self, refusal: Refusal) -> (Option<&'static str>, String) {
        let texts = self.here.lang.texts();
        match refusal {
            Refusal::OutcomeReserved => (Some("outcome"), fl!(texts, "alert-error-outcome")),
            Refusal::TakenBy(_) => (Some("to"), fl!(texts, "alert-error-to-same")),
            Refusal::NoteMissing if self.which == Which::Closing => (self.note(), fl!(texts, "alert-error-close-note")),
            Refusal::NoteMissing if self.which == Which::Snooze => (self.note(), fl!(texts, "snooze-error-reason")),
            Refusal::NoteMissing => (self.note(), fl!(texts, "alert-error-note")),
            Refusal::NoteTooLong => (self.note(), fl!(texts, "alert-error-long", max = NOTE_LENGTH)),
            Refusal::NoteUnprintable => (self.note(), fl!(texts, "alert-error-characters")),
            Refusal::NotTaken => (None, fl!(texts, "alert-error-not-taken")),
            Refusal::AlreadyYours => (None, fl!(texts, "alert-error-yours")),
            Refusal::AlreadyClosed | Refusal::Stale | Refusal::NotAboutInput => (None, fl!(texts, "alert-error-closed")),
            Refusal::VisitPast => (Some("visit_on"), fl!(texts, "visit-error-past")),
            Refusal::VisitFar => (Some("visit_on"), fl!(texts, "visit-error-far")),
            Refusal::SightingAhead if self.which == Which::Notice => (Some("received_on"), fl!(texts, "alert-error-ahead")),
            Refusal::SightingAhead => (Some("seen_on"), fl!(texts, "alert-error-ahead")),
            Refusal::SightingLongAgo => (Some("seen_on"), fl!(texts, "sighting-error-long-ago")),
            Refusal::WhoMissing => (Some("seen_by"), fl!(texts, "sighting-error-by")),
            Refusal::WhoTooLong => (Some("seen_by"), fl!(texts, "alert-error-long", max = WHO_LENGTH)),
            Refusal::LateReasonMissing => (Some("late_reason"), fl!(texts, "sighting-error-late")),
            Refusal::CannotRest => (None, fl!(texts, "snooze-error-urgent")),
            Refusal::RestTooLong => (Some("snooze_until"), fl!(texts, "snooze-error-until")),
            Refusal::AlreadyChecked => (None, fl!(texts, "notification-error-running")),
            Refusal::SeenSince => (Some("received_time"), fl!(texts, "notification-error-seen")),
            Refusal::Unseen => (Some("confirmed"), fl!(texts, "alert-error-unseen")),
            Refusal::NoReportBehind => (None, fl!(texts, "reply-error-no-report")),
        }
    }

    pub(super) const fn note(&self) -> Option<&'static str> {
        match self.which {
            Which::Taking | Which::Notice | Which::Reply | Which::Inquiry => None,
            Which::Action => Some("act_note"),
            Which::Visit => Some("visit_note"),
            Which::Sighting => Some("seen_note"),
            Which::Snooze => Some("snooze_reason"),
            Which::Handover => Some("hand_note"),
            Which::Closing => Some("close_note"),
        }
    }
}

//! The frame of every page: who you are here, where you can go, whom you can call.

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;

use super::{App, Assets, Here, Lang, Signed, session_time::Lasting};
use crate::{
    domain::name::dialled,
    gate::{Role, Side},
};

/// What `layout.html` needs.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    pub actor: Option<ActorView>,
    pub nav: Vec<NavItem>,
    pub crumbs: Vec<Crumb>,
    pub help_phone: String,
    pub help_hours: String,
    pub version: String,
    pub flash: Option<String>,
    pub path: String,
    lang: Lang,
    assets: Assets,
}

#[derive(Debug, Clone)]
pub struct ActorView {
    pub organization: String,
    pub role_word: String,
    pub person: String,
    /// After so long without a touch nobody is there any more.
    pub rest_seconds: i64,
    /// At a facility, from where an urgent report is two taps away.
    pub at_facility: bool,
    /// Fewer passkeys than somebody needs who may lose one.
    pub set_up_is_open: bool,
    /// Questions about a child's day that wait for an answer of this facility.
    pub asked: i64,
}

/// Set-up is complete with two: one can be lost (design 5).
const PASSKEYS_WANTED: usize = 2;

/// Whether somebody with so many passkeys still has to make one.
pub const fn is_set_up_open(passkeys: usize) -> bool {
    passkeys < PASSKEYS_WANTED
}

#[derive(Debug, Clone)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
    pub count: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct Crumb {
    pub href: String,
    pub label: String,
}

impl Frame {
    /// For pages before anybody is known.
    pub fn open(app: &App, lang: Lang, title: impl Into<String>) -> Self {
        let mut frame = Self::bare(app.assets.clone(), lang, title.into());
        let help = app.help.known();
        (frame.help_phone, frame.help_hours) = (help.phone, help.hours);
        frame
    }

    /// For pages of refusals, which must not need anything that could fail.
    pub fn bare(assets: Assets, lang: Lang, title: String) -> Self {
        Self {
            title,
            actor: None,
            nav: Vec::new(),
            crumbs: Vec::new(),
            help_phone: String::new(),
            help_hours: String::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            flash: None,
            path: "/".to_owned(),
            lang,
            assets,
        }
    }

    /// For somebody who has yet to choose an organization.
    pub fn signed(app: &App, signed: &Signed, title: impl Into<String>) -> Self {
        let mut frame = Self::bare(app.assets.clone(), signed.lang, title.into());
        frame.help_phone.clone_from(&signed.found.help_phone);
        frame.help_hours.clone_from(&signed.found.help_hours);
        frame.path.clone_from(&signed.path);
        frame
    }

    /// For a member at work.
    pub fn here(app: &App, here: &Here, title: impl Into<String>) -> Self {
        let mut frame = Self::bare(app.assets.clone(), here.lang, title.into());
        frame.help_phone.clone_from(&here.found.help_phone);
        frame.help_hours.clone_from(&here.found.help_hours);
        frame.path.clone_from(&here.path);
        frame.actor = Some(ActorView {
            organization: here.acting.organization_name.clone(),
            role_word: role_word(here.lang, here.acting.role),
            person: here.found.person_name.clone(),
            at_facility: here.acting.role.side() == Side::Facility,
            rest_seconds: Lasting::of(Some(here.acting.role.side()), here.found.shorter).lock.as_secs(),
            set_up_is_open: is_set_up_open(usize::try_from(here.found.passkeys).unwrap_or(0)),
            asked: here.found.asked,
        });
        frame.nav = nav(here);
        frame
    }

    /// What a telephone dials to reach the ward.
    pub fn help_dial(&self) -> String {
        dialled(&self.help_phone)
    }

    /// Says how many alerts nobody has taken, in the menu of those who can take them.
    #[must_use]
    pub fn with_open_alerts(mut self, count: i64) -> Self {
        if let Some(item) = self.nav.iter_mut().find(|item| item.href == "/alerts") {
            item.count = Some(u32::try_from(count).unwrap_or(0));
        }
        self
    }

    #[must_use]
    pub fn with_crumb(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { href: href.into(), label: label.into() });
        self
    }

    #[must_use]
    pub fn with_flash(mut self, flash: Option<String>) -> Self {
        self.flash = flash;
        self
    }

    /// Whether to lead to what is left to do; on the page itself it is said there.
    pub fn set_up_is_open(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.set_up_is_open) && !self.path.starts_with("/me")
    }

    /// How many questions to lead to; on their own page they are there.
    pub fn asked(&self) -> Option<i64> {
        let elsewhere = self.actor.as_ref().filter(|_| !self.path.starts_with("/inquiries"));
        elsewhere.map(|actor| actor.asked).filter(|asked| *asked > 0)
    }

    /// Whether the way to 至急連絡 belongs on this page.
    pub fn can_report_urgently(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.at_facility) && !self.path.starts_with("/urgent")
    }

    pub const fn lang(&self) -> &'static str {
        self.lang.code()
    }

    pub fn texts(&self) -> &'static FluentLanguageLoader {
        self.lang.texts()
    }

    pub fn asset(&self, name: &str) -> String {
        self.assets.url(name)
    }
}

/// The word for a role.
pub fn role_word(lang: Lang, role: Role) -> String {
    let texts = lang.texts();
    match role {
        Role::Reporter => fl!(texts, "role-reporter"),
        Role::FacilityHead => fl!(texts, "role-facility-head"),
        Role::Caseworker => fl!(texts, "role-caseworker"),
        Role::Supervisor => fl!(texts, "role-supervisor"),
        Role::WardAdmin => fl!(texts, "role-ward-admin"),
        Role::Auditor => fl!(texts, "role-auditor"),
        Role::Operator => fl!(texts, "role-operator"),
    }
}

fn nav(here: &Here) -> Vec<NavItem> {
    let texts = here.lang.texts();
    let items = match (here.acting.role.side(), here.acting.role) {
        (Side::Facility, Role::FacilityHead) => vec![
            ("/sheet", fl!(texts, "nav-sheet")),
            ("/inquiries", fl!(texts, "nav-inquiries")),
            ("/slips", fl!(texts, "slips-title")),
            ("/calendar", fl!(texts, "nav-calendar")),
            ("/turns", fl!(texts, "turns-title")),
            ("/register", fl!(texts, "nav-register")),
            ("/recoveries", fl!(texts, "nav-recoveries")),
        ],
        (Side::Facility, _) => vec![
            ("/sheet", fl!(texts, "nav-sheet")),
            ("/inquiries", fl!(texts, "nav-inquiries")),
            ("/slips", fl!(texts, "slips-title")),
            ("/calendar", fl!(texts, "nav-calendar")),
            ("/register", fl!(texts, "nav-register")),
        ],
        (Side::Office, role) => {
            let team = (role == Role::Supervisor).then(|| ("/team", fl!(texts, "nav-team")));
            let everybody = [
                ("/alerts", fl!(texts, "nav-alerts")),
                ("/board", fl!(texts, "nav-board")),
                ("/unreported", fl!(texts, "unreported-title")),
                ("/requests", fl!(texts, "nav-requests")),
                ("/register", fl!(texts, "nav-register")),
                ("/submitted-slips", fl!(texts, "submitted-slips-title")),
                ("/rules", fl!(texts, "nav-rules")),
                ("/duty", fl!(texts, "duty-title")),
                ("/absences", fl!(texts, "absence-title")),
            ];
            everybody.into_iter().chain(team).collect()
        }
        (Side::Administration, Role::WardAdmin) => vec![
            ("/set-up", fl!(texts, "set-up-title")),
            ("/organizations", fl!(texts, "nav-organizations")),
            ("/people", fl!(texts, "nav-people")),
            ("/unreported", fl!(texts, "unreported-title")),
            ("/holidays", fl!(texts, "nav-holidays")),
            ("/templates", fl!(texts, "templates-title")),
            ("/rights", fl!(texts, "nav-rights")),
            ("/rules", fl!(texts, "nav-rules")),
            ("/recoveries", fl!(texts, "nav-recoveries")),
            ("/sign-ins", fl!(texts, "nav-sign-ins")),
            ("/notices/undelivered", fl!(texts, "undelivered-title")),
        ],
        (Side::Administration, Role::Auditor) => {
            vec![("/trail", fl!(texts, "nav-trail")), ("/sign-ins", fl!(texts, "nav-sign-ins"))]
        }
        (Side::Administration, _) => Vec::new(),
    };
    let path = here.path.split('?').next().unwrap_or_default();
    items
        .into_iter()
        .map(|(href, label)| NavItem {
            href: href.to_owned(),
            label,
            current: path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')),
            count: None,
        })
        .collect()
}

//! An organization as the desk types it: every field read, every fault kept beside its field.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    council::{self, CouncilDraft},
    views::{self, Fact, read_day, read_words},
};
use crate::{
    domain::{
        calendar::usual_template,
        facility::{FacilityKind, OrganizationKind, Secrecy},
        ids::{Id, Organization},
        name::{Phone, Refusal},
        school_code::SchoolCode,
    },
    gate::{Permit, Scope, actions},
    store::{
        Tx,
        organizations::{self, Clash, Details, Named, Particulars, Shows},
        templates,
    },
    web::{Field, Fields, Lang, Result, say, words},
};

const NAME: usize = 80;
const CODE: usize = 20;
const DISTRICT: usize = 40;

/// The form's fields, in their order.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: Field,
    pub(super) name: Field,
    pub(super) parent: Field,
    pub(super) district: Field,
    pub(super) code: Field,
    pub(super) school_code: Field,
    pub(super) phone: Field,
    pub(super) calendar_template: Field,
    pub(super) opened_on: Field,
    pub(super) council: CouncilDraft,
    /// An office is one of those the council is made of: it is not asked.
    pub(super) asks_council: bool,
}

/// What can be chosen in the form.
#[derive(Debug)]
pub(super) struct Choices {
    /// Organizations something may stand below.
    pub(super) parents: Vec<Named>,
    /// Code and name.
    pub(super) templates: Vec<(String, String)>,
    pub(super) kinds: Vec<OrganizationKind>,
    /// The ward's own office stands below nothing.
    pub(super) is_root: bool,
    pub(super) today: Date,
}

impl Choices {
    /// For a new organization.
    pub(super) async fn of_new(
        tx: &mut Tx,
        scope: &Scope<actions::CreateOrganization>,
        permit: &Permit<actions::CreateOrganization>,
    ) -> Result<Self> {
        let kinds = OrganizationKind::OFFICES.into_iter().filter(|kind| *kind != OrganizationKind::WardOffice);
        let facilities = FacilityKind::ALL.iter().copied().map(OrganizationKind::Facility);
        Ok(Self {
            parents: organizations::offices(tx, scope).await?,
            templates: templates::names(tx, permit).await?,
            kinds: facilities.chain(kinds).collect(),
            is_root: false,
            today: tx.today(),
        })
    }

    /// For one that is there: what it may become, and where it may stand.
    pub(super) async fn of_old<A: Shows>(
        tx: &mut Tx,
        scope: &Scope<actions::CreateOrganization>,
        permit: &Permit<A>,
        details: &Details,
    ) -> Result<Self> {
        let all = OrganizationKind::OFFICES.into_iter().chain(FacilityKind::ALL.iter().copied().map(OrganizationKind::Facility));
        let kinds: Vec<_> = all.filter(|kind| details.kind.may_become(*kind)).collect();
        let mut parents = organizations::offices(tx, scope).await?;
        parents.retain(|parent| parent.id != details.id && kinds.iter().any(|kind| kind.may_stand_below(parent.kind)));
        let templates = templates::names(tx, permit).await?;
        Ok(Self { parents, templates, kinds, is_root: details.parent.is_none(), today: tx.today() })
    }
}

impl Draft {
    /// The form with what was typed.
    pub(super) fn of(lang: Lang, typed: &Fields, choices: &Choices) -> Self {
        let texts = lang.texts();
        let required = |name: &str| Field::required(name, typed.get(name));
        let optional = |name: &str| Field::optional(name, typed.get(name));
        let choose = || std::iter::once((String::new(), fl!(texts, "field-choose")));
        let kinds = choices.kinds.iter().map(|kind| (kind.code().to_owned(), words::kind_in_law(lang, *kind)));
        let parents =
            choices.parents.iter().map(|parent| (parent.id.to_string(), words::with_opening(lang, &parent.name, parent.opens)));
        let usual = std::iter::once((String::new(), fl!(texts, "org-template-usual")));
        Self {
            kind: required("kind").with_choices(choose().chain(kinds)),
            name: required("name"),
            parent: required("parent").with_choices(choose().chain(parents)),
            district: optional("district"),
            code: optional("code"),
            school_code: optional("school_code"),
            phone: optional("phone"),
            calendar_template: optional("calendar_template").with_choices(usual.chain(choices.templates.iter().cloned())),
            opened_on: required("opened_on"),
            council: CouncilDraft::of(lang, typed),
            asks_council: choices.kinds.iter().any(|kind| kind.facility().is_some()),
        }
    }

    /// The form with what is written down.
    pub(super) fn shown(lang: Lang, details: &Details, choices: &Choices) -> Self {
        let typed = [
            ("kind", details.kind.code().to_owned()),
            ("name", details.name.clone()),
            ("parent", details.parent.map(|parent| parent.to_string()).unwrap_or_default()),
            ("district", details.district.clone()),
            ("code", details.code.clone()),
            ("school_code", details.school_code.clone()),
            ("phone", details.phone.clone()),
            ("calendar_template", details.calendar_template.clone()),
            ("opened_on", views::typed_day(lang, details.opened_on)),
        ];
        let typed = typed.into_iter().chain(CouncilDraft::typed(lang, &details.secrecy));
        Self::of(lang, &typed.map(|(name, value)| (name.to_owned(), value)).collect(), choices)
    }

    pub(super) fn fields(&self) -> [&Field; 12] {
        [
            &self.kind,
            &self.name,
            &self.parent,
            &self.district,
            &self.code,
            &self.school_code,
            &self.phone,
            &self.calendar_template,
            &self.opened_on,
            &self.council.tie,
            &self.council.member_since,
            &self.council.pledged_on,
        ]
    }

    /// What was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, choices: &Choices) -> Option<Particulars> {
        let texts = lang.texts();
        let kind = self.read_kind(lang, choices);
        let name = read_words::<NAME>(lang, &mut self.name, fl!(texts, "organizations-name"));
        let parent = if choices.is_root { Some(None) } else { self.read_parent(lang, choices, kind).map(Some) };
        let district = read_words::<DISTRICT>(lang, &mut self.district, fl!(texts, "organizations-district"));
        let code = read_words::<CODE>(lang, &mut self.code, fl!(texts, "org-code"));
        let school_code = self.read_school_code(lang, kind);
        let phone = self.read_phone(lang);
        let calendar_template = self.read_template(lang, choices, kind);
        let opened_on = read_day(lang, &mut self.opened_on, fl!(texts, "org-opened-on"));
        let secrecy = match kind {
            Some(kind) if kind.facility().is_none() => Some(Secrecy::UNKNOWN),
            _ => self.council.read(lang, choices.today),
        };
        Some(Particulars {
            parent: parent?,
            kind: kind?,
            name: name?,
            code: code?,
            school_code: school_code?,
            district: district?,
            phone: phone?,
            calendar_template: calendar_template?,
            opened_on: opened_on?,
            secrecy: secrecy?,
        })
    }

    fn read_kind(&mut self, lang: Lang, choices: &Choices) -> Option<OrganizationKind> {
        let kind = OrganizationKind::from_code(&self.kind.value).filter(|kind| choices.kinds.contains(kind));
        if kind.is_none() {
            self.kind.error = Some(fl!(lang.texts(), "error-choose", field = fl!(lang.texts(), "organizations-kind")));
        }
        kind
    }

    fn read_parent(&mut self, lang: Lang, choices: &Choices, kind: Option<OrganizationKind>) -> Option<Id<Organization>> {
        let texts = lang.texts();
        let parent = choices.parents.iter().find(|parent| parent.id.to_string() == self.parent.value);
        match (parent, kind) {
            (None, _) => self.parent.error = Some(fl!(texts, "error-choose", field = fl!(texts, "organizations-parent"))),
            (Some(parent), Some(kind)) if !kind.may_stand_below(parent.kind) => {
                let (kind, above) = (words::kind_in_law(lang, kind), words::kind_in_law(lang, parent.kind));
                self.parent.error = Some(fl!(texts, "org-error-parent", kind = kind, parent = above));
            }
            (Some(parent), _) => return Some(parent.id),
        }
        None
    }

    /// Whoever reads it rings it, in an emergency too: it is one that can be dialled, or none.
    fn read_phone(&mut self, lang: Lang) -> Option<String> {
        let texts = lang.texts();
        self.phone.error = Some(match Phone::parse(&self.phone.value) {
            Ok(phone) => return Some(String::from(phone)),
            Err(Refusal::Empty) => return Some(String::new()),
            Err(Refusal::TooLong { written, most }) => {
                fl!(texts, "error-too-long", field = fl!(texts, "org-phone"), max = most, now = written)
            }
            Err(refusal) => say::say(lang, refusal.key(), &refusal.args()),
        });
        None
    }

    /// The code says what kind of school it is of; a nursery or an office has none.
    fn read_school_code(&mut self, lang: Lang, kind: Option<OrganizationKind>) -> Option<String> {
        if self.school_code.value.is_empty() {
            return Some(String::new());
        }
        match SchoolCode::parse(&self.school_code.value) {
            Err(refusal) => self.school_code.error = Some(say::say(lang, refusal.key(), &refusal.args())),
            Ok(code) => match kind {
                Some(kind) if !kind.facility().is_some_and(|facility| code.kind().fits(facility)) => {
                    let kind = words::kind_in_law(lang, kind);
                    self.school_code.error = Some(fl!(lang.texts(), "org-error-school-code-kind", kind = kind));
                }
                _ => return Some(code.to_string()),
            },
        }
        None
    }

    /// A facility follows a template, the usual one of its kind unless another is chosen; an office follows none.
    fn read_template(&mut self, lang: Lang, choices: &Choices, kind: Option<OrganizationKind>) -> Option<String> {
        let Some(facility) = kind?.facility() else { return Some(String::new()) };
        let typed = self.calendar_template.value.as_str();
        let wanted = if typed.is_empty() { usual_template(facility) } else { typed };
        if choices.templates.iter().any(|(code, _)| code == wanted) {
            return Some(wanted.to_owned());
        }
        self.calendar_template.error = Some(fl!(lang.texts(), "error-choose", field = fl!(lang.texts(), "org-template")));
        None
    }

    /// Notes at its field why nothing was saved.
    pub(super) fn clashes(&mut self, lang: Lang, clash: Clash) {
        let texts = lang.texts();
        match clash {
            Clash::Name => self.name.error = Some(fl!(texts, "org-error-name-taken")),
            Clash::SchoolCode => self.school_code.error = Some(fl!(texts, "org-error-school-code-taken")),
            Clash::Circle | Clash::Stale => self.parent.error = Some(fl!(texts, "org-error-circle")),
        }
    }
}

/// What is written down, as a page says it.
pub(super) fn facts(lang: Lang, details: &Details) -> Vec<Fact> {
    let texts = lang.texts();
    let known = |text: &str| if text.is_empty() { fl!(texts, "org-unknown") } else { text.to_owned() };
    let mut facts = vec![
        Fact::new(fl!(texts, "organizations-name"), details.name.clone()),
        Fact::new(fl!(texts, "organizations-kind"), words::kind_in_law(lang, details.kind)),
    ];
    facts.extend(details.parent_name.iter().map(|parent| Fact::new(fl!(texts, "organizations-parent"), parent.clone())));
    facts.push(Fact::new(fl!(texts, "organizations-district"), known(&details.district)));
    facts.push(Fact::new(fl!(texts, "org-code"), known(&details.code)));
    if details.kind.facility().is_some() {
        facts.push(Fact::new(fl!(texts, "org-school-code"), known(&details.school_code)));
    }
    facts.push(Fact::new(fl!(texts, "org-phone"), known(&details.phone)));
    if details.kind.facility().is_some() {
        let template = details.template_name.clone().unwrap_or_else(|| fl!(texts, "org-template-none"));
        facts.push(Fact::new(fl!(texts, "org-template"), template));
    }
    facts.push(Fact::new(fl!(texts, "org-opened-on"), views::typed_day(lang, details.opened_on)));
    if details.kind.facility().is_some() {
        facts.extend(council::facts(lang, &details.secrecy));
    }
    facts
}

/// What somebody meant, as a page says it beside what is written down.
pub(super) fn facts_meant(lang: Lang, draft: &Draft) -> Vec<Fact> {
    let texts = lang.texts();
    let chosen = |field: &Field| {
        let choice = field.choices.iter().find(|choice| choice.chosen && !choice.value.is_empty());
        choice.map_or_else(|| fl!(texts, "org-unknown"), |choice| choice.label.clone())
    };
    let typed = |field: &Field| if field.value.is_empty() { fl!(texts, "org-unknown") } else { field.value.clone() };
    let mut facts = vec![
        Fact::new(fl!(texts, "organizations-name"), typed(&draft.name)),
        Fact::new(fl!(texts, "organizations-kind"), chosen(&draft.kind)),
        Fact::new(fl!(texts, "organizations-parent"), chosen(&draft.parent)),
        Fact::new(fl!(texts, "organizations-district"), typed(&draft.district)),
        Fact::new(fl!(texts, "org-code"), typed(&draft.code)),
        Fact::new(fl!(texts, "org-school-code"), typed(&draft.school_code)),
        Fact::new(fl!(texts, "org-phone"), typed(&draft.phone)),
        Fact::new(fl!(texts, "org-template"), chosen(&draft.calendar_template)),
        Fact::new(fl!(texts, "org-opened-on"), typed(&draft.opened_on)),
    ];
    if draft.asks_council {
        facts.push(Fact::new(fl!(texts, "org-council"), chosen(&draft.council.tie)));
        facts.push(Fact::new(fl!(texts, "org-member-since"), typed(&draft.council.member_since)));
        facts.push(Fact::new(fl!(texts, "org-pledged-on"), typed(&draft.council.pledged_on)));
    }
    facts
}

/// The day a new organization opens on unless another is typed.
pub(super) fn opens(lang: Lang, today: Date) -> String {
    views::typed_day(lang, today)
}

//! Two small wards of the same shape: offices, facilities, people, requests to watch, and an alert at each office.
//!
//! Ids and tokens are the same in every run, so tests can write them down and several tests can share one template.

use tsunagi::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        ids::{self, Id},
    },
    gate::{Role, Side},
    store::organizations::side,
    web::ApiToken,
};
use uuid::Uuid;

/// One ward and all that is in it. Rows are made by [`World::rows`].
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) ward: Id<ids::Ward>,
    /// 1 or 2.
    pub(crate) number: u32,
    pub(crate) name: String,
    /// 本庁: ward admin, auditor, operator.
    pub(crate) root: Place,
    /// 子ども家庭支援センター, with `branch` below it.
    pub(crate) centre: Place,
    pub(crate) branch: Place,
    /// 児童相談所
    pub(crate) guidance: Place,
    /// Open every day, also on holidays.
    pub(crate) nursery: Place,
    pub(crate) elementary: Place,
    pub(crate) junior_high: Place,
    /// Somebody who reports for the nursery and works at the centre, and has not chosen yet.
    pub(crate) double: Staff,
    /// One child per office and facility, in force; the last one, at the nursery for the centre, has ended.
    pub(crate) watches: Vec<Watched>,
    /// One open alert per office: its child at the nursery was absent without contact on [`World::REPORTED`].
    pub(crate) alerts: Vec<Alerted>,
    /// 緊急閲覧 of the centre's child at the nursery by 児相, the evening before; over, and judged.
    pub(crate) opening: Opened,
    /// The nursery's sheet of [`World::REPORTED`]: its children in force, absent without contact.
    pub(crate) sheet: Id<ids::Submission>,
    /// A day next May on which the nursery has said to be closed.
    pub(crate) closed: Id<ids::CalendarDay>,
    /// One uploaded roster per office.
    pub(crate) imports: Vec<Uploaded>,
    /// A token of the nursery's system, used from everywhere; it opens until May.
    pub(crate) token: Id<ids::ApiToken>,
    /// An uploaded file of people, the ward's.
    pub(crate) directory_import: Uuid,
    /// The nursery's register on its way in.
    pub(crate) attendance_import: Uuid,
    /// A change of A3 that was tried over the past, and made no difference.
    pub(crate) back_test: Uuid,
}

#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) id: Id<ids::Organization>,
    pub(crate) kind: OrganizationKind,
    pub(crate) parent: Option<Id<ids::Organization>>,
    pub(crate) name: String,
    /// One person for each role of the place's side.
    pub(crate) people: Vec<Staff>,
}

/// Somebody with a role, and the token of a session opened at `NOW`.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) person: Id<ids::Person>,
    pub(crate) membership: Id<ids::Membership>,
    pub(crate) session: Id<ids::Session>,
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) token: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) id: Id<ids::Watch>,
    pub(crate) child: Id<ids::Child>,
    pub(crate) office: Id<ids::Organization>,
    pub(crate) facility: Id<ids::Organization>,
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) grade: &'static str,
    /// Its period covers the day tests begin on.
    pub(crate) live: bool,
    /// The facility sent a report of it on [`World::REPORTED`].
    pub(crate) reported: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Alerted {
    pub(crate) id: Id<ids::Alert>,
    pub(crate) watch: Id<ids::Watch>,
    pub(crate) office: Id<ids::Organization>,
    pub(crate) facility: Id<ids::Organization>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened {
    pub(crate) id: Id<ids::Opening>,
    pub(crate) person: Id<ids::Person>,
    pub(crate) office: Id<ids::Organization>,
    pub(crate) owner: Id<ids::Organization>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Uploaded {
    pub(crate) id: Uuid,
    pub(crate) office: Id<ids::Organization>,
}

impl World {
    /// The day the nursery's last reports are of: the day before tests begin.
    pub(crate) const REPORTED: &'static str = "2026-11-19";
    /// A holiday the ward's calendar has.
    pub(crate) const HOLIDAY: &'static str = "2026-11-23";

    /// The ward of most tests, and the one next door.
    pub(crate) fn both() -> [Self; 2] {
        [Self::build(1), Self::build(2)]
    }

    fn build(number: u32) -> Self {
        let mut ids = Numbers { ward: number, last: 0 };
        let ward = ids.next();
        let name = ["架空区", "隣町"][number as usize - 1].to_owned();
        let root = Place::build(&mut ids, OrganizationKind::WardOffice, None, &format!("{name}役所"));
        let mut below = |kind, parent: &Place, word: &str| Place::build(&mut ids, kind, Some(parent.id), &format!("{name}{word}"));
        let centre = below(OrganizationKind::ChildFamilyCentre, &root, "子ども家庭支援センター");
        let branch = below(OrganizationKind::ChildFamilyCentre, &centre, "子ども家庭支援センター分室");
        let guidance = below(OrganizationKind::GuidanceCentre, &root, "児童相談所");
        let nursery = below(FacilityKind::Nursery.into(), &root, "立みほん保育園");
        let elementary = below(FacilityKind::Elementary.into(), &root, "立みほん小学校");
        let junior_high = below(FacilityKind::JuniorHigh.into(), &root, "立みほん中学校");
        let double = Staff::build(&mut ids, Role::Reporter, &format!("{name}兼務"));
        let offices = [&centre, &branch, &guidance];
        let watches = watches(&mut ids, number, &offices, &[(&nursery, "n4"), (&elementary, "e2"), (&junior_high, "j1")]);
        let alerts = watches.iter().filter(|watch| watch.reported).map(|watch| Alerted::of(&mut ids, watch)).collect();
        let sheet = ids.next();
        let imports = offices.iter().map(|office| Uploaded { id: ids.next::<()>().uuid(), office: office.id }).collect();
        let closed = ids.next();
        let token = ids.next();
        let directory_import = ids.next::<()>().uuid();
        let attendance_import = ids.next::<()>().uuid();
        let back_test = ids.next::<()>().uuid();
        let opener = guidance.staff(Role::Caseworker).person;
        let opening = Opened { id: ids.next(), person: opener, office: guidance.id, owner: centre.id };
        Self {
            ward,
            number,
            name,
            root,
            centre,
            branch,
            guidance,
            nursery,
            elementary,
            junior_high,
            double,
            watches,
            alerts,
            opening,
            sheet,
            closed,
            imports,
            token,
            directory_import,
            attendance_import,
            back_test,
        }
    }

    /// Every organization, the root first, each after the one it stands below.
    pub(crate) fn places(&self) -> [&Place; 7] {
        [&self.root, &self.centre, &self.branch, &self.guidance, &self.nursery, &self.elementary, &self.junior_high]
    }

    /// Everybody with the place they are signed in for.
    pub(crate) fn people(&self) -> impl Iterator<Item = (&Place, &Staff)> {
        self.places().into_iter().flat_map(|place| place.people.iter().map(move |staff| (place, staff)))
    }

    /// The request in force that `office` made to `facility`.
    pub(crate) fn watch(&self, office: &Place, facility: &Place) -> &Watched {
        let found = self.watches.iter().find(|watch| watch.live && watch.office == office.id && watch.facility == facility.id);
        found.expect("every office asked every facility")
    }

    /// The request of the centre to the nursery that ended in October.
    pub(crate) fn ended_watch(&self) -> &Watched {
        self.watches.iter().find(|watch| !watch.live).expect("one has ended")
    }

    /// What the nursery's system shows.
    pub(crate) fn api_token(&self) -> ApiToken {
        ApiToken::of([u8::try_from(self.number).expect("a small number"); 32])
    }

    pub(crate) fn alert(&self, office: &Place) -> &Alerted {
        self.alerts.iter().find(|alert| alert.office == office.id).expect("every office has an alert")
    }

    pub(crate) fn import(&self, office: &Place) -> &Uploaded {
        self.imports.iter().find(|import| import.office == office.id).expect("every office has a roster")
    }
}

impl Place {
    fn build(ids: &mut Numbers, kind: OrganizationKind, parent: Option<Id<ids::Organization>>, name: &str) -> Self {
        let id = ids.next();
        let roles = Role::ALL.iter().filter(|role| role.side() == side(kind));
        let people = roles.map(|role| Staff::build(ids, *role, &format!("{name}{}", role.code()))).collect();
        Self { id, kind, parent, name: name.to_owned(), people }
    }

    pub(crate) fn side(&self) -> Side {
        side(self.kind)
    }

    /// The person with this role here.
    pub(crate) fn staff(&self, role: Role) -> &Staff {
        self.people.iter().find(|staff| staff.role == role).expect("the place has this role")
    }
}

impl Staff {
    fn build(ids: &mut Numbers, role: Role, name: &str) -> Self {
        let session: Id<ids::Session> = ids.next();
        Self {
            person: ids.next(),
            membership: ids.next(),
            session,
            role,
            name: name.to_owned(),
            token: format!("test-session-{session}"),
        }
    }
}

impl Staff {
    /// The ids of the passkeys [`super::TestApp::give_passkeys`] makes.
    pub(crate) fn passkeys(&self) -> [Id<ids::Passkey>; 2] {
        [1_u128, 2].map(|number| Id::from(Uuid::from_u128(self.person.uuid().as_u128() ^ (number << 120))))
    }
}

impl Alerted {
    fn of(ids: &mut Numbers, watch: &Watched) -> Self {
        Self { id: ids.next(), watch: watch.id, office: watch.office, facility: watch.facility }
    }
}

fn watches(ids: &mut Numbers, ward: u32, offices: &[&Place; 3], facilities: &[(&Place, &'static str); 3]) -> Vec<Watched> {
    const FAMILIES: [(&str, &str); 2] = [("甲野", "こうの"), ("乙山", "おつやま")];
    const GIVEN: [(&str, &str); 10] = [
        ("一花", "いちか"),
        ("二葉", "ふたば"),
        ("三郎", "さぶろう"),
        ("四季", "しき"),
        ("五月", "さつき"),
        ("六花", "りっか"),
        ("七海", "ななみ"),
        ("八雲", "やくも"),
        ("九里", "くり"),
        ("十和", "とわ"),
    ];
    let (family, family_kana) = FAMILIES[ward as usize - 1];
    let asked = facilities.iter().flat_map(|facility| offices.iter().map(move |office| (*facility, office.id, true)));
    let ended = std::iter::once((facilities[0], offices[0].id, false));
    let watched = asked.chain(ended).zip(GIVEN).map(|(((facility, grade), office, live), (given, given_kana))| Watched {
        id: ids.next(),
        child: ids.next(),
        office,
        facility: facility.id,
        name: format!("{family}　{given}"),
        kana: format!("{family_kana}　{given_kana}"),
        grade,
        live,
        reported: live && facility.id == facilities[0].0.id,
    });
    watched.collect()
}

/// Gives out ids that tell the ward and the order they were made in.
struct Numbers {
    ward: u32,
    last: u32,
}

impl Numbers {
    fn next<T>(&mut self) -> Id<T> {
        self.last += 1;
        // The version and variant bits of a random uuid, so that nothing takes it for malformed.
        let uuid = (u128::from(self.ward) << 96) | (0x4000_u128 << 64) | (0x8000_u128 << 48) | u128::from(self.last);
        Id::from(Uuid::from_u128(uuid))
    }
}

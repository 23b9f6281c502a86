//! The rules of the gate as one would tell them.

use crate::{
    domain::ids::{Id, Organization, Ward},
    gate::{Actor, AlertFacts, DutyKind, Gate, Member, OpeningFacts, OrganizationFacts, PersonFacts, Role, Side, WatchFacts},
};

/// Facts of any kind, drawn at random.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Organization(OrganizationFacts),
    Person(PersonFacts),
    Watch(WatchFacts),
    Alert(AlertFacts),
    Opening(OpeningFacts),
}

impl Thing {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Organization(_) => "Organization",
            Self::Person(_) => "Person",
            Self::Watch(_) => "Watch",
            Self::Alert(_) => "Alert",
            Self::Opening(_) => "Opening",
        }
    }

    pub(super) const fn ward(&self) -> Id<Ward> {
        match self {
            Self::Organization(facts) => facts.ward,
            Self::Person(facts) => facts.ward,
            Self::Watch(facts) => facts.ward,
            Self::Alert(facts) => facts.ward,
            Self::Opening(facts) => facts.ward,
        }
    }

    pub(super) fn asked(&self, gate: &Gate, actor: &Actor, action: &str) -> bool {
        match self {
            Self::Organization(facts) => gate.allows(actor, action, facts),
            Self::Person(facts) => gate.allows(actor, action, facts),
            Self::Watch(facts) => gate.allows(actor, action, facts),
            Self::Alert(facts) => gate.allows(actor, action, facts),
            Self::Opening(facts) => gate.allows(actor, action, facts),
        }
    }
}

/// What must not happen on a screen somebody left: exports, rights, ways in.
const SENSITIVE: [&str; 33] = [
    "endOwnSessions",
    "endAllSessions",
    "editPerson",
    "approveSlip",
    "addPasskey",
    "removePasskey",
    "linkProvider",
    "exportRequests",
    "exportRegister",
    "protectRequest",
    "editSecurity",
    "editRules",
    "closeOrganization",
    "mergeOrganization",
    "createToken",
    "createPerson",
    "invitePeople",
    "acceptDirectory",
    "exportRights",
    "suspendPerson",
    "reinstatePerson",
    "grantMembership",
    "endMembership",
    "decideProposal",
    "askRecovery",
    "approveRecovery",
    "approveBinding",
    "endBinding",
    "exportTrail",
    "exportSignIns",
    "openEmergency",
    "confirmOpening",
    "judgeOpening",
];

/// Words that leave everything as it was.
const LOOKING: [&str; 4] = ["read", "list", "export", "receive"];

/// The rules as one would tell them: what the policies are held against.
pub(super) fn should(actor: &Actor, action: &str, thing: &Thing) -> bool {
    if actor.ward() != thing.ward() {
        return false;
    }
    match actor {
        Actor::Duty(duty) => duty_should(duty.kind(), action, thing),
        Actor::Client(client) => {
            let own = matches!(thing, Thing::Organization(facts) if facts.id == client.facility() && facts.side == Side::Facility);
            ["readOwnFacility", "sendAttendance"].contains(&action) && own
        }
        Actor::Member(member) => {
            let looking = LOOKING.iter().any(|word| action.starts_with(word)) || action == "endOwnSessions";
            let strong = member.is_verified_for(action) || !SENSITIVE.contains(&action);
            strong && (looking || !member.is_read_only()) && role_should(member, action, thing)
        }
    }
}

fn role_should(member: &Member, action: &str, thing: &Thing) -> bool {
    if let Thing::Person(facts) = thing {
        return person_should(member, action, facts);
    }
    match member.role() {
        Role::Reporter | Role::FacilityHead => facility_should(member, action, thing),
        Role::Caseworker | Role::Supervisor => office_should(member, action, thing),
        Role::WardAdmin => admin_should(member, action, thing),
        Role::Auditor => {
            ["readTrail", "exportTrail", "readSignIns", "exportSignIns"].contains(&action)
                && at_home(member, thing, Side::Administration)
        }
        Role::Operator => false,
    }
}

fn admin_should(member: &Member, action: &str, thing: &Thing) -> bool {
    let Thing::Organization(facts) = thing else { return false };
    let own = [
        "listOrganizations",
        "listPeople",
        "listRecoveries",
        "createPerson",
        "endAllSessions",
        "importDirectory",
        "acceptDirectory",
        "exportRights",
        "readSetUp",
    ];
    let logs = [
        "editTemplates",
        "editHolidays",
        "readSignIns",
        "exportSignIns",
        "listUndelivered",
        "listRules",
        "editRules",
        "listUnreported",
    ];
    let tree = ["readOrganization", "createOrganization", "editOrganization", "editSecurity", "invitePeople"];
    let closing = ["closeOrganization", "mergeOrganization"];
    let facility = ["readCalendar", "editCalendar", "listTokens", "createToken", "revokeToken"];
    let within = member.organizations().contains(&facts.id);
    (own.contains(&action) || logs.contains(&action)) && at_home(member, thing, Side::Administration)
        || tree.contains(&action) && within
        || closing.contains(&action) && within && facts.id != member.organization()
        || facility.contains(&action) && within && facts.side == Side::Facility
}

fn person_should(member: &Member, action: &str, person: &PersonFacts) -> bool {
    let own = [
        "readAccount",
        "addPasskey",
        "renamePasskey",
        "removePasskey",
        "endOwnSessions",
        "linkProvider",
        "readNotices",
        "chooseNotices",
    ];
    let not_oneself = [
        "suspendPerson",
        "reinstatePerson",
        "grantMembership",
        "endMembership",
        "decideProposal",
        "askRecovery",
        "approveRecovery",
        "approveBinding",
    ];
    let is_oneself = person.id == member.person();
    if own.contains(&action) {
        return is_oneself;
    }
    if is_oneself && not_oneself.contains(&action) {
        return false;
    }
    if is_oneself && action == "cancelRecovery" {
        return true;
    }
    let within = person.places.iter().any(|place| member.organizations().contains(&place.id));
    match member.role() {
        Role::WardAdmin => within,
        Role::FacilityHead => {
            let vouches = ["askRecovery", "approveRecovery", "cancelRecovery"].contains(&action);
            vouches && !person.privileged && within
        }
        _ => false,
    }
}

fn at_home(member: &Member, thing: &Thing, side: Side) -> bool {
    matches!(thing, Thing::Organization(facts) if facts.id == member.organization() && facts.side == side)
}

fn duty_should(duty: DutyKind, action: &str, thing: &Thing) -> bool {
    if matches!(thing, Thing::Alert(_)) {
        return duty == DutyKind::Clock && action == "routeAlert";
    }
    let Thing::Organization(facts) = thing else { return false };
    match duty {
        DutyKind::Entry => {
            let session = ["openSession", "endSession", "lockSession", "unlockSession", "stepUp"];
            session.contains(&action) || ["chooseOrganization", "registerPasskey"].contains(&action)
        }
        DutyKind::Clock => match facts.side {
            Side::Facility => ["sweepFacility", "remindFacility"].contains(&action),
            Side::Administration => ["warnPeople", "runBackTest"].contains(&action),
            Side::Office => false,
        },
        DutyKind::CommandLine => ["createWard", "recoverAdmin", "loadDemo", "issueDemoLinks", "importRequests"].contains(&action),
    }
}

fn facility_should(member: &Member, action: &str, thing: &Thing) -> bool {
    match thing {
        Thing::Organization(_) => {
            let head = member.role() == Role::FacilityHead
                && ["editCalendar", "editTurns", "approveSlip", "listRecoveries"].contains(&action);
            let register = ["readRegister", "exportRegister", "importAttendance"].contains(&action);
            let urgent = ["reportUrgent", "closeDay"].contains(&action);
            (head
                || register
                || urgent
                || ["readSheet", "submitSheet", "readCalendar", "readSlips", "prepareSlip"].contains(&action))
                && at_home(member, thing, Side::Facility)
        }
        Thing::Watch(facts) => {
            ["readReports", "correctReport", "answerInquiry"].contains(&action)
                && facts.facility == member.organization()
                && facts.live
        }
        Thing::Alert(_) | Thing::Opening(_) | Thing::Person(_) => false,
    }
}

fn office_should(member: &Member, action: &str, thing: &Thing) -> bool {
    let theirs = |office: Id<Organization>| member.organizations().contains(&office);
    match thing {
        Thing::Organization(facts) => {
            let requests = ["listRequests", "createRequest", "importRequests", "exportRequests", "promoteRequests"];
            let alerts = [
                "listAlerts",
                "receiveAlerts",
                "readBoard",
                "listRules",
                "readDuty",
                "listAbsences",
                "enterAbsence",
                "listUnreported",
                "readRegister",
                "exportRegister",
                "listSlips",
            ];
            let rules = action == "editRules" && member.role() == Role::Supervisor && at_home(member, thing, Side::Office);
            let emergency = ["listOpenings", "openEmergency"].contains(&action) && at_home(member, thing, Side::Office);
            let arranges = member.role() == Role::Supervisor && ["readTeam", "editDuty", "arrangeAbsence"].contains(&action);
            rules
                || emergency
                || (requests.contains(&action) || alerts.contains(&action) || arranges)
                    && facts.side == Side::Office
                    && theirs(facts.id)
        }
        Thing::Watch(facts) => {
            ["readRequest", "endRequest", "assignRequest", "transferRequest", "protectRequest", "readReports"].contains(&action)
                && theirs(facts.office)
        }
        Thing::Alert(facts) => {
            ["readAlert", "takeAlert", "actOnAlert", "handOnAlert", "closeAlert"].contains(&action) && theirs(facts.office)
        }
        Thing::Opening(facts) => opening_should(member, action, facts),
        Thing::Person(_) => false,
    }
}

/// 緊急閲覧: one's own is seen and ended; the second word is another person's.
fn opening_should(member: &Member, action: &str, opening: &OpeningFacts) -> bool {
    let theirs = |office: Id<Organization>| member.organizations().contains(&office);
    let is_ones_own = opening.person == member.person();
    let supervises = member.role() == Role::Supervisor;
    let second = theirs(opening.owner) || supervises && theirs(opening.office);
    match action {
        "readOpening" | "endOpening" => second || is_ones_own && opening.office == member.organization(),
        "confirmOpening" => second && !is_ones_own,
        "judgeOpening" => supervises && theirs(opening.owner) && !is_ones_own,
        _ => false,
    }
}

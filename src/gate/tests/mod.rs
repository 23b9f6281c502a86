//! The gate holds its own schema, denies on any doubt, and decides as a plain reading of the rules would.

mod model;

use std::{collections::BTreeSet, str::FromStr, sync::LazyLock};

use cedar_policy::{EntityTypeName, PolicySet, Schema};
use proptest::{prelude::*, sample::select};

use self::model::{Thing, should};
use super::{
    Actor, Admission, AlertFacts, Client, Denied, Duty, Gate, Member, OpeningFacts, OrganizationFacts, POLICIES, PersonFacts, Role,
    SCHEMA, Shown, Side, WatchFacts,
    actions::{self, ALL, ReadAlert, ReadSheet, SubmitSheet},
};
use crate::domain::ids::Id;

/// The hub's own gate, read once for all cases.
static GATE: LazyLock<Gate> = LazyLock::new(|| Gate::new().unwrap());

fn id<T>(number: u128) -> Id<T> {
    Id::from(uuid::Uuid::from_u128(number))
}

fn text() -> String {
    POLICIES.iter().map(|(_, text)| *text).collect()
}

fn member(ward: u128, role: Role, organization: u128, below: &[u128]) -> Actor {
    strong(ward, role, organization, below, Strength::default())
}

/// What a session may do just now, as the tests draw it.
#[derive(Debug, Clone, Copy, Default)]
struct Strength {
    /// Verified for whatever is asked.
    fresh: bool,
    read_only: bool,
}

fn strong(ward: u128, role: Role, organization: u128, below: &[u128], strength: Strength) -> Actor {
    let organizations = [&[organization], below].concat().into_iter().map(id).collect();
    let admission = Admission {
        ward: id(ward),
        session: id(900),
        person: id(901),
        membership: id(902),
        role,
        organization: id(organization),
        organizations,
        verified_at: jiff::Timestamp::UNIX_EPOCH,
        verified_for: ALL.iter().filter(|_| strength.fresh).map(|action| action.name.to_owned()).collect(),
        read_only: strength.read_only,
        address: None,
    };
    Member::admit(admission).into()
}

fn client(ward: u128, facility: u128) -> Actor {
    Client::admit(Shown { ward: id(ward), token: id(903), facility: id(facility), address: None }).into()
}

fn school(ward: u128, number: u128) -> OrganizationFacts {
    OrganizationFacts { ward: id(ward), id: id(number), side: Side::Facility }
}

#[test]
fn the_policies_hold_strictly_against_the_schema() {
    Gate::new().unwrap();
}

#[test]
fn a_policy_that_does_not_fit_the_schema_opens_no_gate() {
    let typo = r#"forbid (principal is Tsunagi::Member, action, resource) when { principal.rolle == "reporter" };"#;
    let refused = Gate::with(SCHEMA, &(text() + typo)).unwrap_err();
    assert!(refused.to_string().contains("rolle"), "{refused}");
}

#[test]
fn every_policy_has_a_name_of_its_own_and_a_sentence_in_japanese() {
    let policies = PolicySet::from_str(&text()).unwrap();
    let names: BTreeSet<_> = policies.policies().map(|policy| policy.annotation("id").unwrap_or_default()).collect();
    assert!(!names.contains("") && names.len() == policies.policies().count(), "{names:?}");
    let silent: Vec<_> = policies.policies().filter(|policy| policy.annotation("ja").is_none_or(str::is_ascii)).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn the_schema_and_the_code_know_the_same_actions() {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    let words = |kind: &EntityTypeName| kind.basename().to_owned();
    let written: BTreeSet<_> =
        schema.request_envs().map(|asked| (asked.action().id().unescaped().to_owned(), words(asked.resource()))).collect();
    let known: BTreeSet<_> = ALL.iter().map(|action| (action.name.to_owned(), action.on.to_owned())).collect();
    assert_eq!(written, known);
    assert_eq!(known.len(), ALL.len(), "no action stands twice");
}

#[test]
fn a_policy_that_errs_denies_even_when_another_permits() {
    let reporter = member(1, Role::Reporter, 10, &[]);
    let ask = |policies: &str| Gate::unchecked(policies).permit::<ReadSheet>(&reporter, &school(1, 10)).map(|_| ());
    assert_eq!(ask(&text()), Ok(()));
    // Cedar skips both and would answer "allow".
    let forbid = "forbid (principal, action, resource) when { resource.closed };";
    assert_eq!(ask(&(text() + forbid)), Err(Denied::Always));
    let permit = "permit (principal, action, resource) when { resource.closed };";
    assert_eq!(ask(&(text() + permit)), Err(Denied::Always));
    // Without an error the same shape changes nothing.
    let quiet = "forbid (principal, action, resource) when { resource has closed && resource.closed };";
    assert_eq!(ask(&(text() + quiet)), Ok(()));
}

#[test]
fn a_policy_speaks_of_the_actions_of_its_scope_and_of_no_other() {
    let head = strong(1, Role::FacilityHead, 10, &[], Strength { fresh: true, read_only: false });
    let ask = |policy: &str| {
        let gate = Gate::unchecked(&(text() + policy));
        let read = gate.permit::<ReadSheet>(&head, &school(1, 10)).is_ok();
        let submit = gate.permit::<SubmitSheet>(&head, &school(1, 10)).is_ok();
        (read, submit, gate.permit::<actions::ApproveSlip>(&head, &school(1, 10)).is_ok())
    };
    assert_eq!(ask(""), (true, true, true));
    for (scope, expected) in [
        ("action", (false, false, false)),
        (r#"action == Tsunagi::Action::"submitSheet""#, (true, false, true)),
        (r#"action in [Tsunagi::Action::"readSheet", Tsunagi::Action::"approveSlip"]"#, (false, true, false)),
        // A group, and one that lies in it.
        (r#"action in Tsunagi::Action::"changes""#, (true, false, false)),
        (r#"action in Tsunagi::Action::"sensitiveChanges""#, (true, true, false)),
    ] {
        assert_eq!(ask(&format!("forbid (principal, {scope}, resource);")), expected, "{scope}");
        // One that errs denies just those.
        assert_eq!(ask(&format!("permit (principal, {scope}, resource) when {{ resource.closed }};")), expected, "{scope}");
    }
}

#[test]
fn no_policies_permit_nothing() {
    let gate = Gate::unchecked("");
    assert_eq!(gate.permit::<ReadSheet>(&member(1, Role::Reporter, 10, &[]), &school(1, 10)).map(|_| ()), Err(Denied::Always));
}

#[test]
fn another_ward_is_denied_what_would_be_permitted_at_home() {
    let gate = Gate::new().unwrap();
    let reporter = member(1, Role::Reporter, 10, &[]);
    assert!(gate.permit::<SubmitSheet>(&reporter, &school(1, 10)).is_ok());
    assert_eq!(gate.permit::<SubmitSheet>(&reporter, &school(2, 10)).map(|_| ()), Err(Denied::Always));
    let worker = member(1, Role::Caseworker, 20, &[]);
    let alert = |ward| AlertFacts { ward: id(ward), id: id(500), office: id(20), facility: id(10) };
    assert!(gate.permit::<ReadAlert>(&worker, &alert(1)).is_ok());
    assert_eq!(gate.permit::<ReadAlert>(&worker, &alert(2)).map(|_| ()), Err(Denied::Always));
    let clock: Actor = Duty::clock(id(1), id(10)).into();
    assert!(gate.permit::<actions::SweepFacility>(&clock, &school(1, 10)).is_ok());
    assert_eq!(gate.permit::<actions::SweepFacility>(&clock, &school(2, 10)).map(|_| ()), Err(Denied::Always));
}

#[test]
fn a_permit_is_for_the_thing_it_was_asked_for() {
    let gate = Gate::new().unwrap();
    let permit = gate.permit::<ReadSheet>(&member(1, Role::Reporter, 10, &[]), &school(1, 10)).unwrap();
    assert_eq!((permit.ward(), permit.id(), permit.person()), (id(1), id(10), Some(id(901))));
    let entry = permit.deed();
    let entry = entry.entry();
    assert_eq!((entry.action, entry.resource_kind, entry.resource), ("readSheet", "Organization", permit.id().uuid()));
}

#[test]
fn a_systems_token_opens_its_facility_and_the_trail_names_it() {
    let gate = Gate::new().unwrap();
    let permit = gate.permit::<actions::ReadOwnFacility>(&client(1, 10), &school(1, 10)).unwrap();
    let deed = permit.deed();
    let entry = deed.entry();
    assert_eq!((entry.principal, entry.person, entry.organization), ("client", None, Some(id(10))));
    assert_eq!(entry.detail["token"], id::<()>(903).to_string());
    for (facility, action) in [(school(1, 11), "readOwnFacility"), (school(2, 10), "readOwnFacility"), (school(1, 10), "readSheet")]
    {
        assert!(!gate.allows(&client(1, 10), action, &facility), "{action} on {facility:?}");
    }
    let office = OrganizationFacts { side: Side::Office, ..school(1, 10) };
    assert!(gate.permit::<actions::ReadOwnFacility>(&client(1, 10), &office).is_err());
    assert!(gate.permit::<actions::ReadOwnFacility>(&member(1, Role::FacilityHead, 10, &[]), &school(1, 10)).is_err());
}

#[test]
fn a_scope_reaches_the_organization_and_those_below() {
    let gate = Gate::new().unwrap();
    let office = |number| OrganizationFacts { ward: id(1), id: id(number), side: Side::Office };
    let worker = member(1, Role::Caseworker, 20, &[21, 22]);
    let scope = gate.scope::<actions::ListAlerts>(&worker, &office(20)).unwrap();
    assert_eq!(scope.organizations(), [id(20), id(21), id(22)]);
    assert!(gate.scope::<actions::ListAlerts>(&worker, &office(23)).is_err());
    assert!(gate.scope::<actions::ListAlerts>(&member(1, Role::Reporter, 10, &[]), &school(1, 10)).is_err());
}

#[test]
fn what_is_sensitive_asks_for_the_person_again_and_says_so_only_to_whom_it_would_be_permitted() {
    let gate = Gate::new().unwrap();
    let colleague = person(1, 950, &[10]);
    let grant = |actor: &Actor| gate.permit::<actions::GrantMembership>(actor, &colleague).map(|_| ());
    let admin = |strength| strong(1, Role::WardAdmin, 30, &[10], strength);
    assert_eq!(grant(&admin(Strength::default())), Err(Denied::Unverified("grantMembership")));
    assert_eq!(grant(&admin(Strength { fresh: true, read_only: false })), Ok(()));
    assert_eq!(grant(&admin(Strength { fresh: true, read_only: true })), Err(Denied::ReadOnly));
    assert_eq!(grant(&strong(1, Role::Caseworker, 10, &[], Strength { fresh: true, read_only: false })), Err(Denied::Always));
    assert_eq!(grant(&strong(1, Role::Caseworker, 10, &[], Strength::default())), Err(Denied::Always));
}

#[test]
fn verification_for_one_action_does_not_serve_another() {
    let gate = Gate::new().unwrap();
    let Actor::Member(base) = member(1, Role::WardAdmin, 30, &[10]) else { unreachable!() };
    let verified = |action: &str| Actor::from(base.clone().verified_for(&[action]));
    let ask = |actor: &Actor| gate.permit::<actions::SuspendPerson>(actor, &person(1, 950, &[10])).map(|_| ());
    assert_eq!(ask(&verified("suspendPerson")), Ok(()));
    assert_eq!(ask(&verified("grantMembership")), Err(Denied::Unverified("suspendPerson")));
}

fn person(ward: u128, number: u128, places: &[u128]) -> PersonFacts {
    let places = places.iter().map(|place| school(ward, *place)).collect();
    PersonFacts { ward: id(ward), id: id(number), places, privileged: false }
}

/// Few wards and organizations, so that they meet often. An organization may stand below the actor's own.
fn actors() -> impl Strategy<Value = Actor> {
    let ward = 1_u128..3;
    let below = proptest::collection::btree_set(10_u128..14, 0..3);
    let members = (ward.clone(), select(Role::ALL), 10_u128..14, below, any::<bool>(), any::<bool>());
    let members = members.prop_map(|(ward, role, organization, mut below, fresh, read_only)| {
        below.remove(&organization);
        strong(ward, role, organization, &below.into_iter().collect::<Vec<_>>(), Strength { fresh, read_only })
    });
    let clients = (ward.clone(), 10_u128..14).prop_map(|(ward, facility)| client(ward, facility));
    let duties = (ward, 10_u128..14, 0..3).prop_map(|(ward, facility, which)| match which {
        0 => Duty::entry(id(ward), id(901)).into(),
        1 => Duty::clock(id(ward), id(facility)).into(),
        _ => Duty::command_line(id(ward)).into(),
    });
    prop_oneof![4 => members, 1 => clients, 1 => duties]
}

fn things() -> impl Strategy<Value = Thing> {
    let side = select(vec![Side::Facility, Side::Office, Side::Administration]);
    (1_u128..3, 10_u128..14, 10_u128..14, side, any::<bool>(), 0..5).prop_map(|(ward, one, other, side, live, kind)| {
        let (ward, facility, office) = (id(ward), id(one), id(other));
        match kind {
            0 => Thing::Organization(OrganizationFacts { ward, id: id(one), side }),
            // 901 is whoever asks
            3 => {
                let places = vec![OrganizationFacts { ward, id: id(one), side }];
                Thing::Person(PersonFacts { ward, id: id(if live { 901 } else { 950 }), places, privileged: other % 2 == 0 })
            }
            4 => Thing::Opening(OpeningFacts {
                ward,
                id: id(500),
                person: id(if live { 901 } else { 950 }),
                office,
                owner: facility,
            }),
            1 => Thing::Watch(WatchFacts { ward, id: id(500), facility, office, live }),
            _ => Thing::Alert(AlertFacts { ward, id: id(500), facility, office }),
        }
    })
}

/// Whoever asks within one ward, verified for all: of organization 10, alone or with 11 below it.
fn everybody() -> Vec<Actor> {
    let fresh = Strength { fresh: true, read_only: false };
    let members = Role::ALL.iter().flat_map(|role| [&[][..], &[11]].map(|below| strong(1, *role, 10, below, fresh)));
    let duties = [Duty::entry(id(1), id(901)), Duty::clock(id(1), id(10)), Duty::command_line(id(1))].map(Actor::from);
    members.chain(duties).chain([client(1, 10)]).collect()
}

/// Every thing of that ward that differs for one of them: their own, one below them, a stranger's.
fn everything() -> Vec<Thing> {
    let (ward, near, ends) = (id(1), [10, 11, 12], [false, true]);
    let school = |number, side| OrganizationFacts { ward, id: id(number), side };
    let sides = [Side::Facility, Side::Office, Side::Administration];
    let organizations = near.iter().flat_map(|one| sides.map(|side| Thing::Organization(school(*one, side))));
    let pairs: Vec<_> = near.iter().flat_map(|one| near.map(|other| (id(*one), id(other)))).collect();
    let watch = |facility, office, live| Thing::Watch(WatchFacts { ward, id: id(500), facility, office, live });
    let watches = pairs.iter().flat_map(|(facility, office)| ends.map(|live| watch(*facility, *office, live)));
    let alerts = pairs.iter().map(|(facility, office)| AlertFacts { ward, id: id(500), facility: *facility, office: *office });
    let opening = |office, owner, who| Thing::Opening(OpeningFacts { ward, id: id(500), person: id(who), office, owner });
    let openings = pairs.iter().flat_map(|(office, owner)| [901, 950].map(|who| opening(*office, *owner, who)));
    // 901 is whoever asks
    let people = near.iter().flat_map(|place| [901, 950].map(|who| (*place, who))).flat_map(|(place, who)| {
        let places = vec![school(place, Side::Facility)];
        ends.map(|privileged| Thing::Person(PersonFacts { ward, id: id(who), places: places.clone(), privileged }))
    });
    organizations.chain(watches).chain(alerts.map(Thing::Alert)).chain(openings).chain(people).collect()
}

/// Chance seldom brings the one right role, place and side together; here each action meets each of them.
#[test]
fn the_gate_permits_within_a_ward_exactly_what_the_rules_say() {
    let things = everything();
    for actor in everybody() {
        for thing in &things {
            for action in ALL.iter().filter(|action| action.on == thing.kind()) {
                let (said, expected) = (thing.asked(&GATE, &actor, action.name), should(&actor, action.name, thing));
                assert_eq!(said, expected, "{} by {} on {thing:?}", action.name, actor.principal());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_gate_decides_as_the_rules_are_told(actor in actors(), thing in things()) {
        for action in ALL.iter().filter(|action| action.on == thing.kind()) {
            let (said, expected) = (thing.asked(&GATE, &actor, action.name), should(&actor, action.name, &thing));
            prop_assert_eq!(said, expected, "{} by {} on {:?}", action.name, actor.principal(), thing);
        }
    }

    #[test]
    fn an_action_on_the_wrong_kind_of_thing_is_denied(actor in actors(), thing in things()) {
        for action in ALL.iter().filter(|action| action.on != thing.kind()) {
            prop_assert!(!thing.asked(&GATE, &actor, action.name), "{} on {:?}", action.name, thing);
        }
    }
}

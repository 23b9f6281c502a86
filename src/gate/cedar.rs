//! Asks Cedar. Entities are built from the actor and the facts of one decision; any diagnostic error is a deny.

use std::{
    collections::{HashMap, HashSet},
    str::FromStr,
};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId, PolicySet,
    Request, RestrictedExpression as Value, Schema, ValidationMode, Validator,
};

use super::{
    Denied,
    actions::Action,
    actor::Actor,
    facts::{AlertFacts, Facts, OpeningFacts, OrganizationFacts, PersonFacts, WatchFacts},
    permit::Permit,
    role::Side,
    scope::Scope,
};
use crate::domain::ids::{Id, Organization, Ward};

pub const SCHEMA: &str = include_str!("../../policies/hub.cedarschema");

/// Every policy file with its name; the name stands in what the gate logs.
pub const POLICIES: &[(&str, &str)] = &[
    ("fence", include_str!("../../policies/fence.cedar")),
    ("facility", include_str!("../../policies/facility.cedar")),
    ("office", include_str!("../../policies/office.cedar")),
    ("emergency", include_str!("../../policies/emergency.cedar")),
    ("administration", include_str!("../../policies/administration.cedar")),
    ("account", include_str!("../../policies/account.cedar")),
    ("clients", include_str!("../../policies/clients.cedar")),
    ("strength", include_str!("../../policies/strength.cedar")),
    ("duties", include_str!("../../policies/duties.cedar")),
];

/// The policies did not hold against their schema; the hub does not start with them.
#[derive(Debug, thiserror::Error)]
#[error("the policies are not valid: {0}")]
pub struct InvalidPolicies(String);

/// Holds the policies and answers for every door.
#[derive(Debug)]
pub struct Gate {
    authorizer: Authorizer,
    schema: Schema,
    names: Names,
    actions: HashMap<String, Known>,
}

/// An action of the schema.
#[derive(Debug)]
struct Known {
    /// With the groups it stands in: without them a `forbid` on a group would pass over its actions.
    entity: Entity,
    /// Those whose scope lets them speak of it: Cedar walks through every policy it is given, at every decision.
    policies: PolicySet,
}

/// Type names parsed once.
#[derive(Debug)]
struct Names {
    ward: EntityTypeName,
    organization: EntityTypeName,
    person: EntityTypeName,
    member: EntityTypeName,
    client: EntityTypeName,
    duty: EntityTypeName,
    watch: EntityTypeName,
    alert: EntityTypeName,
    opening: EntityTypeName,
}

impl Gate {
    /// The gate with the policies built into the program.
    ///
    /// # Errors
    /// When a policy does not parse or does not hold against the schema.
    pub fn new() -> Result<Self, InvalidPolicies> {
        let text = POLICIES.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
        Self::with(SCHEMA, &text)
    }

    /// A gate with other policies: tests show with it what a broken policy does.
    pub fn with(schema: &str, policies: &str) -> Result<Self, InvalidPolicies> {
        let (schema, _) = Schema::from_cedarschema_str(schema).map_err(|e| InvalidPolicies(e.to_string()))?;
        let policies = named(&PolicySet::from_str(policies).map_err(|e| InvalidPolicies(e.to_string()))?)?;
        let verdict = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if !verdict.validation_passed() {
            let found = verdict.validation_errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(InvalidPolicies(found));
        }
        Self::unvalidated(schema, &policies)
    }

    fn unvalidated(schema: Schema, policies: &PolicySet) -> Result<Self, InvalidPolicies> {
        let name = |word: &str| EntityTypeName::from_str(&format!("Tsunagi::{word}")).map_err(|e| InvalidPolicies(e.to_string()));
        let actions = schema.action_entities().map_err(|e| InvalidPolicies(e.to_string()))?;
        let actions = known(policies, &actions)?;
        let names = Names {
            ward: name("Ward")?,
            organization: name("Organization")?,
            person: name("Person")?,
            member: name("Member")?,
            client: name("Client")?,
            duty: name("Duty")?,
            watch: name("Watch")?,
            alert: name("Alert")?,
            opening: name("Opening")?,
        };
        Ok(Self { authorizer: Authorizer::new(), schema, names, actions })
    }

    /// Asks whether `actor` may do `A` to the thing with these facts.
    ///
    /// # Errors
    /// [`Denied`] when no policy permits it, one forbids it, or Cedar reports any error at all: Cedar skips a policy
    /// that errs, so an erring `forbid` would otherwise not forbid.
    pub fn permit<A: Action>(&self, actor: &Actor, facts: &A::On) -> Result<Permit<A>, Denied>
    where
        A::On: Describe,
    {
        match self.decide(actor, A::NAME, facts, Strength::of(actor, A::NAME)) {
            Ok(()) => Ok(Permit::grant(actor, facts)),
            Err(why) => {
                tracing::info!(action = A::NAME, principal = actor.principal(), resource.kind = A::On::KIND, why, "denied");
                Err(self.mendable(actor, A::NAME, facts))
            }
        }
    }

    /// What stands in the way, if it is only the strength of the session.
    fn mendable<F: Describe>(&self, actor: &Actor, action: &'static str, facts: &F) -> Denied {
        let now = Strength::of(actor, action);
        let with = |strength| self.decide(actor, action, facts, strength).is_ok();
        if !now.fresh && with(Strength { fresh: true, ..now }) {
            Denied::Unverified(action)
        } else if now.read_only && with(Strength { fresh: true, read_only: false }) {
            Denied::ReadOnly
        } else {
            Denied::Always
        }
    }

    /// Asks whether `actor` may list what belongs to the organization, and with it to those below.
    ///
    /// # Errors
    /// As [`Gate::permit`].
    pub fn scope<A: Action<On = OrganizationFacts>>(&self, actor: &Actor, facts: &OrganizationFacts) -> Result<Scope<A>, Denied> {
        Ok(Scope::over(self.permit::<A>(actor, facts)?, actor.organizations()))
    }

    fn decide<F: Describe>(&self, actor: &Actor, action: &str, facts: &F, strength: Strength) -> Result<(), String> {
        let known = self.actions.get(action).ok_or("the schema does not know the action")?;
        let (request, entities) = self.question(actor, &known.entity, facts, strength)?;
        let answer = self.authorizer.is_authorized(&request, &known.policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            tracing::error!(action, error = %error, "a policy erred; denied");
            return Err(format!("policy error: {error}"));
        }
        match answer.decision() {
            Decision::Allow => Ok(()),
            Decision::Deny => Err(answer.diagnostics().reason().next().map_or_else(|| "no policy".to_owned(), ToString::to_string)),
        }
    }

    fn question<F: Describe>(
        &self,
        actor: &Actor,
        action: &Entity,
        facts: &F,
        strength: Strength,
    ) -> Result<(Request, Entities), String> {
        let mut world = World { names: &self.names, actor, strength, entities: HashMap::new() };
        // The resource first: what the facts say of an organization counts, not what a role would suggest.
        let resource = facts.describe(&mut world)?;
        let principal = world.principal()?;
        world.entities.insert(action.uid(), action.clone());
        let request =
            Request::new(principal, action.uid(), resource, Context::empty(), Some(&self.schema)).map_err(|e| e.to_string())?;
        let entities = Entities::from_entities(world.entities.into_values(), None).map_err(|e| e.to_string())?;
        Ok((request, entities))
    }
}

#[cfg(test)]
impl Gate {
    /// A gate whose policies nobody held against the schema: tests show with it what an erring policy does.
    pub(super) fn unchecked(policies: &str) -> Self {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
        Self::unvalidated(schema, &PolicySet::from_str(policies).unwrap()).unwrap()
    }

    /// The answer to an action known by name only, as the property tests draw them.
    pub(super) fn allows<F: Describe>(&self, actor: &Actor, action: &str, facts: &F) -> bool {
        self.decide(actor, action, facts, Strength::of(actor, action)).is_ok()
    }
}

/// Each action with the policies that can speak of it. The others could neither permit nor forbid it nor err: their scope does not hold, and
/// Cedar looks no further.
fn known(policies: &PolicySet, actions: &Entities) -> Result<HashMap<String, Known>, InvalidPolicies> {
    let speaks_of = |constraint: &ActionConstraint, action: &EntityUid| {
        let covers = |uid: &EntityUid| uid == action || actions.is_ancestor_of(uid, action);
        match constraint {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(uid) => covers(uid),
            ActionConstraint::In(uids) => uids.iter().any(covers),
        }
    };
    let known = |action: &Entity| {
        let mut of_action = PolicySet::new();
        for policy in policies.policies().filter(|policy| speaks_of(&policy.action_constraint(), &action.uid())) {
            of_action.add(policy.clone()).map_err(|e| InvalidPolicies(e.to_string()))?;
        }
        let name = action.uid().id().unescaped().to_owned();
        Ok((name, Known { entity: action.clone(), policies: of_action }))
    };
    actions.iter().map(known).collect()
}

/// The policies under the names their `@id` gives them, so that the log says `facility.sheet` and not `policy3`.
fn named(policies: &PolicySet) -> Result<PolicySet, InvalidPolicies> {
    let mut named = PolicySet::new();
    for policy in policies.policies() {
        let id = policy.annotation("id").map_or_else(|| policy.id().clone(), PolicyId::new);
        named.add(policy.new_id(id)).map_err(|e| InvalidPolicies(e.to_string()))?;
    }
    Ok(named)
}

/// How much a session may do just now.
#[derive(Debug, Clone, Copy)]
struct Strength {
    /// The person was verified for this very action within the last minutes.
    fresh: bool,
    read_only: bool,
}

impl Strength {
    fn of(actor: &Actor, action: &str) -> Self {
        actor.member().map_or(Self { fresh: false, read_only: false }, |member| Self {
            fresh: member.is_verified_for(action),
            read_only: member.is_read_only(),
        })
    }
}

/// The entities of one question.
pub struct World<'a> {
    names: &'a Names,
    actor: &'a Actor,
    strength: Strength,
    entities: HashMap<EntityUid, Entity>,
}

/// How facts become a Cedar entity.
pub trait Describe: Facts {
    #[doc(hidden)]
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String>;
}

impl World<'_> {
    fn principal(&mut self) -> Result<EntityUid, String> {
        let ward = self.ward(self.actor.ward());
        let (uid, attributes) = match self.actor {
            Actor::Member(member) => {
                let organization = self.organization(self.actor.ward(), member.organization(), member.role().side())?;
                let attributes = vec![
                    ("ward", ward),
                    ("organization", Value::new_entity_uid(organization)),
                    ("person", Value::new_entity_uid(uid(&self.names.person, member.person()))),
                    ("role", Value::new_string(member.role().code().to_owned())),
                    ("fresh", Value::new_bool(self.strength.fresh)),
                    ("readOnly", Value::new_bool(self.strength.read_only)),
                ];
                (uid(&self.names.member, member.membership()), attributes)
            }
            Actor::Client(client) => {
                let facility = self.organization(self.actor.ward(), client.facility(), Side::Facility)?;
                let attributes = vec![("ward", ward), ("organization", Value::new_entity_uid(facility))];
                (uid(&self.names.client, client.token()), attributes)
            }
            Actor::Duty(duty) => {
                let id = EntityUid::from_type_name_and_id(self.names.duty.clone(), EntityId::new(duty.kind().code()));
                (id, vec![("ward", ward)])
            }
        };
        self.add(uid, attributes, HashSet::new())
    }

    fn ward(&mut self, id: Id<Ward>) -> Value {
        let uid = uid(&self.names.ward, id);
        self.entities.entry(uid.clone()).or_insert_with(|| Entity::with_uid(uid.clone()));
        Value::new_entity_uid(uid)
    }

    /// An organization; one below the actor's own stands in it.
    fn organization(&mut self, ward: Id<Ward>, id: Id<Organization>, side: Side) -> Result<EntityUid, String> {
        let uid_ = uid(&self.names.organization, id);
        if self.entities.contains_key(&uid_) {
            return Ok(uid_);
        }
        let below = self.actor.organizations().contains(&id);
        let parents = self.actor.organization().filter(|own| below && *own != id);
        let parents = parents.map(|own| uid(&self.names.organization, own)).into_iter().collect();
        let ward = self.ward(ward);
        self.add(uid_, vec![("ward", ward), ("side", Value::new_string(side.code().to_owned()))], parents)
    }

    fn add(&mut self, uid: EntityUid, attributes: Vec<(&str, Value)>, parents: HashSet<EntityUid>) -> Result<EntityUid, String> {
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let entity = Entity::new(uid.clone(), attributes, parents).map_err(|e| e.to_string())?;
        self.entities.insert(uid.clone(), entity);
        Ok(uid)
    }
}

fn uid<T>(kind: &EntityTypeName, id: Id<T>) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id.to_string()))
}

impl Describe for OrganizationFacts {
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String> {
        world.organization(self.ward, self.id, self.side)
    }
}

impl Describe for WatchFacts {
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String> {
        let facility = world.organization(self.ward, self.facility, Side::Facility)?;
        let office = world.organization(self.ward, self.office, Side::Office)?;
        let ward = world.ward(self.ward);
        let attributes = vec![
            ("ward", ward),
            ("facility", Value::new_entity_uid(facility)),
            ("office", Value::new_entity_uid(office)),
            ("live", Value::new_bool(self.live)),
        ];
        world.add(uid(&world.names.watch, self.id), attributes, HashSet::new())
    }
}

impl Describe for AlertFacts {
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String> {
        let facility = world.organization(self.ward, self.facility, Side::Facility)?;
        let office = world.organization(self.ward, self.office, Side::Office)?;
        let ward = world.ward(self.ward);
        let attributes =
            vec![("ward", ward), ("facility", Value::new_entity_uid(facility)), ("office", Value::new_entity_uid(office))];
        world.add(uid(&world.names.alert, self.id), attributes, HashSet::new())
    }
}

impl Describe for OpeningFacts {
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String> {
        let office = world.organization(self.ward, self.office, Side::Office)?;
        let owner = world.organization(self.ward, self.owner, Side::Office)?;
        let ward = world.ward(self.ward);
        let attributes = vec![
            ("ward", ward),
            ("person", Value::new_entity_uid(uid(&world.names.person, self.person))),
            ("office", Value::new_entity_uid(office)),
            ("owner", Value::new_entity_uid(owner)),
        ];
        world.add(uid(&world.names.opening, self.id), attributes, HashSet::new())
    }
}

impl Describe for PersonFacts {
    fn describe(&self, world: &mut World<'_>) -> Result<EntityUid, String> {
        let places = self.places.iter().map(|place| place.describe(world)).collect::<Result<HashSet<_>, _>>()?;
        let ward = world.ward(self.ward);
        let attributes = vec![("ward", ward), ("privileged", Value::new_bool(self.privileged))];
        world.add(uid(&world.names.person, self.id), attributes, places)
    }
}

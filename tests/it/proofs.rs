//! Proofs about the policies, for all requests there can be: each invariant holds, and is seen to fail on policies that break it.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]

use std::{collections::BTreeSet, fs, path::PathBuf, str::FromStr};

use cedar_policy::{Authorizer, Decision, Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env,
    err::Error,
    solver::{LocalSolver, Solver},
};
use tsunagi::gate::{POLICIES, SCHEMA};

/// Every invariant proved below; a file in `policies/invariants` that is not among them fails a test.
const PROVED: [&str; 16] = [
    "administration",
    "client",
    "duties",
    "emergency",
    "facility-actions",
    "facility-alerts",
    "facility-own",
    "office-own",
    "office-sheet",
    "own-rights",
    "people",
    "read-only",
    "roles",
    "step-up",
    "trail",
    "ward",
];

const NO_SOLVER: &str = "the solver does not answer. `./tests/run` installs it and points CVC5 at tests/proofs/cvc5";

#[tokio::test]
async fn nothing_crosses_a_ward() {
    prove("ward", &[without("fence.member-ward"), without("fence.client-ward"), without("fence.duty-ward")]).await;
}

#[tokio::test]
async fn a_facility_never_touches_an_alert() {
    let head = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readAlert", resource is Tsunagi::Alert)
        when { principal.role == "facility_head" && resource.facility == principal.organization };"#;
    prove("facility-alerts", &[with(head)]).await;
}

#[tokio::test]
async fn a_facility_does_its_own_work_only() {
    let request = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readRequest", resource is Tsunagi::Watch)
        when { principal.role == "reporter" && resource.facility == principal.organization && resource.live };"#;
    let list = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"listRequests", resource is Tsunagi::Organization)
        when { principal.role == "facility_head" && resource == principal.organization };"#;
    let calendar = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"editCalendar", resource is Tsunagi::Organization)
        when { principal.role == "reporter" && resource == principal.organization };"#;
    prove("facility-actions", &[with(request), with(list), with(calendar)]).await;
}

#[tokio::test]
async fn a_facility_reads_live_requests_of_its_own_children() {
    let ended = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readReports", resource is Tsunagi::Watch)
        when { principal.role == "reporter" && resource.facility == principal.organization };"#;
    let neighbour = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"correctReport", resource is Tsunagi::Watch)
        when { principal.role == "facility_head" && resource.live };"#;
    let sheet = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readSheet", resource is Tsunagi::Organization)
        when { principal.role == "facility_head" && resource.side == "facility" };"#;
    prove("facility-own", &[with(ended), with(neighbour), with(sheet)]).await;
}

#[tokio::test]
async fn an_office_touches_what_is_its_own_or_below() {
    let request = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readRequest", resource is Tsunagi::Watch)
        when { principal.role == "supervisor" };"#;
    let alert = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"takeAlert", resource is Tsunagi::Alert)
        when { principal.role == "caseworker" };"#;
    // The tree upside down: whoever is below would see what is above.
    let above = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"listAlerts", resource is Tsunagi::Organization)
        when { principal.role == "caseworker" && principal.organization in resource && resource.side == "office" };"#;
    prove("office-own", &[with(request), with(alert), with(above)]).await;
}

#[tokio::test]
async fn an_emergency_is_an_offices_and_its_second_word_another_persons() {
    let admin = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"openEmergency", resource is Tsunagi::Organization)
        when { principal.role == "ward_admin" && resource == principal.organization };"#;
    let facility = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readOpening", resource is Tsunagi::Opening)
        when { principal.role == "facility_head" };"#;
    let judge = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"judgeOpening", resource is Tsunagi::Opening)
        when { principal.role == "supervisor" && resource.office in principal.organization };"#;
    prove("emergency", &[without("emergency.not-oneself"), with(admin), with(facility), with(judge)]).await;
    // Whoever opened it, acting for a third office.
    let elsewhere = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readOpening", resource is Tsunagi::Opening)
        when { principal.role == "caseworker" && resource.person == principal.person };"#;
    prove("office-own", &[with(elsewhere)]).await;
}

#[tokio::test]
async fn only_a_facility_writes_its_reports() {
    let correction = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"correctReport", resource is Tsunagi::Watch)
        when { principal.role == "supervisor" && resource.office in principal.organization };"#;
    prove("office-sheet", &[with(correction)]).await;
}

#[tokio::test]
async fn administration_sees_no_child() {
    let reports = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readReports", resource is Tsunagi::Watch)
        when { principal.role == "auditor" };"#;
    let alert = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readAlert", resource is Tsunagi::Alert)
        when { principal.role == "operator" };"#;
    let sheet = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readSheet", resource is Tsunagi::Organization)
        when { principal.role == "ward_admin" };"#;
    prove("administration", &[with(reports), with(alert), with(sheet)]).await;
}

#[tokio::test]
async fn the_trail_is_read_by_the_auditor_only() {
    let admin = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readTrail", resource is Tsunagi::Organization)
        when { principal.role == "ward_admin" && resource == principal.organization };"#;
    prove("trail", &[with(admin)]).await;
}

#[tokio::test]
async fn nothing_sensitive_goes_without_fresh_verification() {
    prove("step-up", &[without("strength.step-up")]).await;
}

#[tokio::test]
async fn a_recovered_account_changes_nothing() {
    prove("read-only", &[without("strength.read-only")]).await;
}

#[tokio::test]
async fn nobody_gives_themselves_a_right() {
    let others = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"removePasskey", resource is Tsunagi::Person)
        when { principal.role == "ward_admin" && resource in principal.organization };"#;
    prove("own-rights", &[without("account.not-oneself"), with(others)]).await;
}

#[tokio::test]
async fn accounts_are_the_desks_business() {
    let office = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"readPerson", resource is Tsunagi::Person)
        when { principal.role == "supervisor" && resource in principal.organization };"#;
    let elsewhere = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"suspendPerson", resource is Tsunagi::Person)
        when { principal.role == "ward_admin" };"#;
    let admin = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"askRecovery", resource is Tsunagi::Person)
        when { principal.role == "facility_head" && resource in principal.organization };"#;
    prove("people", &[with(office), with(elsewhere), with(admin)]).await;
}

#[tokio::test]
async fn a_schools_system_stays_in_its_school() {
    let neighbour = r#"permit (principal is Tsunagi::Client, action == Tsunagi::Action::"readOwnFacility", resource is Tsunagi::Organization)
        when { resource.side == "facility" };"#;
    let office = r#"permit (principal is Tsunagi::Client, action == Tsunagi::Action::"readOwnFacility", resource is Tsunagi::Organization)
        when { resource == principal.organization };"#;
    let attendance = r#"permit (principal is Tsunagi::Client, action == Tsunagi::Action::"sendAttendance", resource is Tsunagi::Organization)
        when { resource.side == "facility" };"#;
    prove("client", &[with(neighbour), with(office), with(attendance), without("fence.client-ward")]).await;
}

#[tokio::test]
async fn an_unknown_role_is_permitted_nothing() {
    let everybody = r#"permit (principal is Tsunagi::Member, action == Tsunagi::Action::"listOrganizations", resource is Tsunagi::Organization)
        when { resource == principal.organization };"#;
    prove("roles", &[with(everybody)]).await;
}

#[tokio::test]
async fn duties_do_only_what_they_are_for() {
    let entry = r#"permit (principal == Tsunagi::Duty::"entry", action == Tsunagi::Action::"issueDemoLinks", resource is Tsunagi::Organization);"#;
    let clock = r#"permit (principal == Tsunagi::Duty::"clock", action == Tsunagi::Action::"sweepFacility", resource is Tsunagi::Organization);"#;
    let fourth =
        r#"permit (principal is Tsunagi::Duty, action == Tsunagi::Action::"importRequests", resource is Tsunagi::Organization);"#;
    prove("duties", &[with(entry), with(clock), with(fourth)]).await;
}

#[tokio::test]
async fn no_policy_ever_errs() {
    let mut proofs = Proofs::start().await;
    assert_eq!(proofs.erring(&policies()).await, Vec::<String>::new());
    // Valid, and still it errs: the sum does not fit 64 bits. Cedar skips a forbid that errs, and the request is allowed.
    let overflow = r#"@id("overflow") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };"#;
    assert_eq!(proofs.erring(&changed(&policies(), &with(overflow))).await, ["overflow"]);
}

#[tokio::test]
async fn every_policy_and_every_action_serves_somebody() {
    let mut proofs = Proofs::start().await;
    assert_eq!(proofs.dead(&policies()).await, Vec::<String>::new());
    let dead = r#"@id("dead") permit (principal is Tsunagi::Member, action, resource is Tsunagi::Watch) when { resource.live && !resource.live };"#;
    assert_eq!(proofs.dead(&changed(&policies(), &with(dead))).await, ["dead"]);
    let closed = r#"forbid (principal, action == Tsunagi::Action::"readBoard", resource);"#;
    assert_eq!(proofs.dead(&changed(&policies(), &with(closed))).await, [r#"Tsunagi::Action::"readBoard""#]);
}

#[test]
fn every_invariant_is_proved() {
    let files = fs::read_dir(invariants()).expect("policies/invariants can be read");
    let names = files.map(|file| file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned());
    assert_eq!(names.collect::<BTreeSet<_>>(), PROVED.map(str::to_owned).into());
}

/// A way to break the policies: one taken out, or one more.
enum Change {
    Without(&'static str),
    With(&'static str),
}

const fn without(id: &'static str) -> Change {
    Change::Without(id)
}

const fn with(policy: &'static str) -> Change {
    Change::With(policy)
}

/// The hub's policies under their own names.
fn policies() -> PolicySet {
    let text = POLICIES.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
    PolicySet::from_str(&text).expect("the policies parse")
}

fn changed(policies: &PolicySet, change: &Change) -> PolicySet {
    let mut kept: Vec<Policy> = policies.policies().cloned().collect();
    match change {
        Change::Without(id) => {
            let before = kept.len();
            kept.retain(|policy| policy.annotation("id") != Some(*id));
            assert_eq!(kept.len() + 1, before, "there is one policy {id}");
        }
        Change::With(policy) => {
            let more = PolicySet::from_str(policy).expect("the broken policy parses");
            kept.extend(more.policies().map(|policy| policy.new_id("broken".parse().expect("an id"))));
        }
    }
    PolicySet::from_policies(kept).expect("each policy has a name of its own")
}

fn invariants() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies/invariants")
}

fn name(policy: &Policy) -> String {
    policy.annotation("id").map_or_else(|| policy.id().to_string(), str::to_owned)
}

/// Proves that the hub's policies permit nothing the invariant does not, and that the proof fails on each broken set.
async fn prove(name: &str, breaks: &[Change]) {
    assert!(PROVED.contains(&name), "{name} stands in PROVED");
    let text = fs::read_to_string(invariants().join(format!("{name}.cedar"))).expect("the invariant can be read");
    let most = PolicySet::from_str(&text).expect("the invariant parses");
    let mut proofs = Proofs::start().await;
    if let Some((request, world)) = proofs.beyond(&policies(), &most).await {
        let (who, what, on) = (request.principal(), request.action(), request.resource());
        panic!("{name} does not hold: {who} {what} on {on}:\n{world}");
    }
    assert!(!breaks.is_empty(), "{name} has been seen to fail");
    for (number, change) in breaks.iter().enumerate() {
        let broken = changed(&policies(), change);
        let Some((_, world)) = proofs.beyond(&broken, &most).await else {
            panic!("{name} holds even for broken set {number}: the proof proves nothing");
        };
        // What the solver found is asked of Cedar itself.
        let ask = |policies| Authorizer::new().is_authorized(&world.request, policies, &world.entities).decision();
        assert_eq!((ask(&broken), ask(&most)), (Decision::Allow, Decision::Deny), "{name}, broken set {number}:\n{world}");
    }
}

/// A solver at work on the hub's schema.
struct Proofs {
    compiler: CedarSymCompiler<LocalSolver>,
    schema: Schema,
}

impl Proofs {
    async fn start() -> Self {
        let mut solver = LocalSolver::cvc5().expect(NO_SOLVER);
        solver.check_sat().await.expect(NO_SOLVER);
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).expect("the schema parses");
        Self { compiler: CedarSymCompiler::new(solver).expect(NO_SOLVER), schema }
    }

    /// Every kind of request: principal type, action, resource type.
    fn requests(&self) -> Vec<RequestEnv> {
        self.schema.request_envs().collect()
    }

    fn compiled(&self, policies: &PolicySet, request: &RequestEnv) -> CompiledPolicySet {
        CompiledPolicySet::compile(policies, request, &self.schema).expect("the policies hold against the schema")
    }

    /// A request the policies permit and `most` does not, with the world in which they do.
    async fn beyond(&mut self, policies: &PolicySet, most: &PolicySet) -> Option<(RequestEnv, Env)> {
        for request in self.requests() {
            let (policies, most) = (self.compiled(policies, &request), self.compiled(most, &request));
            let found = self.compiler.check_implies_with_counterexample_opt(&policies, &most).await;
            if let Some(world) = answered(found) {
                return Some((request, world));
            }
        }
        None
    }

    /// The policies that err for some request.
    async fn erring(&mut self, policies: &PolicySet) -> Vec<String> {
        let mut found = BTreeSet::new();
        for request in self.requests() {
            for policy in policies.policies() {
                let compiled = CompiledPolicy::compile(policy, &request, &self.schema).expect("the policy is valid");
                if !answered(self.compiler.check_never_errors_opt(&compiled).await) {
                    found.insert(name(policy));
                }
            }
        }
        found.into_iter().collect()
    }

    /// The policies that match no request at all, and the actions nobody is ever permitted.
    async fn dead(&mut self, policies: &PolicySet) -> Vec<String> {
        let mut dead: BTreeSet<_> = policies.policies().map(name).collect();
        let mut closed: BTreeSet<_> = self.requests().iter().map(|request| request.action().to_string()).collect();
        for request in self.requests() {
            for policy in policies.policies() {
                let compiled = CompiledPolicy::compile(policy, &request, &self.schema).expect("the policy is valid");
                if dead.contains(&name(policy)) && !answered(self.compiler.check_never_matches_opt(&compiled).await) {
                    dead.remove(&name(policy));
                }
            }
            let all = self.compiled(policies, &request);
            if !answered(self.compiler.check_always_denies_opt(&all).await) {
                closed.remove(&request.action().to_string());
            }
        }
        dead.into_iter().chain(closed).collect()
    }
}

fn answered<T>(answer: Result<T, Error>) -> T {
    answer.expect("the solver answers within its time")
}

//! The fence: role, ward and organizations of a transaction, set in the round trip that begins it.

use std::fmt::Write;

use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::gate::{Actor, DutyKind, Side};

/// The statement that begins a transaction inside the actor's fence.
///
/// The only text put together at run time: role names from this file, uuids and a date, none of which can hold a quote.
pub(super) fn begin(actor: &Actor, today: Date, mode: &str) -> AssertSqlSafe<String> {
    let role = match actor {
        Actor::Member(member) => match member.role().side() {
            Side::Facility => "tsunagi_facility",
            Side::Office => "tsunagi_office",
            Side::Administration => "tsunagi_admin",
        },
        Actor::Client(_) => "tsunagi_client",
        Actor::Duty(duty) => match duty.kind() {
            DutyKind::Entry => "tsunagi_entry",
            DutyKind::Clock | DutyKind::CommandLine => "tsunagi_system",
        },
    };
    let mut sql = format!(
        "BEGIN{mode}; SET LOCAL ROLE {role}; SET LOCAL tsunagi.ward = '{}'; SET LOCAL tsunagi.today = '{today}'",
        actor.ward()
    );
    if let Some(person) = actor.person() {
        let _ = write!(sql, "; SET LOCAL tsunagi.person = '{person}'");
    }
    if let Some(organization) = actor.organization() {
        let _ = write!(sql, "; SET LOCAL tsunagi.organization = '{organization}'");
    }
    if let Some(token) = actor.token() {
        let _ = write!(sql, "; SET LOCAL tsunagi.client = '{token}'");
    }
    if !actor.organizations().is_empty() {
        let ids = actor.organizations().iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let _ = write!(sql, "; SET LOCAL tsunagi.organizations = '{{{ids}}}'");
    }
    AssertSqlSafe(sql)
}

/// Begins where nobody is known yet: no ward, the entry role.
pub(super) const NOBODY: &str = "BEGIN; SET LOCAL ROLE tsunagi_entry";
/// The same, for counting how often something was tried.
pub(super) const COUNTING: &str = "BEGIN; SET LOCAL ROLE tsunagi_entry; SET LOCAL synchronous_commit = off";
/// Begins where all wards are walked through: no ward, the system role.
pub(super) const ALL_WARDS: &str = "BEGIN READ ONLY; SET LOCAL ROLE tsunagi_system";
/// Begins where all wards are tidied up: no ward, the system role, and nothing but the duty functions to write with.
pub(super) const UPKEEP: &str = "BEGIN; SET LOCAL ROLE tsunagi_system";

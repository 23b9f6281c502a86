//! The operator's way out when a ward has too few admins left: a code for one of them, by a written form.

use jiff::Timestamp;

use crate::{
    domain::{
        clock::Clock,
        ids::{Id, Recovery},
        mail::Mail,
        recovery::{self, Standing, Voice},
    },
    gate::{Actor, Denied, Duty, Gate, actions},
    store::{
        self, Db, mails, organizations,
        recoveries::{self, Admin},
        wards,
    },
    web::Secret,
};

/// What the operator typed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The ward's code.
    pub ward: &'a str,
    /// 職員番号, or the whole name.
    pub person: &'a str,
    /// Number of the written form.
    pub form: &'a str,
}

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no ward with the code {0}")]
    Ward(String),
    #[error("--form: give the number on the written form: 1 to 20 letters, digits and hyphens")]
    Form,
    #[error("--form: a recovery was made by the form {0} already")]
    FormUsed(String),
    #[error("--person: nobody who administers this ward has this staff code or name")]
    Person,
    #[error("--person: several people who administer this ward have this name; give the staff code")]
    SeveralPeople,
    #[error("there is another admin: they ask for the recovery on the page 職員 first, then this command is the second word")]
    AskFirst,
    #[error("there are {0} other admins: two of them recover this account on the page 復旧, without this command")]
    Enough(usize),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Database(#[from] store::Error),
}

/// The code, to be read out in person, and when it works.
#[derive(Debug)]
pub struct Made {
    pub recovery: Id<Recovery>,
    pub person: String,
    pub code: Secret,
    pub opens_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Approves the recovery of a ward's last admin, or is the second word beside the only other one.
///
/// # Errors
/// When there are enough admins to do it themselves, or something typed fits nobody; then nothing was changed.
pub async fn recover_admin(db: &Db, gate: &Gate, clock: &Clock, wanted: &Wanted<'_>) -> Result<Made, Refused> {
    let is_number = (1..=20).contains(&wanted.form.len()) && wanted.form.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_number {
        return Err(Refused::Form);
    }
    let unknown = || Refused::Ward(wanted.ward.to_owned());
    let ward = wards::by_code(db, wanted.ward).await?.ok_or_else(unknown)?;
    let actor = Actor::from(Duty::command_line(ward.id));
    let mut tx = db.tx(&actor, clock.now()).await?;
    let root = organizations::root(&mut tx, &actor).await?.ok_or_else(unknown)?;
    let permit = gate.permit::<actions::RecoverAdmin>(&actor, &root)?;
    let admins = recoveries::admins(&mut tx, &permit).await?;
    let person = pick(&admins, wanted.person)?;
    match admins.len() - 1 {
        0 => {}
        1 if recoveries::stands_asked(&mut tx, &permit, person.id).await? => {}
        1 => return Err(Refused::AskFirst),
        others => return Err(Refused::Enough(others)),
    }
    let code = Secret::code();
    let opens_at = Standing { only_reports: false, privileged: true, has_head: false }.opens_at(tx.now());
    let expires_at = recovery::expires_at(opens_at);
    let made = recoveries::operate(&mut tx, &permit, person.id, wanted.form, &code.hash(), (opens_at, expires_at)).await;
    let id = made.map_err(|error| used(error, wanted.form))?;
    mails::put(&mut tx, &permit, person.id, &Mail::RecoveryApproved, recovery::LIFE).await?;
    let deed = permit.deed().with("recovery", id).with("person", person.id).with("form", wanted.form).with("as", Voice::Operator);
    tx.commit(deed).await?;
    Ok(Made { recovery: id, person: person.name.clone(), code, opens_at, expires_at })
}

/// A number that is taken is the operator's to mend, anything else is not.
fn used(error: store::Error, form: &str) -> Refused {
    match &error {
        store::Error::Database(told) if told.constraint() == Some("recoveries_form") => Refused::FormUsed(form.to_owned()),
        _ => Refused::Database(error),
    }
}

/// The admin with this staff code, or else with this name, however its parts are spaced.
fn pick<'a>(admins: &'a [Admin], typed: &str) -> Result<&'a Admin, Refused> {
    let plain = |name: &str| name.split_whitespace().collect::<String>();
    let by_code = |admin: &&Admin| !admin.staff_code.is_empty() && admin.staff_code == typed.trim();
    if let Some(found) = admins.iter().find(by_code) {
        return Ok(found);
    }
    let mut named = admins.iter().filter(|admin| plain(&admin.name) == plain(typed));
    match (named.next(), named.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(Refused::SeveralPeople),
        (None, _) => Err(Refused::Person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admin(name: &str, staff_code: &str) -> Admin {
        Admin { id: Id::random(), name: name.to_owned(), staff_code: staff_code.to_owned() }
    }

    #[test]
    fn an_admin_is_found_by_staff_code_or_by_the_whole_name() {
        let admins = [admin("架空　一郎", "1001"), admin("架空　花子", ""), admin("架空 花子", "1003")];
        assert_eq!(pick(&admins, "1001").unwrap().name, "架空　一郎");
        assert_eq!(pick(&admins, "架空一郎").unwrap().staff_code, "1001");
        assert_eq!(pick(&admins, " 1003 ").unwrap().staff_code, "1003");
        assert!(matches!(pick(&admins, "架空 花子"), Err(Refused::SeveralPeople)));
        assert!(matches!(pick(&admins, ""), Err(Refused::Person)));
        assert!(matches!(pick(&admins, "架空"), Err(Refused::Person)));
    }
}

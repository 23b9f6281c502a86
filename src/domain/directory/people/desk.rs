//! What earlier rows of the file said: a row becomes an entry of the plan, or is refused.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    columns::PersonField as Field,
    folk::{Folk, KnownPerson, PersonDetails, Subject, Who, another, renamed},
    leaving::Leaving,
    plan::PersonEntry,
    row::{Asks, PersonRow},
    weigh::{self, Holding, MembershipStep},
};
use crate::domain::{
    directory::{
        change::{Change, Value},
        reason::{Reason, Remark},
    },
    ids::{Id, Membership, Organization, Person},
    membership::{Held, Term},
    role::Role,
};

/// What rows said of a person so far.
struct Said {
    line: u32,
    name: String,
    kana: Option<String>,
    mail: Option<String>,
    /// As the person would be after these rows.
    details: PersonDetails,
}

/// A role somebody holds somewhere.
type Duty = (Who, Id<Organization>, Role);

pub(super) struct Desk<'k> {
    folk: Folk<'k>,
    today: Date,
    said: HashMap<Who, Said>,
    /// What rows ask to be held, by person, organization and role.
    asked: HashMap<Duty, Vec<(u32, Term)>>,
    /// The rows that keep, change or end a membership.
    settled: HashMap<Id<Membership>, u32>,
    retired: HashMap<Id<Person>, (u32, Date)>,
    organizations: HashSet<Id<Organization>>,
    touched: HashSet<(Id<Person>, Id<Organization>)>,
}

impl<'k> Desk<'k> {
    pub(super) fn new(people: &'k [KnownPerson], today: Date) -> Self {
        Self {
            folk: Folk::new(people),
            today,
            said: HashMap::new(),
            asked: HashMap::new(),
            settled: HashMap::new(),
            retired: HashMap::new(),
            organizations: HashSet::new(),
            touched: HashSet::new(),
        }
    }

    /// What would become of a row.
    pub(super) fn draft(&mut self, row: &PersonRow<'_>) -> Result<PersonEntry, (Field, Reason)> {
        self.organizations.insert(row.organization.id);
        let subject = self.folk.find(row)?;
        if let Some(Subject::Known(known)) = subject {
            self.touched.insert((known.id, row.organization.id));
        }
        match row.asks {
            Asks::Hold { role, from, until } => self.holds(row, subject, role, (from, until)),
            Asks::Go { leaving, on, role } => match subject {
                Some(Subject::Known(known)) => self.goes(row, known, role, (leaving, on)),
                _ => Err((Field::Name, Reason::LeaverUnknown)),
            },
        }
    }

    fn holds(
        &mut self,
        row: &PersonRow<'_>,
        subject: Option<Subject<'k>>,
        role: Role,
        days: (Date, Option<Date>),
    ) -> Result<PersonEntry, (Field, Reason)> {
        let known = match subject {
            Some(Subject::Known(known)) => Some(known),
            _ => None,
        };
        // Later rows speak of somebody new by the line of the first.
        let who = subject.map_or(Who::Row(row.line), Subject::who);
        self.agrees(row, who)?;
        let Holding { step, existing } = weigh::hold(known, (row.organization.id, role), days, self.today)?;
        self.first_time(row, who, role, days)?;
        self.settles(existing.map(|held| held.id), row.line)?;

        let mut remarks = row.remarks.clone();
        if existing.is_some_and(|held| held.suspended) {
            remarks.push(Remark::StaysSuspended);
        }
        if known.is_some_and(|known| another(&known.details.name, &row.name)) {
            remarks.push(Remark::OtherName);
        }
        let (details, changes) = self.says(row, who, known);
        if subject.is_none() {
            self.folk.add(row);
        }
        let who = if subject.is_none() { Who::New } else { who };
        let steps: Vec<MembershipStep> = step.into_iter().collect();
        let second_person = steps.iter().any(MembershipStep::needs_second_person);
        let organization = row.organization.id;
        Ok(PersonEntry {
            line: row.line,
            who,
            organization,
            details,
            changes,
            steps,
            leaving: None,
            leaves: None,
            second_person,
            remarks,
        })
    }

    fn goes(
        &mut self,
        row: &PersonRow<'_>,
        known: &KnownPerson,
        role: Option<Role>,
        (leaving, on): (Leaving, Date),
    ) -> Result<PersonEntry, (Field, Reason)> {
        let organization = row.organization.id;
        let steps = weigh::go(known, (organization, role), (leaving, on))?;
        self.settles(steps.iter().filter_map(MembershipStep::membership), row.line)?;
        if leaving == Leaving::Retirement {
            if let Some((line, _)) = self.retired.get(&known.id) {
                return Err((Field::Leaving, Reason::Duplicate { line: *line }));
            }
            self.retired.insert(known.id, (row.line, on));
            self.touched.extend(known.memberships.iter().map(|held| (known.id, held.organization)));
        }
        let mut remarks = row.remarks.clone();
        if another(&known.details.name, &row.name) {
            remarks.push(Remark::OtherName);
        }
        Ok(PersonEntry {
            line: row.line,
            who: Who::Known(known.id),
            organization,
            details: known.details.clone(),
            changes: Vec::new(),
            second_person: steps.iter().any(MembershipStep::needs_second_person),
            steps,
            leaving: Some(leaving),
            leaves: (leaving == Leaving::Retirement && !known.left).then_some(on),
            remarks,
        })
    }

    /// Refuses a row that says of a person other things than an earlier one.
    fn agrees(&self, row: &PersonRow<'_>, who: Who) -> Result<(), (Field, Reason)> {
        let Some(said) = self.said.get(&who) else { return Ok(()) };
        let differ = |said: &Option<String>, now: Option<&str>| matches!((said, now), (Some(said), Some(now)) if said != now);
        let field = if another(&said.name, &row.name) {
            Field::Name
        } else if differ(&said.kana, row.kana.as_deref()) {
            Field::Kana
        } else if differ(&said.mail, row.mail.as_deref()) {
            Field::Mail
        } else {
            return Ok(());
        };
        Err((field, Reason::DiffersFromRow { line: said.line }))
    }

    /// Refuses the role and days that an earlier row asked for.
    fn first_time(
        &mut self,
        row: &PersonRow<'_>,
        who: Who,
        role: Role,
        (from, until): (Date, Option<Date>),
    ) -> Result<(), (Field, Reason)> {
        let term = Term::new(from, until).map_err(|refusal| (Field::Until, refusal.into()))?;
        let asked = self.asked.entry((who, row.organization.id, role)).or_default();
        if let Some((line, _)) = asked.iter().find(|(_, earlier)| earlier.overlaps(term)) {
            return Err((Field::Name, Reason::Duplicate { line: *line }));
        }
        asked.push((row.line, term));
        Ok(())
    }

    /// Refuses a second word on one membership: a row that ends what another keeps.
    fn settles(&mut self, memberships: impl IntoIterator<Item = Id<Membership>>, line: u32) -> Result<(), (Field, Reason)> {
        let ids: Vec<Id<Membership>> = memberships.into_iter().collect();
        if let Some(line) = ids.iter().find_map(|id| self.settled.get(id)) {
            return Err((Field::Name, Reason::DiffersFromRow { line: *line }));
        }
        self.settled.extend(ids.into_iter().map(|id| (id, line)));
        Ok(())
    }

    /// The person after this row, and what changes by it alone.
    fn says(&mut self, row: &PersonRow<'_>, who: Who, known: Option<&KnownPerson>) -> (PersonDetails, Vec<Change<Field>>) {
        let said = self.said.remove(&who);
        let before = said.as_ref().map(|said| said.details.clone()).or_else(|| known.map(|known| known.details.clone()));
        let mut after = before.clone().unwrap_or_default();
        // Of two spellings of one name in a file the first one stands: else the name would change with every file.
        if said.is_none() && renamed(&after.name, &row.name) {
            after.name = row.name.to_string();
        }
        let fields = [
            (&mut after.kana, row.kana.as_deref()),
            (&mut after.staff_code, row.staff_code.as_deref()),
            (&mut after.mail, row.mail.as_deref()),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                value.clone_into(field);
            }
        }
        let changes = before.filter(|_| known.is_some()).map_or_else(Vec::new, |before| changes(&before, &after));
        let kept = |now: Option<&str>, said: Option<String>| now.map(str::to_owned).or(said);
        let (line, kana, mail) = said.map_or((row.line, None, None), |said| (said.line, said.kana, said.mail));
        self.said.insert(
            who,
            Said {
                line,
                name: row.name.to_string(),
                kana: kept(row.kana.as_deref(), kana),
                mail: kept(row.mail.as_deref(), mail),
                details: after.clone(),
            },
        );
        (after, changes)
    }

    /// The row by which somebody retires who would hold something after that by this one.
    pub(super) fn leaves_by_another(&self, entry: &PersonEntry) -> Option<u32> {
        let Who::Known(person) = entry.who else { return None };
        let (line, on) = self.retired.get(&person).filter(|(line, _)| *line != entry.line)?;
        let longer = |step: &MembershipStep| step.term().until().is_none_or(|until| until > *on);
        entry.steps.iter().any(longer).then_some(*line)
    }

    /// Gives the row that adds somebody what later rows said of them.
    pub(super) fn complete(&self, entry: &mut PersonEntry) {
        if entry.who == Who::New
            && let Some(said) = self.said.get(&Who::Row(entry.line))
        {
            entry.details.clone_from(&said.details);
        }
    }

    /// Whether the file lists the membership's organization and says nothing of the person there.
    pub(super) fn is_untouched(&self, held: &Held) -> bool {
        self.organizations.contains(&held.organization) && !self.touched.contains(&(held.person, held.organization))
    }
}

fn changes(before: &PersonDetails, after: &PersonDetails) -> Vec<Change<Field>> {
    let pairs = [
        (Field::Name, &before.name, &after.name),
        (Field::Kana, &before.kana, &after.kana),
        (Field::StaffCode, &before.staff_code, &after.staff_code),
        (Field::Mail, &before.mail, &after.mail),
    ];
    let change = |(field, old, new): (Field, &String, &String)| Change {
        field,
        old: Value::from(old.as_str()),
        new: Value::from(new.as_str()),
    };
    pairs.into_iter().filter(|(_, old, new)| old != new).map(change).collect()
}

//! The rows of a [`World`], written as the owner of the tables: tests may say SQL, the hub's rooms may not.

use std::fmt::Write;

use jiff::civil::date;
use tsunagi::{
    domain::{
        attendance::{Contact, Reason, Status},
        name::search_key,
        rule::{Finding, RuleCode, Severity, default_rules},
        streak::{DayLookedAt, Effect, Was},
    },
    gate::{Role, Side},
};

use super::{
    NOW,
    world::{Place, Staff, World},
};

/// The calendars: code, name, ISO weekdays, open on holidays.
const TEMPLATES: [(&str, &str, &str, bool); 2] =
    [("every_day", "年中無休", "{1,2,3,4,5,6,7}", true), ("school", "市立学校", "{1,2,3,4,5}", false)];

impl World {
    /// The statements that make this world.
    pub(crate) fn sql(&self) -> String {
        let mut sql = String::new();
        let (ward, name) = (self.ward, &self.name);
        let code = format!("99{:03}", self.number);
        let line = format!(
            "INSERT INTO hub.wards (id, code, name, help_phone, help_hours, created_at)
             VALUES ('{ward}', '{code}', '{name}', '00-0000-000{}', '平日 8:30〜17:15', '{NOW}');\n",
            self.number
        );
        sql.push_str(&line);
        for place in self.places() {
            self.place(&mut sql, place);
        }
        self.double(&mut sql);
        self.calendars(&mut sql);
        self.rules(&mut sql);
        self.requests(&mut sql);
        self.directory_import(&mut sql);
        self.attendance_import(&mut sql);
        self.back_test(&mut sql);
        self.reports(&mut sql);
        self.urgent_row(&mut sql);
        self.alert_rows(&mut sql);
        self.opening_row(&mut sql);
        self.token_row(&mut sql);
        sql
    }

    fn place(&self, sql: &mut String, place: &Place) {
        let (ward, id, kind, name) = (self.ward, place.id, place.kind.code(), &place.name);
        let parent = place.parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
        let template = match (place.side(), place.id == self.nursery.id) {
            (Side::Facility, true) => "every_day",
            (Side::Facility, false) => "school",
            _ => "",
        };
        let _ = writeln!(
            sql,
            "INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, district, calendar_template, opened_on)
             VALUES ('{ward}', '{id}', {parent}, '{kind}', '{name}', '中央', '{template}', '2020-04-01');"
        );
        if place.side() == Side::Facility {
            let _ =
                writeln!(sql, "INSERT INTO hub.council_ties (ward_id, organization_id, tie) VALUES ('{ward}', '{id}', 'public');");
        }
        for staff in &place.people {
            self.staff(sql, staff);
            self.membership(sql, staff, place, staff.membership.to_string());
            self.session(sql, staff, Some(staff.membership.to_string()));
        }
    }

    fn staff(&self, sql: &mut String, staff: &Staff) {
        let (ward, id, name) = (self.ward, staff.person, &staff.name);
        let _ = writeln!(
            sql,
            "INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{ward}', '{id}', '{name}', 'active', '{NOW}');"
        );
    }

    fn membership(&self, sql: &mut String, staff: &Staff, place: &Place, id: impl std::fmt::Display) {
        let role = place.people.iter().map(|one| one.role).find(|role| *role == staff.role).unwrap_or(place.people[0].role);
        let (ward, person, organization) = (self.ward, staff.person, place.id);
        let _ = writeln!(
            sql,
            "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
             VALUES ('{ward}', '{id}', '{person}', '{organization}', '{}', '2026-04-01');",
            role.code()
        );
    }

    fn session(&self, sql: &mut String, staff: &Staff, membership: Option<String>) {
        let (ward, id, token, person) = (self.ward, staff.session, &staff.token, staff.person);
        let membership = membership.map_or_else(|| "NULL".to_owned(), |id| format!("'{id}'"));
        let _ = writeln!(
            sql,
            "INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             VALUES ('{ward}', '{id}', sha256('{token}'), '{person}', {membership}, '{NOW}', '{NOW}', '{NOW}');"
        );
    }

    /// Two memberships, none chosen.
    fn double(&self, sql: &mut String) {
        self.staff(sql, &self.double);
        self.membership(sql, &self.double, &self.nursery, self.double.membership);
        self.membership(sql, &self.double, &self.centre, self.double.session);
        self.session(sql, &self.double, None);
    }

    fn calendars(&self, sql: &mut String) {
        let (ward, nursery, closed) = (self.ward, self.nursery.id, self.closed);
        for (code, name, weekdays, on_holidays) in TEMPLATES {
            let _ = writeln!(
                sql,
                "INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays)
                 VALUES ('{ward}', '{code}', '{name}', '{weekdays}', {on_holidays});"
            );
        }
        let _ = writeln!(
            sql,
            "INSERT INTO watch.template_days (ward_id, template, from_on, until_on, is_open, label)
             VALUES ('{ward}', 'school', '2026-07-21', '2026-08-31', false, '夏季休業');
             INSERT INTO watch.holidays (ward_id, day, name)
             VALUES ('{ward}', '2026-11-03', '文化の日'), ('{ward}', '{}', '勤労感謝の日');
             INSERT INTO watch.calendar_days (ward_id, id, facility_id, from_on, until_on, is_open, label, entered_at)
             VALUES ('{ward}', '{closed}', '{nursery}', '2027-05-06', '2027-05-06', false, '園内研修', '{NOW}');",
            Self::HOLIDAY
        );
    }

    fn rules(&self, sql: &mut String) {
        for rule in default_rules() {
            let _ = writeln!(
                sql,
                "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, from_at)
                 VALUES ('{}', '{}', {}, {}, {}, {}, {}, '{}', '{}', {}, {}, '2026-04-01T00:00:00Z');",
                self.ward,
                rule.code.code(),
                rule.version,
                rule.threshold,
                rule.threshold_strict,
                rule.second,
                rule.third,
                rule.severity.code(),
                rule.route.code(),
                rule.enabled,
                rule.visit_breaks
            );
        }
    }

    fn requests(&self, sql: &mut String) {
        let ward = self.ward;
        for watch in &self.watches {
            let until = if watch.live { "NULL" } else { "'2026-10-31'" };
            let (id, child, facility, office) = (watch.id, watch.child, watch.facility, watch.office);
            let (name, kana, key, grade) = (&watch.name, &watch.kana, search_key(&watch.name), watch.grade);
            let _ = writeln!(
                sql,
                "INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
                 VALUES ('{ward}', '{id}', '{child}', '{facility}', '{name}', '{kana}', '{key}', '{grade}', '1組', '2026-04-01', {until});
                 INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
                 VALUES ('{ward}', '{id}', '{office}', 'guideline_registered', '2026-04-01T00:00:00Z');"
            );
        }
        for import in &self.imports {
            let (id, office) = (import.id, import.office);
            let by = self.places().into_iter().find(|place| place.id == office).map(|place| place.people[0].person);
            let by = by.unwrap_or(self.double.person);
            let _ = writeln!(
                sql,
                "INSERT INTO desk.roster_imports (ward_id, id, office_id, file_name, file, mapping, state, uploaded_by, uploaded_at)
                 VALUES ('{ward}', '{id}', '{office}', '名簿.csv', convert_to(E'氏名,施設名,学年\\n架空 花子,みほん保育園,4歳児\\n', 'UTF8'),
                         '{{\"encoding\":\"utf8\",\"mapping\":{{\"header_row\":1,\"columns\":[\"name\",\"facility\",\"grade\"],\"default_ground\":null}}}}', 'uploaded', '{by}', '{NOW}');"
            );
        }
    }

    fn directory_import(&self, sql: &mut String) {
        let (ward, id, by, nursery) = (self.ward, self.directory_import, self.root.people[0].person, &self.nursery.name);
        let _ = writeln!(
            sql,
            "INSERT INTO hub.directory_imports (ward_id, id, file_name, file, reading, state, uploaded_by, uploaded_at)
             VALUES ('{ward}', '{id}', '職員.csv', convert_to(E'氏名,所属,役割,開始日\\n新任 太郎,{nursery},報告担当,2027-04-01\\n', 'UTF8'),
                     '{{\"encoding\":\"utf8\",\"columns\":{{\"what\":\"people\",\"mapping\":{{\"header_row\":1,\"columns\":[\"name\",\"organization\",\"role\",\"from\"]}},\"defaults\":{{\"role\":null,\"from\":null}}}}}}', 'uploaded', '{by}', '{NOW}');"
        );
    }

    fn back_test(&self, sql: &mut String) {
        let (ward, id, by) = (self.ward, self.back_test, self.root.people[0].person);
        let _ = writeln!(
            sql,
            "INSERT INTO desk.back_tests (ward_id, id, code, base, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, why
                 , from_on, until_on, state, total, asked_by, asked_at, ended_at)
             VALUES ('{ward}', '{id}', 'A3', 1, 9, 9, 0, 0, 'caution', true, false, '', '2025-11-02', '2026-11-01', 'done', 0, '{by}', '{NOW}', '{NOW}');"
        );
    }

    /// One cell of a child of the centre, present on a day with no report yet.
    fn attendance_import(&self, sql: &mut String) {
        let (ward, id, facility, by) = (self.ward, self.attendance_import, self.nursery.id, self.nursery.people[0].person);
        let child = self.watch(&self.centre, &self.nursery).id;
        let _ = writeln!(
            sql,
            "INSERT INTO watch.attendance_imports (ward_id, id, facility_id, month, cells, marks, others, unclear, state, uploaded_by, uploaded_at)
             VALUES ('{ward}', '{id}', '{facility}', '2026-11-01', '[{{\"watch\":\"{child}\",\"day\":\"2026-11-18\",\"mark\":\"〇\"}}]',
                     '[{{\"mark\":\"〇\",\"status\":\"P\",\"contact\":\"\",\"reason\":\"\"}}]', 0, 0, 'uploaded', '{by}', '{NOW}');"
        );
    }

    /// The nursery's sheet of the day before: all its children in force, absent without contact.
    fn reports(&self, sql: &mut String) {
        let (ward, facility, day) = (self.ward, self.nursery.id, Self::REPORTED);
        let (sheet, by, at) = (self.sheet, self.nursery.people[0].person, "2026-11-19T00:10:00Z");
        let reported: Vec<_> = self.watches.iter().filter(|watch| watch.reported).collect();
        let _ = writeln!(
            sql,
            "INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
             VALUES ('{ward}', '{sheet}', '{facility}', '{day}', '{sheet}', '{by}', '{at}', false, {});",
            reported.len()
        );
        let mark = r#"{"status": "A", "contact": "none", "reason": "unknown"}"#;
        for watch in reported {
            let (id, child) = (watch.id, watch.child);
            let _ = writeln!(
                sql,
                "INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
                 VALUES ('{ward}', '{id}', '{day}', 1, '{sheet}', '{facility}', '{child}', '{mark}', '{by}', '{at}');
                 INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
                 VALUES ('{ward}', '{child}', '{day}', '{id}', '{facility}', 1, 'A', false, false, '{mark}');"
            );
        }
    }

    /// The nursery's urgent report of the day before: a worry without a sign, and the alert it raised long closed.
    fn urgent_row(&self, sql: &mut String) {
        let (ward, id, facility, day) = (self.ward, self.sheet, self.nursery.id, Self::REPORTED);
        let (watch, by) = (self.watch(&self.centre, &self.nursery), self.nursery.people[0].person);
        let _ = writeln!(
            sql,
            "INSERT INTO watch.urgent_reports (ward_id, id, watch_id, child_id, facility_id, day, idempotency_key, triggers, happened, place
                 , witness, facts, child_now, contact_person, contact_phone, contact_until, called, reported_by, reported_at, salt)
             VALUES ('{ward}', '{id}', '{}', '{}', '{facility}', '{day}', '{id}', '{{other_change}}', '朝', '玄関', '園長', '保護者の様子', 'here'
                 , '園長', '03-1234-5678', '18時', '{{}}', '{by}', '2026-11-19T00:20:00Z', '{id}');",
            watch.id, watch.child
        );
    }

    /// Somebody of 児相 looked at a child of the centre the evening before; the centre has judged it.
    fn opening_row(&self, sql: &mut String) {
        let (ward, opening) = (self.ward, self.opening);
        let (id, person, office, owner) = (opening.id, opening.person, opening.office, opening.owner);
        let (membership, judge) = (self.guidance.staff(Role::Caseworker).membership, self.centre.staff(Role::Supervisor).person);
        let watch = self.watch(&self.centre, &self.nursery).id;
        let _ = writeln!(
            sql,
            "INSERT INTO desk.openings (ward_id, id, person_id, membership_id, office_id, reason, words, asked_at, outcome, watch_id, owner_id, until_at
                 , judged_by, judged_at, judgement)
             VALUES ('{ward}', '{id}', '{person}', '{membership}', '{office}', 'inquiry', '警察署から照会があった', '2026-11-19T12:00:00Z', 'opened'
                 , '{watch}', '{owner}', '2026-11-19T13:00:00Z', '{judge}', '2026-11-19T23:00:00Z', 'proper');"
        );
    }

    fn token_row(&self, sql: &mut String) {
        let (ward, id, facility, by) = (self.ward, self.token, self.nursery.id, self.root.staff(Role::WardAdmin).person);
        let token = self.api_token();
        let _ = writeln!(
            sql,
            "INSERT INTO hub.api_tokens (ward_id, id, organization_id, name, token_hash, created_by, created_at, expires_at)
             VALUES ('{ward}', '{id}', '{facility}', '登降園システム', sha256('{}'), '{by}', '2026-06-01T00:00:00Z', '2027-05-31T15:00:00Z');",
            token.text()
        );
    }

    fn alert_rows(&self, sql: &mut String) {
        let (ward, day, at, due) = (self.ward, Self::REPORTED, "2026-11-19T00:10:00Z", "2026-11-20T08:15:00Z");
        let finding = serde_json::to_string(&finding()).expect("a finding is JSON");
        for alert in &self.alerts {
            let (id, watch, facility, office) = (alert.id, alert.watch, alert.facility, alert.office);
            let _ = writeln!(
                sql,
                "INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
                 VALUES ('{ward}', '{id}', '{watch}', '{facility}', '{office}', 'A1', 'caution', 1, 1, '{day}', 'met', 'open', '{at}', '{due}', 1);
                 INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding) VALUES ('{ward}', '{id}', 1, '{at}', '{finding}');
                 INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity) VALUES ('{ward}', '{at}', '{office}', '{id}', 'raised', 'caution');"
            );
        }
    }
}

/// Why the alerts of a world fired: absent without contact that day.
fn finding() -> Finding {
    let day = date(2026, 11, 19);
    let looked_at = DayLookedAt {
        day,
        was: Was::Reported(Status::Absent),
        effect: Effect::Counts,
        contact: Some(Contact::None),
        reason: Some(Reason::Unknown),
        signs: Vec::new(),
        met: false,
    };
    Finding {
        rule: RuleCode::A1,
        version: 1,
        severity: Severity::Caution,
        count: 1,
        threshold: 1,
        as_of: day,
        began: day,
        days: vec![looked_at],
        older_days: 0,
    }
}

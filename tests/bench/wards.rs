//! The wards that mornings and nights are measured in: facilities of thirty children, all of whom have the same caseworker.

use crate::ground::{WARD, id, of};

/// Children of one facility.
pub(crate) const CLASS: usize = 30;

/// A ward of so many children, whose rows have the numbers from `base` on.
pub(crate) struct Ward {
    pub(crate) base: usize,
    pub(crate) children: usize,
}

impl Ward {
    pub(crate) fn id(&self) -> String {
        id(0x21, self.base)
    }

    pub(crate) fn facilities(&self) -> usize {
        self.children.div_ceil(CLASS)
    }

    /// An SQL expression for the id of the facility `f`.
    pub(crate) fn place(&self) -> String {
        of(0x23, &format!("{} + f", self.base))
    }

    /// SQL expressions for the ids of the child `n`: its watch, its own, its facility.
    pub(crate) fn of_child(&self) -> (String, String, String) {
        let base = self.base;
        (of(0x26, &format!("{base} + n")), of(0x27, &format!("{base} + n")), of(0x23, &format!("{base} + n / {CLASS}")))
    }

    pub(crate) fn office(&self) -> String {
        id(0x22, self.base)
    }

    /// The statements that make it, with the rules of the ward of the sheets; nothing is reported yet.
    pub(crate) fn script(&self, code: &str, name: &str, today: &str) -> String {
        let (ward, office, worker) = (self.id(), self.office(), id(0x24, self.base));
        let (place, (watch, child, facility)) = (self.place(), self.of_child());
        let (facilities, children) = (self.facilities(), self.children);
        format!(
            "INSERT INTO hub.wards (id, code, name, created_at) VALUES ('{ward}', '{code}', '{name}', now());
             INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ('{ward}', '{office}', 'child_family_centre', '計測センター', '2020-04-01');
             INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ('{ward}', 'every', '年中無休', '{{1,2,3,4,5,6,7}}', true);
             INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, from_at)
             SELECT '{ward}', code, version, threshold, threshold_strict, second, third, severity, route, enabled, from_at FROM desk.rules WHERE ward_id = '{WARD}';
             INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, calendar_template, opened_on)
             SELECT '{ward}', {place}, '{office}', 'elementary', '計測校' || f, 'every', '2020-04-01' FROM generate_series(0, {facilities} - 1) f;
             INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{ward}', '{worker}', '計測 担当', 'active', now());
             INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
             VALUES ('{ward}', '{worker}', '{worker}', '{office}', 'caseworker', '2020-04-01');
             INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
             SELECT '{ward}', {watch}, {child}, {facility}, '計測 児童' || n, '計測児童' || n, 'e3', '{today}'::date - 300 FROM generate_series(0, {children} - 1) n;
             INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, assigned_to, created_at)
             SELECT '{ward}', w.id, '{office}', 'guideline_registered', '{worker}', now() - interval '300 days' FROM watch.watches w WHERE w.ward_id = '{ward}';\n"
        )
    }
}

//! Who would stand below whom: circles are found before anything is saved.

use std::collections::{HashMap, HashSet};

use super::{
    desk::{Desk, Draft},
    details::Parent,
};
use crate::domain::{
    directory::reason::Reason,
    ids::{Id, Organization},
    name::{Found, search_key},
};

impl Desk<'_> {
    /// Finds the organizations above by name, then says which rows cannot stand where they want to, by line.
    pub(super) fn stand(&self, drafts: &mut [Draft<'_, '_>]) -> HashMap<u32, Reason> {
        let mut refusals: HashMap<u32, Reason> = HashMap::new();
        let by_name: HashMap<String, Parent> = drafts.iter().map(|draft| (search_key(&draft.after.name), draft.node())).collect();
        let topmost = self.topmost();
        for draft in drafts.iter_mut() {
            let Some(written) = draft.parent.as_deref() else { continue };
            match self.above(written, &by_name) {
                // Whatever names nothing above itself will stand below the topmost.
                Ok(_) if draft.known.is_some_and(|known| Some(known.id) == topmost) => {
                    refusals.insert(draft.row.line, Reason::ParentBelowItself);
                }
                Ok(parent) => draft.after.parent = Some(parent),
                Err(reason) => {
                    refusals.insert(draft.row.line, reason);
                }
            }
        }
        // A refused move leaves the organization where it was, which may close another circle: asked until none is left.
        fall(drafts, &mut refusals);
        while self.refuse_circles(drafts, &mut refusals) {
            fall(drafts, &mut refusals);
        }
        refusals
    }

    /// The organization with nothing above it, the oldest if there are several.
    fn topmost(&self) -> Option<Id<Organization>> {
        let top = self.by_id.values().filter(|known| known.details.parent.is_none());
        top.min_by_key(|known| (known.details.opened_on, known.id)).map(|known| known.id)
    }

    /// Refuses the rows that make somebody stand below themselves; says whether there were any.
    fn refuse_circles(&self, drafts: &[Draft<'_, '_>], refusals: &mut HashMap<u32, Reason>) -> bool {
        let mut above: HashMap<Parent, Parent> =
            self.by_id.values().filter_map(|known| Some((Parent::Known(known.id), known.details.parent?))).collect();
        let standing = drafts.iter().filter(|draft| !refusals.contains_key(&draft.row.line));
        above.extend(standing.clone().filter_map(|draft| Some((draft.node(), draft.after.parent?))));
        let circling = below_themselves(&above);
        let lines: Vec<u32> = standing.filter(|draft| circling.contains(&draft.node())).map(|draft| draft.row.line).collect();
        let any = !lines.is_empty();
        refusals.extend(lines.into_iter().map(|line| (line, Reason::ParentBelowItself)));
        any
    }

    /// An organization above: a known one that is open, or one of the file.
    fn above(&self, written: &str, by_name: &HashMap<String, Parent>) -> Result<Parent, Reason> {
        let key = search_key(written);
        if let Some(parent) = by_name.get(&key) {
            return Ok(*parent);
        }
        if let Some(line) = self.refused.get(&key) {
            return Err(Reason::ParentRefused { line: *line });
        }
        let open: Vec<_> = self.by_name.all(written).iter().filter(|known| !known.is_closed(self.today)).collect();
        match (open.as_slice(), self.by_name.find(written)) {
            ([only], _) => Ok(Parent::Known(only.id)),
            ([_, _, ..], _) => Err(Reason::ParentAmbiguous),
            ([], Found::None { nearest }) => Err(Reason::ParentUnknown { nearest }),
            ([], _) => Err(Reason::ParentUnknown { nearest: None }),
        }
    }
}

/// With a refused row fall the new ones below it.
fn fall(drafts: &[Draft<'_, '_>], refusals: &mut HashMap<u32, Reason>) {
    let mut below: HashMap<u32, Vec<u32>> = HashMap::new();
    for draft in drafts {
        if let Some(Parent::Row(line)) = draft.after.parent {
            below.entry(line).or_default().push(draft.row.line);
        }
    }
    let mut fallen: Vec<u32> = refusals.keys().copied().collect();
    let mut seen: HashSet<u32> = HashSet::new();
    while let Some(line) = fallen.pop() {
        if seen.insert(line) {
            for row in below.get(&line).into_iter().flatten() {
                refusals.entry(*row).or_insert(Reason::ParentRefused { line });
                fallen.push(*row);
            }
        }
    }
}

/// The nodes that stand below themselves, given what stands directly above each.
fn below_themselves(above: &HashMap<Parent, Parent>) -> HashSet<Parent> {
    let mut cleared: HashSet<Parent> = HashSet::new();
    let mut circling: HashSet<Parent> = HashSet::new();
    for start in above.keys() {
        // Upwards until the top, or until something seen: on this walk it closes a circle, on an earlier one it was judged.
        let mut walk: Vec<Parent> = Vec::new();
        let mut places: HashMap<Parent, usize> = HashMap::new();
        let mut node = *start;
        while !cleared.contains(&node) {
            if let Some(place) = places.get(&node) {
                circling.extend(walk.iter().skip(*place).copied());
                break;
            }
            places.insert(node, walk.len());
            walk.push(node);
            let Some(next) = above.get(&node) else { break };
            node = *next;
        }
        cleared.extend(walk);
    }
    circling
}

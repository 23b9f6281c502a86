//! Reads the paths out of a file's text: `use` trees and paths in the middle of code, as absolute module paths.

/// The module a file is: `src/gate/permit.rs` is `[gate, permit]`, `src/gate/mod.rs` is `[gate]`, `src/lib.rs` is `[]`.
pub(super) fn module(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut names: Vec<String> = path.split('/').map(ToOwned::to_owned).collect();
    if names.last().is_some_and(|last| ["mod", "lib"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

/// Every path of the text that begins with `crate`, `super` or `self`, from the root of the crate.
pub(super) fn imports(own: &[String], code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            // The second `super` of a chain was read with the first; `xself::` is another word.
            if before.is_some_and(|c| c == ':' || c.is_alphanumeric() || c == '_') {
                continue;
            }
            let mut written = Vec::new();
            tree(&code[at..], &[], &mut written);
            found.extend(written.iter().filter_map(|path| absolute(own, path)));
        }
    }
    found
}

/// Reads one path or `{…}` tree; gives back how much of the text it was.
fn tree(code: &str, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    loop {
        let rest = &code[at..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*').collect();
        at += name.len();
        if !name.is_empty() {
            path.push(name);
        }
        let Some(after) = code[at..].strip_prefix("::") else { break };
        at += 2;
        if after.starts_with('{') {
            at += 1;
            loop {
                at += code[at..].len() - code[at..].trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
                if code[at..].is_empty() || code[at..].starts_with('}') {
                    return at + 1;
                }
                let read = tree(&code[at..], &path, found);
                // `name as other`, or something that is no tree at all: on to the next item.
                let skipped = code[at + read..].find([',', '}']).unwrap_or(code.len() - at - read);
                at += read + skipped;
            }
        }
        if !after.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '*') {
            break;
        }
    }
    found.push(path);
    at
}

fn absolute(own: &[String], path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let base: &[String] = match path.first()?.as_str() {
        "crate" => &[],
        "super" => own.get(..own.len().checked_sub(ups)?)?,
        _ => own,
    };
    let rest = &path[ups.max(1)..];
    Some([base, rest].concat())
}

#[test]
fn trees_chains_and_paths_in_code_are_read() {
    let own = module("src/web/deep/here.rs");
    let code = "use crate::{config::Config, gate::{Actor, facts::{A as B, C}}, store};\nuse super::super::super::http::serve;\nfn f() { super::page(&self::inner::X); crate::work::run() }";
    let found: Vec<String> = imports(&own, code).iter().map(|path| path.join("::")).collect();
    let expected = [
        "config::Config",
        "gate::Actor",
        "gate::facts::A",
        "gate::facts::C",
        "store",
        "work::run",
        "http::serve",
        "web::deep::page",
        "web::deep::here::inner::X",
    ];
    assert_eq!(found, expected);
}

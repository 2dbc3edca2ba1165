//! What must hold of the tree: who may import whom, subjects in one place, files that stay readable.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::MetadataCommand;

const SERVICES: [&str; 6] = ["intake", "analysis", "liaison", "coordination", "alerts", "gateway"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Which of our crates each of our crates needs to run.
fn edges() -> Vec<(String, BTreeSet<String>)> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let ours: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let needs = |p: &cargo_metadata::Package| {
        let normal = p.dependencies.iter().filter(|d| d.kind == cargo_metadata::DependencyKind::Normal);
        normal.map(|d| d.name.clone()).filter(|name| ours.contains(name)).collect()
    };
    metadata.packages.iter().map(|p| (p.name.to_string(), needs(p))).collect()
}

#[test]
fn crates_import_only_what_the_plan_allows() {
    let service: &[&str] = &["domain", "contracts", "kit"];
    for (name, needs) in edges() {
        let allowed: Vec<&str> = match name.as_str() {
            "domain" | "geography" | "forecast" | "paper" => vec![],
            "contracts" => vec!["domain"],
            "kit" => vec!["domain", "contracts"],
            "picture" => vec!["domain", "geography"],
            "testkit" => vec!["domain", "contracts", "kit"],
            "intake" => [service, &["geography"]].concat(),
            "analysis" => [service, &["geography", "forecast"]].concat(),
            "gateway" => [service, &["geography", "paper", "picture"]].concat(),
            "liaison" | "coordination" | "alerts" => service.to_vec(),
            "mirab" => [service, &["forecast"], &SERVICES[..]].concat(),
            "e2e" => [service, &["mirab", "testkit"]].concat(),
            other => panic!("{other} has no place in the plan"),
        };
        let extra: Vec<&String> = needs.iter().filter(|n| !allowed.contains(&n.as_str())).collect();
        assert!(extra.is_empty(), "{name} may not import {extra:?}");
    }
}

#[test]
fn the_vocabulary_and_the_contracts_reach_no_runtime_and_no_network() {
    for name in ["domain", "contracts"] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--package", name, "--edges", "normal", "--prefix", "none"])
            .current_dir(root())
            .output()
            .unwrap();
        let tree = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(tree.contains(name), "{}", String::from_utf8_lossy(&output.stderr));
        for banned in ["tokio", "async-nats", "axum", "reqwest", "sqlx"] {
            assert!(
                !tree.lines().any(|line| line.starts_with(&format!("{banned} "))),
                "{name} reaches {banned}"
            );
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if ["rs", "sql", "css", "js"].iter().any(|end| path.extension().is_some_and(|e| e == *end))
            {
                files.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn no_file_has_more_than_four_hundred_lines() {
    let long: Vec<_> =
        sources().into_iter().filter(|(_, text)| text.lines().count() > 400).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn subjects_are_written_in_contracts_only() {
    let mut literal = String::from("\"mir");
    literal.push_str("ab.");
    for (path, text) in sources() {
        let place = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let is_test = place.contains("tests/") || place.ends_with("tests.rs");
        if place.starts_with("shared/contracts") || is_test {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        assert!(!code.contains(&literal), "{place} writes a subject; build it in contracts");
    }
}

#[test]
fn inside_a_service_the_rules_import_nothing_and_only_lib_imports_all() {
    for (path, text) in sources() {
        let place = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let Some(rest) = SERVICES.iter().find_map(|s| place.strip_prefix(&format!("services/{s}/src/")))
        else {
            continue;
        };
        let banned: &[&str] = if rest.starts_with("domain") {
            &["crate::store", "crate::api", "crate::inbox", "crate::jobs", "kit::"]
        } else if rest.starts_with("store") {
            &["crate::api", "crate::inbox", "crate::jobs"]
        } else {
            &[]
        };
        // the name of what tests alone use ends as that of the chassis does
        let code = text.replace("testkit::", "");
        for name in banned {
            assert!(!code.contains(name), "{place} may not use {name}");
        }
    }
}

#[test]
fn the_subject_table_names_every_subject_and_no_other() {
    let text = fs::read_to_string(root().join("services/README.md")).unwrap();
    let table = subject_table();
    assert!(text.contains(&table), "the table in services/README.md is not this one:\n{table}");
}

fn subject_table() -> String {
    let all = mirab::topology::subjects();
    let heard_by = |subject: &str| -> String {
        let names: Vec<&str> =
            all.iter().filter(|s| s.hears.contains(&subject)).map(|s| s.service.as_str()).collect();
        names.join(", ")
    };
    let mut table = String::from("| subject | said or answered by | heard by |\n|---|---|---|\n");
    for of in &all {
        for subject in &of.says {
            table.push_str(&format!("| `{subject}` | {} | {} |\n", of.service, heard_by(subject)));
        }
    }
    for of in &all {
        for subject in &of.answers {
            table.push_str(&format!("| `{subject}` | {} | asked by gateway |\n", of.service));
        }
    }
    table
}

#[test]
fn everything_heard_is_said_by_its_service() {
    let all = mirab::topology::subjects();
    let said: BTreeSet<&str> = all.iter().flat_map(|s| s.says.iter().copied()).collect();
    for of in &all {
        for subject in &of.hears {
            assert!(said.contains(subject), "{} hears {subject}, which nobody declares to say", of.service);
        }
    }
}

#[test]
fn the_permissions_shown_in_deploy_are_those_the_parts_need() {
    let shown = fs::read_to_string(root().join("deploy/nats/permissions.txt")).unwrap();
    let mut needed = String::new();
    for (name, permissions) in mirab::topology::permissions() {
        needed.push_str(&format!("{name}\n"));
        permissions.publish.iter().for_each(|s| needed.push_str(&format!("  publish   {s}\n")));
        permissions.subscribe.iter().for_each(|s| needed.push_str(&format!("  subscribe {s}\n")));
    }
    assert!(shown == needed, "deploy/nats/permissions.txt is not this:\n{needed}");
}

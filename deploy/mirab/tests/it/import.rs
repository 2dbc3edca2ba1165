//! `mirab import` on real rows, twice; and on rows that are broken.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::processes::{Processes, until};

fn import(processes: &Processes, file: &Path, format: &str, strict: bool) -> (Value, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mirab"));
    command.arg("import").arg(file).args([
        "--format",
        format,
        "--output",
        "json",
        "--server",
        processes.address(),
    ]);
    command.arg("--token-file").arg(processes.token_file());
    if strict {
        command.arg("--strict");
    }
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}")), output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_files_import_with_exact_counts_and_twice_without_change() {
    let Some(data) = testkit::real_data() else { return };
    let processes = Processes::start().await;
    until("the first token", async || processes.token_file().exists().then_some(())).await;
    for (file, format, rows) in [
        ("ucdp/GEDEvent_v23_0_10_candidate.csv", "ucdp-candidate", 2_391),
        ("ucdp/ged_myanmar_full49.csv", "ucdp-ged", 7_374),
    ] {
        let (first, good) = import(&processes, &data.join(file), format, false);
        assert!(good, "{first}");
        assert_eq!(first["read"], rows, "{first}");
        assert_eq!(
            first["accepted"].as_u64().unwrap()
                + first["updated"].as_u64().unwrap()
                + first["quarantined"].as_u64().unwrap(),
            rows,
            "{first}"
        );
        let (second, good) = import(&processes, &data.join(file), format, false);
        assert!(good, "{second}");
        assert_eq!((&second["accepted"], &second["updated"]), (&Value::from(0), &Value::from(0)), "{second}");
        let counted = (&second["read"], &second["unchanged"], &second["quarantined"]);
        assert_eq!(counted, (&Value::from(rows), &Value::from(rows), &Value::from(0)), "{second}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rows_are_quarantined_and_strict_says_so() {
    let processes = Processes::start().await;
    until("the first token", async || processes.token_file().exists().then_some(())).await;
    let file = processes.folder().join("broken.csv");
    let header = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility";
    let good = "1,2026-01-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,One,,,,Wire,Wire,B,2";
    let bad = "2,2026-01-05,KGZ,Atlantis,,,,province,border_tension,clash,serious,,Two,,,,Wire,Wire,B,2";
    std::fs::write(&file, format!("{header}\n{good}\n{bad}\n")).unwrap();
    let (run, success) = import(&processes, &file, "csv", false);
    assert!(success);
    assert_eq!((&run["accepted"], &run["quarantined"]), (&Value::from(1), &Value::from(1)));
    std::fs::write(&file, format!("{header}\n{bad}\n")).unwrap();
    let (_, success) = import(&processes, &file, "csv", true);
    assert!(!success, "--strict ends with 1 when a row was quarantined");
    let (again, success) = import(&processes, &file, "csv", true);
    assert_eq!((&again["quarantined"], again["repeats"].is_string()), (&Value::from(0), true), "{again}");
    assert!(!success, "its row still waits in the quarantine of the first run");
    let (_, success) = import(&processes, &file, "csv", false);
    assert!(success);
    std::fs::write(&file, "nothing,of,the,kind\n1,2,3,4\n").unwrap();
    let (run, success) = import(&processes, &file, "csv", false);
    assert!(!success);
    assert_eq!(run["state"], "failed", "{run}");
    assert!(
        run["failure"].as_str().unwrap().contains("threat"),
        "it names the columns that are missing: {run}"
    );
}

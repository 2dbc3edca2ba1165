//! Files that are bad in every way we know of, through the real run: each gets a clear answer and harms nothing else.

use std::fmt::Write;

use async_compression::tokio::bufread::GzipEncoder;
use contracts::{
    gateway::Format,
    intake::{
        FindObservations, GetImport, ImportProgressed, ImportRun, ImportState, Quarantined, ReplayQuarantine,
    },
};
use intake::{Intake, sources::records};
use testkit::{Listener, Rig};
use tokio::io::AsyncReadExt;

use crate::{
    analyst,
    imports::{counts, ended, waiting},
    table, upload,
};

pub const HEADER: &str = "id,date,country,province,lat,lon,precision,threat,kind,severity,title,source,source_owner,reliability,credibility";

/// A row of the own table: id, date, country, province, lat, lon, precision.
pub fn row(parts: [&str; 7]) -> String {
    format!("{},border_tension,border_incident,minor,Seen,Monitor 1,Network KG,B,2\n", parts.join(","))
}

pub fn rows(all: &[[&str; 7]]) -> Vec<u8> {
    let mut file = format!("{HEADER}\n");
    for parts in all {
        file += &row(*parts);
    }
    file.into_bytes()
}

struct Trial {
    rig: Rig,
    progress: Listener<ImportProgressed>,
    good: u64,
}

impl Trial {
    async fn of(rig: Rig) -> Self {
        let progress = rig.listen::<ImportProgressed>().await;
        Self { rig, progress, good: 0 }
    }
    /// Reads a bad file, then a good one, which must be read as if nothing had been.
    async fn read(&mut self, name: &str, format: Format, file: &[u8]) -> (ImportRun, Vec<Quarantined>) {
        let import = upload(&self.rig, name, format, file).await.import;
        ended(&mut self.progress, &import).await;
        let run = self.rig.ask(&analyst(), &GetImport { id: import.clone(), known_on: None }).await.unwrap();
        counts(&run);
        let kept = waiting(&self.rig, &import).await;
        self.good += 1;
        let good = table(3).replace("R-", &format!("good-{}-", self.good));
        let next = upload(&self.rig, &format!("after-{name}"), Format::Csv, good.as_bytes()).await.import;
        let after = ended(&mut self.progress, &next).await;
        assert_eq!((after.state, counts(&after)), (ImportState::Done, [3, 3, 0, 0, 0]), "after {name}");
        (run, kept)
    }
    /// As [`Self::fails`], for exactly this reason.
    async fn fails_with(&mut self, file: (&str, Format, &[u8]), failure: &str) -> ImportRun {
        let run = self.fails(file, &[]).await;
        assert_eq!(run.failure, failure, "{}", file.0);
        run
    }
    async fn fails(&mut self, (name, format, file): (&str, Format, &[u8]), parts: &[&str]) -> ImportRun {
        let (run, _) = self.read(name, format, file).await;
        assert_eq!(run.state, ImportState::Failed, "{name}");
        assert!(contracts::reason::is_told(&run.failure), "{name}: {:?}", run.failure);
        for part in parts {
            assert!(run.failure.contains(part), "{name}: {part:?} in {:?}", run.failure);
        }
        run
    }
}

const EMPTY: &str =
    "the file is empty: it has 0 bytes; check that it was saved or fetched whole, and send it again";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_holds_its_header_alone_is_read_and_said_to_have_no_rows() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    for (name, format, file) in [
        ("own.csv", Format::Csv, format!("{HEADER}\n")),
        ("no line end.csv", Format::Csv, HEADER.to_owned()),
        ("quakes.csv", Format::UsgsEarthquakes, "time,latitude,longitude,mag,id,place,type\n".to_owned()),
        ("hashtags.csv", Format::Csv, format!("{HEADER}\n#event+id,#date,,,,,,,,,,,,,\n")),
    ] {
        let (run, kept) = trial.read(name, format, file.as_bytes()).await;
        assert_eq!(
            (run.state, run.read, run.failure.as_str(), kept.len()),
            (ImportState::Done, 0, "", 0),
            "{name}"
        );
        let [remark] = run.remarks.as_slice() else { panic!("{name}: {:?}", run.remarks) };
        assert!(remark.text.contains("no row below it") && remark.records == 0, "{name}: {remark:?}");
        assert!(contracts::reason::is_told(&remark.text), "the console tells it in every language");
    }
    for (name, file) in [
        ("rss", "<rss version=\"2.0\"><channel><title>News</title></channel></rss>"),
        ("atom", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>News</title></feed>"),
    ] {
        let (run, _) = trial.read(name, Format::Feed, file.as_bytes()).await;
        assert_eq!((run.state, run.read, run.failure.as_str()), (ImportState::Done, 0, ""), "{name}");
        let [remark] = run.remarks.as_slice() else { panic!("{name}: {:?}", run.remarks) };
        assert!(remark.text.contains("the document holds no item"), "{name}: {remark:?}");
        assert!(contracts::reason::is_told(&remark.text), "the console tells it in every language");
    }
    let (run, _) = trial
        .read("rows.csv", Format::Csv, &rows(&[["1", "2026-11-20", "KGZ", "KG-B", "", "", "province"]]))
        .await;
    assert_eq!((run.read, run.remarks.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_of_its_format_is_told_for_what_it_is() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let cap = "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier></alert>";
    let acled = "event_id_cnty,event_date,year";
    let semicolons = HEADER.replace(',', ";");
    let (own, page) = (table(2), "<!DOCTYPE html><html><body>Log in</body></html>");
    for (name, format, file, failure) in [
        ("zero", Format::Csv, "", EMPTY),
        ("zero.cap", Format::Cap, "", EMPTY),
        (
            "cap as table",
            Format::Csv,
            cap,
            "this is no csv file: a table with a header line was expected, and it looks like XML",
        ),
        (
            "table as cap",
            Format::Cap,
            own.as_str(),
            "this is no cap file: an XML document was expected, and it looks like a table of csv",
        ),
    ] {
        trial.fails_with((name, format, file.as_bytes()), failure).await;
    }
    for (name, format, file, part) in [
        ("own table as ucdp", Format::UcdpGed, own.as_str(), "it looks like csv"),
        ("acled cut", Format::Acled, acled, "lacks the columns"),
        ("page", Format::Cap, page, "a page of the web"),
        ("json as table", Format::Csv, "{\"data\":[]}", "JSON"),
        ("json as cap", Format::Cap, "[1]", "JSON"),
        ("table as counts", Format::HapiConflict, own.as_str(), "it looks like csv"),
        (
            "json of something else",
            Format::HapiConflict,
            "{\"error\":\"no\"}",
            "no list under data or results",
        ),
        ("other xml", Format::Cap, "<kml><Placemark/></kml>", "<kml>"),
        ("semicolons", Format::Csv, &semicolons, "separated by semicolons"),
    ] {
        trial.fails((name, format, file.as_bytes()), &[part]).await;
    }
    trial.fails(("utf-16", Format::Csv, b"\xFF\xFEi\0d\0"), &["UTF-16", "UTF-8"]).await;
    trial.fails(("workbook", Format::Csv, b"\xD0\xCF\x11\xE0\xA1\xB1"), &["workbook"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_file_that_is_cut_short_is_told_and_what_was_whole_is_kept() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let mut packed = Vec::new();
    let text = (0..4000).fold(table(0), |mut text, n| {
        let _ = writeln!(text, "Z-{n},2026-10-01,KGZ,KG-B,province,border_tension,border_incident,minor,Row {n},{:x},Monitor 1,Network KG,B,2", n * 7919);
        text
    });
    GzipEncoder::new(text.as_bytes()).read_to_end(&mut packed).await.unwrap();
    let run = trial
        .fails_with(
            ("cut.csv.gz", Format::Csv, &packed[..packed.len() / 2]),
            "the file cannot be unpacked: it ends in the middle: it was cut short on its way; pack and send it again; its records \
             before that are kept and counted here",
        )
        .await;
    assert!(run.accepted > 0 && run.quarantined == 0, "{run:?}");
    trial.fails(("noise.gz", Format::Csv, b"\x1f\x8bnoise and no more"), &["cannot be unpacked"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_told_by_line_and_byte() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let mut file = rows(&[["1", "2026-10-01", "KGZ", "KG-B", "", "", "province"]]);
    file.extend(row(["2", "2026-10-01", "KGZ", "KG-B", "", "", "province"]).bytes());
    let at = file.len() - 30;
    file[at] = 0xC3;
    let (run, kept) = trial.read("latin.csv", Format::Csv, &file).await;
    assert_eq!(counts(&run), [2, 1, 0, 0, 1]);
    let line_start = file[..at].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let byte = at - line_start + 1;
    let told = format!("the record is not UTF-8 from its byte {byte} on; save the file as UTF-8");
    assert_eq!((kept[0].line, &kept[0].reason), (3, &told));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_without_end_is_passed_over_and_the_next_is_read() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let mut file = rows(&[["1", "2026-10-01", "KGZ", "KG-B", "", "", "province"]]);
    file.resize(file.len() + 5 * records::MAX_BYTES, b'x');
    file.push(b'\n');
    file.extend(row(["2", "2026-10-01", "KGZ", "KG-B", "", "", "province"]).bytes());
    let (run, kept) = trial.read("long.csv", Format::Csv, &file).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [3, 2, 0, 0, 1]));
    let (most, bytes) = (records::MAX_BYTES, 5 * records::MAX_BYTES);
    let told = format!(
        "the record has {bytes} bytes and at most {most} are taken (the first {most} are kept here); shorten its texts, or check \
         that the line ends are those of a text file"
    );
    let (line, reason) = (kept[0].line, &kept[0].reason);
    assert!(line == 3 && reason.starts_with(&told), "{line}: {reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_nearly_nothing_can_be_read_is_read_no_further() {
    let rig = Rig::of::<Intake>().await;
    let settings = "[intake.import]\nbatch_records = 10\nrefused_records = 15";
    let _running = rig.start::<Intake>(settings).await;
    let mut trial = Trial::of(rig).await;
    let mut file = rows(&[["1", "2026-10-01", "KGZ", "KG-B", "", "", "province"]]);
    for number in 2..200 {
        file.extend(row([&number.to_string(), "yesterday", "KGZ", "KG-B", "", "", "province"]).bytes());
    }
    let run =
        trial.fails(("zeros.csv", Format::Csv, &file), &["19 of the first 20 records", "no further"]).await;
    assert_eq!(counts(&run), [20, 1, 0, 0, 19], "what was read stays");
    // as many of them among others that can be read are no reason to stop
    let (run, _) = trial.read("mixed.csv", Format::Csv, &mixed(20)).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [40, 20, 0, 0, 20]));
}

/// So many good rows and as many bad ones, by turns.
fn mixed(each: usize) -> Vec<u8> {
    let mut file = format!("{HEADER}\n");
    for number in 0..each {
        file += &row([&format!("m{number}"), "2026-10-01", "KGZ", "KG-B", "", "", "province"]);
        file += &row([&format!("n{number}"), "tomorrow", "KGZ", "KG-B", "", "", "province"]);
    }
    file.into_bytes()
}

/// A message with this in its info's description.
fn alert(id: &str, description: &str) -> String {
    format!(
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>{id}</identifier><sender>met@meteo.kg</sender>\
         <sent>2026-11-20T10:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info>\
         <category>Met</category><event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity>\
         <certainty>Observed</certainty><description>{description}</description></info></alert>"
    )
}

const DECLARES: &str = "the document cannot be read on: it has a document type (<!DOCTYPE …>) or declares something, which may name foreign files \
     and multiply without end; take it out and send the document again";

#[tokio::test(flavor = "multi_thread")]
async fn bombs_in_documents_do_not_go_off() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let mut entities = String::from("<!ENTITY a0 'lol'>");
    for n in 1..10 {
        let _ = write!(entities, "<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10));
    }
    let bomb = format!("<?xml version='1.0'?><!DOCTYPE alert [{entities}]>{}", alert("1", "&a9;"));
    trial.fails_with(("bomb.cap", Format::Cap, bomb.as_bytes()), DECLARES).await;
    let foreign = format!("<!DOCTYPE alert SYSTEM 'file:///etc/passwd'>{}", alert("1", "x"));
    trial.fails_with(("dtd.cap", Format::Cap, foreign.as_bytes()), DECLARES).await;
    let (run, kept) = trial.read("entity.cap", Format::Cap, alert("1", "&xxe;").as_bytes()).await;
    assert_eq!(counts(&run), [1, 0, 0, 0, 1]);
    assert!(kept[0].reason.contains("&xxe;"), "{}", kept[0].reason);
    let deep = alert("2", &format!("{}{}", "<b>".repeat(100_000), "</b>".repeat(100_000)));
    let both = format!("<alerts>{deep}{}</alerts>", alert("3", "x"));
    let (run, kept) = trial.read("deep.cap", Format::Cap, both.as_bytes()).await;
    assert_eq!(counts(&run), [2, 1, 0, 0, 1]);
    assert!(kept[0].reason.contains("deep"), "{}", kept[0].reason);
    let nested = "<a>".repeat(100_000);
    trial.fails(("nested.cap", Format::Cap, nested.as_bytes()), &["deep"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_days_and_swapped_coordinates_are_told_by_the_row() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let file = rows(&[
        ["1", "2026-02-30", "KGZ", "KG-B", "", "", "province"],
        ["2", "0202-10-01", "KGZ", "KG-B", "", "", "province"],
        ["3", "2062-10-01", "KGZ", "KG-B", "", "", "province"],
        ["4", "30.09.2026", "KGZ", "KG-B", "", "", "province"],
        ["5", "2026-10-01", "KGZ", "", "70.82", "40.06", "near"],
        ["6", "2026-10-01", "KGZ", "KG-B", "70.82", "40.06", "near"],
        ["7", "2026-10-01", "", "", "70.82", "40.06", "exact"],
        ["8", "2026-10-01", "KGZ", "KG-B", "95.5", "40.06", "near"],
        ["9", "2026-10-01", "KGZ", "KG-B", "40.06", "", "near"],
        ["10", "2026-10-01", "KGZ", "KG-B", "40.06", "70.82", "near"],
    ]);
    let (run, kept) = trial.read("odd.csv", Format::Csv, &file).await;
    assert_eq!(counts(&run), [10, 1, 0, 0, 9]);
    let swapped = "column province: latitude and longitude look swapped: 70.82, 40.06 lies in no province of the six countries, and the other way \
                   round it lies in KG-B (Batken); exchange them";
    let expected = [
        (2, "column date: \"2026-02-30\" is not a day; expected YYYY-MM-DD"),
        (3, "column date: 0202-10-01 lies outside 1900-01-01 to 2026-11-24; check the year"),
        (4, "column date: 2062-10-01 lies outside 1900-01-01 to 2026-11-24; check the year"),
        (5, "column date: \"30.09.2026\" is not a day; expected YYYY-MM-DD"),
        (6, swapped),
        (7, swapped),
        (8, swapped),
        (9, "column lat: \"95.5,40.06\" is not a point; expected latitude -90..90 and longitude -180..180"),
        (10, "column lon: is empty while lat is not; give both or none"),
    ];
    let told: Vec<(u64, &str)> = kept.iter().map(|record| (record.line, record.reason.as_str())).collect();
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_twice_in_one_file_is_told_and_the_first_record_holds_until_a_person_decides() {
    for batch in [2, 1000] {
        let rig = Rig::of::<Intake>().await;
        let _running = rig.start::<Intake>(&format!("[intake.import]\nbatch_records = {batch}")).await;
        let mut trial = Trial::of(rig).await;
        let same = ["1", "2026-10-01", "KGZ", "KG-B", "", "", "province"];
        let mut file = rows(&[same, ["2", "2026-10-02", "KGZ", "KG-B", "", "", "province"], same]);
        let otherwise = row(same).replace("Seen", "Seen otherwise");
        file.extend(otherwise.bytes());
        let (run, kept) = trial.read("twice.csv", Format::Csv, &file).await;
        assert_eq!((counts(&run), kept.len()), ([4, 2, 0, 1, 1], 1), "{batch}");
        let remark =
            "its id stands in an earlier record of this file, which says the same: it changes nothing";
        assert_eq!(
            run.remarks.iter().map(|told| (told.line, told.text.as_str())).collect::<Vec<_>>(),
            [(4, remark)]
        );
        assert_eq!(kept[0].line, 5);
        let says = "the id 1 stands in line 2 of this file already, which says otherwise: title \"Seen\" there, \"Seen otherwise\" here. ";
        assert!(kept[0].reason.starts_with(says), "{}", kept[0].reason);

        let titled = async |rig: &Rig, title: &str| {
            let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
            found.iter().filter(|seen| seen.title == title).count()
        };
        assert_eq!(titled(&trial.rig, "Seen otherwise").await, 0);
        let mut replay = ReplayQuarantine { import: run.id.clone(), record: None, corrected: None };
        let run = trial.rig.ask(&analyst(), &replay).await.unwrap();
        assert_eq!((run.updated, run.quarantined), (0, 1), "read again it says otherwise still");
        (replay.record, replay.corrected) = (Some(kept[0].id.clone()), Some(otherwise.trim().to_owned()));
        let run = trial.rig.ask(&analyst(), &replay).await.unwrap();
        assert_eq!((run.updated, run.quarantined), (1, 0), "a person has decided");
        assert_eq!(titled(&trial.rig, "Seen otherwise").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_takes_the_id_of_another_record_is_told_so_before_it_holds() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut trial = Trial::of(rig).await;
    let first = ["1", "2026-10-01", "KGZ", "KG-B", "", "", "province"];
    let bad = ["9", "2026-02-30", "KGZ", "KG-B", "", "", "province"];
    let (run, kept) = trial.read("one bad.csv", Format::Csv, &rows(&[first, bad])).await;
    let corrected = row(["1", "2026-10-09", "KGZ", "KG-B", "", "", "province"]).trim().to_owned();
    let replay = ReplayQuarantine {
        import: run.id.clone(),
        record: Some(kept[0].id.clone()),
        corrected: Some(corrected),
    };
    let refused = trial.rig.ask(&analyst(), &replay).await.unwrap_err();
    assert!(refused.detail.contains("stands in line 2"), "{}", refused.detail);
    assert_eq!(waiting(&trial.rig, &run.id).await, kept, "it waits for what is wrong with its own bytes");
    let run = trial.rig.ask(&analyst(), &replay).await.unwrap();
    assert_eq!((run.updated, run.quarantined), (1, 0), "sent once more, it holds");
}

//! The media feed: files in, counts out, on a real bus; and the rules of its rows on both stores.

use contracts::{
    gateway::Format,
    intake::{
        FindObservations, GetImport, ImportProgressed, ImportRun, ImportState, ListQuarantine,
        ReplayQuarantine,
        media::{MediaCount, MediaCounted},
    },
};
use domain::Threat;
use intake::{
    Intake,
    domain::{
        draft::Arrival,
        media::{Key, Mention},
        merge::Tally,
    },
    store::{media, recording::Bringer},
};
use kit::on_db;
use testkit::{Listener, Rig, databases, real_data};

use crate::{analyst, imports::ended, upload};

/// What tells one made-up row from another.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub id: u32,
    pub day: &'a str,
    pub code: &'a str,
    pub place: (&'a str, &'a str, &'a str, &'a str, &'a str),
    pub articles: &'a str,
    pub added: &'a str,
    pub url: &'a str,
    pub kind: &'a str,
}

/// Shots between the police and armed men in Batken.
pub const SHOTS: Row<'static> = Row {
    id: 1,
    day: "20261120",
    code: "193",
    place: ("4", "KG", "KG09", "40.0563", "70.8195"),
    articles: "6",
    added: "20261120121500",
    url: "https://a.example.com/1",
    kind: "COP",
};

impl Row<'_> {
    /// The row as GDELT 2.0 writes it.
    pub fn line(&self) -> String {
        let mut fields = vec![String::new(); 61];
        let mut put = |column: usize, text: &str| text.clone_into(&mut fields[column - 1]);
        put(1, &(1_100_000_000 + self.id).to_string());
        put(2, self.day);
        put(6, "KGZCOP");
        put(13, self.kind);
        put(16, "REB");
        put(27, self.code);
        put(30, if self.code.starts_with("19") { "4" } else { "1" });
        put(34, self.articles);
        put(35, "-5");
        let (kind, country, adm1, lat, lon) = self.place;
        put(52, kind);
        put(54, country);
        put(55, adm1);
        put(57, lat);
        put(58, lon);
        put(60, self.added);
        put(61, self.url);
        fields.join("\t")
    }
}

fn file(rows: &[Row<'_>]) -> String {
    rows.iter().map(|row| row.line() + "\n").collect()
}

fn counts(run: &ImportRun) -> [u64; 6] {
    [run.read, run.accepted, run.updated, run.unchanged, run.quarantined, run.passed_over]
}

async fn sent(rig: &Rig, progress: &mut Listener<ImportProgressed>, (name, file): (&str, &str)) -> ImportRun {
    let import = upload(rig, name, Format::Gdelt, file.as_bytes()).await.import;
    ended(progress, &import).await
}

/// The count of a province, empty for the whole country.
fn of<'a>(counted: &'a [MediaCount], province: &str, threat: Option<Threat>) -> &'a MediaCount {
    let found = counted.iter().find(|count| {
        count.province.as_ref().map_or("", |code| code.as_str()) == province && count.threat == threat
    });
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_counts_by_place_day_and_threat_and_the_same_file_changes_nothing() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let mut said = rig.listen::<MediaCounted>().await;
    let rows = [
        SHOTS,
        Row { id: 2, url: "https://b.example.org/1", added: "20261120140000", articles: "9", ..SHOTS },
        Row { id: 3, url: "https://a.example.com/2", added: "20261120160000", articles: "2", ..SHOTS },
        Row { id: 4, code: "042", articles: "20", ..SHOTS },
        Row { id: 5, place: ("1", "KG", "KG", "41", "75"), ..SHOTS },
        Row { id: 6, place: ("4", "RS", "RS48", "55.7", "37.6"), ..SHOTS },
        Row { id: 7, place: ("0", "", "", "", ""), ..SHOTS },
        Row { id: 8, kind: "", ..SHOTS },
    ];
    let text = file(&rows);
    let run = sent(&rig, &mut progress, ("first.CSV", &text)).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [8, 5, 0, 0, 0, 3]), "{}", run.failure);
    assert!(run.citation.contains("GDELT"));
    let asked = rig.ask(&analyst(), &GetImport { id: run.id.clone(), known_on: None }).await.unwrap();
    let remarks: u64 = asked.remarks.iter().map(|remark| remark.records).sum();
    assert_eq!((asked.remarks.len(), remarks), (3, 3), "{:?}", asked.remarks);

    let event = said.next().await;
    assert_eq!((event.source.as_str(), event.origin), ("gdelt", run.id.to_string()));
    assert!(event.handling.licence.ids.contains("GDELT"));
    let shots = of(&event.counted, "KG-B", Some(Threat::ArmedConflict));
    // the second says the first once more, and is counted in its place; the third came later than three hours
    assert_eq!((shots.events, shots.articles, shots.domains, shots.repeated), (2, 11, 2, 1));
    assert_eq!((shots.quads.material_conflict, shots.tone), (2, Some(-5.0)));
    assert_eq!(format!("{}{}", shots.reliability, shots.credibility.digit()), "E5");
    let talk = of(&event.counted, "KG-B", None);
    assert_eq!((talk.articles, talk.domains, talk.quads.verbal_cooperation), (20, 1, 1));
    assert_eq!(format!("{}{}", talk.reliability, talk.credibility.digit()), "F6");
    let whole = of(&event.counted, "", Some(Threat::ArmedConflict));
    assert_eq!((whole.events, whole.domains), (3, 2), "the country with its provinces");

    let again = sent(&rig, &mut progress, ("again.CSV", &text)).await;
    assert_eq!(counts(&again), [8, 0, 0, 5, 0, 3]);
    let moved = text.replacen("\t6\t-5", "\t7\t-5", 1);
    let revised = sent(&rig, &mut progress, ("revised.CSV", &moved)).await;
    assert_eq!(counts(&revised), [8, 0, 1, 4, 0, 3]);
    let next = said.next().await;
    assert_eq!(next.origin, revised.id.to_string(), "the same file again says nothing");
    assert!(next.counted.iter().all(|count| count.threat == Some(Threat::ArmedConflict)));
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap();
    assert!(found.page.items.is_empty(), "never an observation, never a pin");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_row_is_a_record_like_any_other_and_a_broken_one_is_mended() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("[intake.import]\nbatch_records = 2").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let broken = Row { articles: "many", ..SHOTS };
    let rows = [broken, Row { id: 2, ..SHOTS }, Row { id: 3, ..SHOTS }, Row { id: 4, code: "x", ..SHOTS }];
    let run = sent(&rig, &mut progress, ("broken.CSV", &(file(&rows) + "too\tfew\n"))).await;
    assert_eq!(counts(&run), [5, 2, 0, 0, 3, 0]);
    let import = run.id;
    let page = contracts::PageRequest::default();
    let kept = rig
        .ask(&analyst(), &ListQuarantine { import: import.clone(), known_on: None, page })
        .await
        .unwrap()
        .items;
    assert_eq!(kept.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 4, 5]);
    assert!(kept[0].reason.contains("numarticles") && kept[2].reason.contains("2 columns"), "{kept:?}");
    let mend = |at: usize, line: String| ReplayQuarantine {
        import: import.clone(),
        record: Some(kept[at].id.clone()),
        corrected: Some(line),
    };
    let mended = rig.ask(&analyst(), &mend(0, SHOTS.line())).await.unwrap();
    assert_eq!(counts(&mended), [5, 3, 0, 0, 2, 0]);
    let away = Row { id: 4, place: ("4", "CH", "CH13", "43.8", "87.6"), ..SHOTS };
    let mended = rig.ask(&analyst(), &mend(1, away.line())).await.unwrap();
    assert_eq!(counts(&mended), [5, 3, 0, 0, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn real_files_are_accounted_for_to_the_last_record() {
    let Some(folder) = real_data() else {
        println!("skipped: there is no ../shared/data beside the project");
        return;
    };
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (name, expected) in [
        ("sparkgdelt_events1.csv", [100, 0, 0, 0, 0, 100]),
        ("sparkgdelt_eventsT.csv", [100, 1, 0, 0, 0, 99]),
    ] {
        let file = std::fs::read_to_string(folder.join("gdelt").join(name)).unwrap();
        let run = sent(&rig, &mut progress, (name, &file)).await;
        println!("{name}: {:?}", counts(&run));
        assert_eq!((run.state, counts(&run)), (ImportState::Done, expected), "{}", run.failure);
    }
    let file = std::fs::read_to_string(folder.join("gdelt/sparkgdelt_mentionsT.csv")).unwrap();
    let run = sent(&rig, &mut progress, ("mentions", &file)).await;
    assert!(run.state == ImportState::Failed && run.failure.contains("mentions"), "{run:?}");
}

fn mention(id: &str, minutes: i64, articles: u32, province: &str) -> Mention {
    let added_at: domain::Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let key = Key {
        exercise: false,
        day: "2026-11-20".parse().unwrap(),
        code: "193".into(),
        actor1: "COP".into(),
        actor2: "REB".into(),
        adm1: "KG09".into(),
    };
    Mention {
        event_id: id.into(),
        key,
        added_at: added_at.plus(chrono::Duration::minutes(minutes)),
        day_only: false,
        country: "KGZ".parse().unwrap(),
        province: province.parse().ok(),
        threat: Some(Threat::ArmedConflict),
        plover: None,
        quad: 4,
        articles,
        tone: -2.0,
        domain: format!("{id}.example"),
        besides: None,
    }
}

/// Records these rows in a transaction of their own.
async fn record(db: &kit::Db, part: &str, rows: Vec<Mention>) -> Tally {
    let mut tx = db.begin().await.unwrap();
    let arrival = Arrival::at(tx.now());
    let bringer = Bringer { origin: "im_test", part, arrival };
    let (tally, _) = media::record(&mut tx, rows, &bringer).await.unwrap();
    tx.commit().await.unwrap();
    tally
}

/// Counted rows of a store, by id.
type Counted = Vec<(String, bool, String)>;

#[tokio::test]
async fn rows_count_the_same_whatever_order_they_come_in_and_a_revision_moves_them() {
    for base in databases::<Intake>().await {
        let record = async |part: &str, rows: Vec<Mention>| record(&base.db, part, rows).await;
        let stand = async || -> Counted {
            on_db!(base.db, |p| sqlx::query_as(
                "select event_id, counts, province from media_event order by event_id"
            )
            .fetch_all(p)
            .await)
            .unwrap()
        };
        let rows = [mention("a", 0, 2, "KG-B"), mention("b", 60, 5, "KG-B"), mention("c", 200, 1, "KG-B")];
        record("1", vec![rows[2].clone()]).await;
        record("2", vec![rows[1].clone(), rows[0].clone()]).await;
        let is = |id: &str, counts, province: &str| (id.to_owned(), counts, province.to_owned());
        let expected = [is("a", false, "KG-B"), is("b", true, "KG-B"), is("c", true, "KG-B")];
        assert_eq!(stand().await, expected, "{}", base.engine);
        let same = record("3", rows.to_vec()).await;
        assert_eq!((same.accepted, same.updated, same.unchanged), (0, 0, 3));
        let moved = record("4", vec![mention("b", 60, 5, "KG-O"), mention("b", 60, 1, "KG-O")]).await;
        assert_eq!((moved.accepted, moved.updated), (0, 2));
        let expected = [is("a", true, "KG-B"), is("b", false, "KG-O"), is("c", true, "KG-B")];
        assert_eq!(stand().await, expected, "{}", base.engine);
        let unsent = kit::db::outbox::unsent(&base.db, 10).await.unwrap();
        let last: MediaCounted = serde_json::from_str(&unsent.last().unwrap().body().unwrap()).unwrap();
        let threat = Some(Threat::ArmedConflict);
        assert_eq!(
            (unsent.len(), last.counted.len()),
            (3, 3),
            "{}: both provinces and the country",
            base.engine
        );
        assert_eq!(
            (of(&last.counted, "KG-O", threat).events, of(&last.counted, "KG-O", threat).repeated),
            (0, 1)
        );
        assert_eq!(
            (of(&last.counted, "KG-B", threat).articles, of(&last.counted, "", threat).domains),
            (3, 3)
        );
    }
}

#[tokio::test]
async fn a_row_that_tells_only_its_day_counts_once_with_those_that_tell_their_moment_whichever_came_first() {
    for base in databases::<Intake>().await {
        let record = async |part: &str, rows: Vec<Mention>| record(&base.db, part, rows).await;
        let counted = async |actor: &str| -> Vec<String> {
            let rows: Vec<(String,)> = on_db!(base.db, |p| sqlx::query_as(
                "select event_id from media_event where counts and actor1 = $1 order by event_id"
            )
            .bind(actor)
            .fetch_all(p)
            .await)
            .unwrap();
            rows.into_iter().map(|row| row.0).collect()
        };
        let of = |actor: &str, mention: Mention| Mention {
            event_id: format!("{actor}{}", mention.event_id),
            key: Key { actor1: actor.into(), ..mention.key.clone() },
            ..mention
        };
        let day = |actor: &str, id: &str| Mention { day_only: true, ..of(actor, mention(id, 0, 9, "KG-B")) };
        let timed = |actor: &str| {
            vec![of(actor, mention("-t", 500, 2, "KG-B")), of(actor, mention("-u", 900, 1, "KG-B"))]
        };
        record("1", vec![day("A", "-d")]).await;
        assert_eq!(counted("A").await, ["A-d"], "{}: nothing else tells of it", base.engine);
        record("2", timed("A")).await;
        record("3", timed("B")).await;
        record("4", vec![day("B", "-d")]).await;
        assert_eq!(counted("A").await, ["A-t", "A-u"], "{}: the day first", base.engine);
        assert_eq!(counted("B").await, ["B-t", "B-u"], "{}: the day last", base.engine);
        // the same where both tables give the event one id: what tells the moment stands, whichever came first
        record("5", vec![day("C", "-t")]).await;
        let tally = record("6", timed("C")).await;
        assert_eq!((tally.accepted, tally.updated), (1, 1));
        let tally = record("7", vec![day("C", "-t")]).await;
        assert_eq!((tally.updated, tally.unchanged), (0, 1));
        assert_eq!(counted("C").await, ["C-t", "C-u"], "{}", base.engine);
    }
}

//! The search of words: the same answers from both databases, in every script, beside every filter, page by page.

use std::collections::BTreeSet;

use contracts::{PageRequest, intake::FindObservations};
use domain::{Credibility, Point, Precision, Reliability};
use intake::{
    Intake,
    domain::{draft::Draft, marks, query::TextQuery},
    store::{
        find, observations,
        recording::{self, Bringer},
        text,
    },
};
use kit::Db;
use testkit::{Rig, databases, real_data};

use crate::{analyst, report};

async fn record(db: &Db, drafts: Vec<Draft>, part: &str) {
    let mut tx = db.begin().await.unwrap();
    let arrival = intake::domain::draft::Arrival::at(tx.now());
    recording::record(&mut tx, drafts, &Bringer { origin: "test", part, arrival }).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the job does, to the end.
async fn index(db: &Db) {
    loop {
        let reach = text::reach(db).await.unwrap();
        let rows = observations::recorded_after(db, reach.reached, 7).await.unwrap();
        let Some(last) = rows.last().map(|row| row.ordinal) else { return };
        let held: Vec<_> = rows.iter().map(|row| (row.rank, marks::of(&row.body.0))).collect();
        let mut tx = db.begin().await.unwrap();
        assert!(text::advance(&mut tx, (reach.reached, last)).await.unwrap());
        text::insert(&mut tx, &held).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn ids(db: &Db, wanted: &FindObservations, q: &str) -> Vec<String> {
    let text = TextQuery::read(q);
    let page = find::find(db, (wanted, Some(&text)), |_| true).await.unwrap();
    page.items.into_iter().map(|seen| seen.external_id).collect()
}

fn told(id: &str, title: &str, text: &str) -> Draft {
    Draft {
        text: text.into(),
        actors: vec!["Border Guard Service".into()],
        ..crate::draft(id, "2026-11-01", title)
    }
}

fn corpus() -> Vec<Draft> {
    vec![
        told(
            "en",
            "Exchange of fire at the canal",
            "Shots were heard near the head works; two guards wounded.",
        ),
        told(
            "ru",
            "Перестрелка на границе",
            "Ёлочный базар закрыт; пограничники усилили посты у села Ак-Сай.",
        ),
        told("fa", "درگیری در مرز", "نیروهای مرزی در ولایت بدخشان؛ بازار کابل بسته شد."),
        told("kk", "Қызылорда облысындағы су дауы", "Өзен бойындағы ауылдар"),
        told(
            "odd",
            "O'Brien's 100% — x'); drop table observation; --",
            "a b \"quoted\" (NOT near) _o _c_kgz",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_three_scripts_and_both_databases_agree() {
    for store in databases::<Intake>().await {
        record(&store.db, corpus(), "1").await;
        assert_eq!(text::reach(&store.db).await.unwrap().behind(), 5, "{}", store.engine);
        index(&store.db).await;
        let wanted = FindObservations::default();
        let table: [(&str, &[&str]); 21] = [
            ("canal", &["en"]),
            ("GUARD wound", &["en"]),
            ("\"head works\"", &["en"]),
            ("\"works head\"", &[]),
            ("shot*", &["en"]),
            ("граница", &["ru"]),
            ("елочный", &["ru"]),
            ("погран* -канал", &["ru"]),
            ("\"ак сай\"", &["ru"]),
            ("مرز", &["fa"]),
            ("كابل", &["fa"]),
            ("\"بازار کابل\"", &["fa"]),
            ("Кызылорда", &["kk"]),
            ("озен", &["kk"]),
            ("\"canal shots\"", &[]),
            ("\"border guard\" -canal -граница", &["odd", "kk", "fa"]),
            ("-border", &[]),
            ("-canal", &["odd", "kk", "fa", "ru"]),
            ("'; drop table", &["odd"]),
            ("_o _c_kgz", &["odd"]),
            ("NOT near", &["odd"]),
        ];
        for (q, expected) in table {
            assert_eq!(ids(&store.db, &wanted, q).await, expected, "{q} on {}", store.engine);
        }
        for units in ["Batken", "Баткен"] {
            assert_eq!(ids(&store.db, &wanted, units).await.len(), 5, "{units} on {}", store.engine);
        }
        assert_eq!(ids(&store.db, &wanted, "***").await.len(), 5, "the filters alone decide");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_with_every_filter_and_with_the_past() {
    for store in databases::<Intake>().await {
        record(&store.db, corpus(), "1").await;
        let before = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        record(&store.db, vec![told("en", "Quiet at the canal", "The shooting has ended.")], "2").await;
        index(&store.db).await;
        let all = FindObservations::default();
        assert_eq!(ids(&store.db, &all, "wounded").await, Vec::<String>::new(), "{}", store.engine);
        let past = FindObservations { known_on: Some(before), ..all.clone() };
        assert_eq!(ids(&store.db, &past, "wounded").await, ["en"]);
        assert_eq!(ids(&store.db, &past, "ended").await, Vec::<String>::new());
        let within = |change: &dyn Fn(&mut FindObservations)| {
            let mut wanted = all.clone();
            change(&mut wanted);
            wanted
        };
        for (wanted, expected) in [
            (within(&|w| w.country = "KGZ".parse().ok()), 1),
            (within(&|w| w.country = "TJK".parse().ok()), 0),
            (within(&|w| w.province = "KG-B".parse().ok()), 1),
            (within(&|w| w.threat = "border_tension".parse().ok()), 1),
            (within(&|w| w.threat = "water_energy".parse().ok()), 0),
            (within(&|w| w.kind = Some("exchange_of_fire".into())), 1),
            (within(&|w| w.kind = Some("seizure".into())), 0),
            (within(&|w| (w.from, w.to) = ("2026-11-01".parse().ok(), "2026-11-01".parse().ok())), 1),
            (within(&|w| w.from = "2026-11-02".parse().ok()), 0),
            (within(&|w| w.to = "2026-10-31".parse().ok()), 0),
            (within(&|w| w.reliability = Some(Reliability::B)), 1),
            (within(&|w| w.reliability = Some(Reliability::A)), 0),
            (within(&|w| w.credibility = Some(Credibility::POSSIBLE)), 1),
            (within(&|w| w.within = "60,30,80,50".parse().ok()), 0),
        ] {
            assert_eq!(
                ids(&store.db, &wanted, "canal").await.len(),
                expected,
                "{wanted:?} on {}",
                store.engine
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_words_stand_while_more_is_recorded() {
    for store in databases::<Intake>().await {
        let row = |n: u32| {
            crate::draft(&n.to_string(), &format!("2026-10-{:02}", n % 28 + 1), "Clash at the bridge")
        };
        record(&store.db, (0..60).map(row).collect(), "1").await;
        index(&store.db).await;
        let page = PageRequest { cursor: None, limit: Some(7) };
        let mut wanted = FindObservations { page, ..FindObservations::default() };
        let text = TextQuery::read("bridge");
        let (mut seen, mut part) = (Vec::new(), 1);
        loop {
            let found = find::find(&store.db, (&wanted, Some(&text)), |_| true).await.unwrap();
            seen.extend(found.items.into_iter().map(|seen| seen.external_id));
            wanted.page.cursor = found.next;
            if wanted.page.cursor.is_none() {
                break;
            }
            part += 1;
            store.clock.advance(std::time::Duration::from_secs(1));
            let revised = Draft { title: format!("Bridge, again {part}"), ..row(part) };
            record(&store.db, vec![row(100 + part), revised], &part.to_string()).await;
            index(&store.db).await;
        }
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (60, 60), "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_answer_the_same_whether_the_index_holds_all_or_not() {
    for store in databases::<Intake>().await {
        let at = |n: u32| {
            let mut draft =
                crate::draft(&n.to_string(), &format!("20{:02}-12-{:02}", 10 + n % 9, n % 28 + 1), "x");
            draft.place.point =
                Point::new(36.0 + f64::from(n % 40) / 7.0, 60.0 + f64::from(n % 70) / 5.0).ok();
            draft.place.precision = Precision::Exact;
            draft.source = ["wire", "Wire", "own wire"][n as usize % 3].into();
            draft.reliability = Reliability::ALL[n as usize % 6];
            draft.credibility = Credibility::try_from((n % 5 + 1) as u8).unwrap();
            draft.occurred_to =
                if n.is_multiple_of(9) { draft.occurred_from.plus(40) } else { draft.occurred_from };
            draft
        };
        record(&store.db, (0..300).map(at).collect(), "1").await;
        let mut answers = Vec::new();
        for _ in 0..2 {
            let mut found = Vec::new();
            for (source, bounds, grade, from) in [
                (None, Some("61,36.5,64.9,39"), None, None),
                (None, Some("60,36,60.05,42"), Some((Reliability::C, Credibility::POSSIBLE)), None),
                (
                    None,
                    Some("-180,-90,180,90"),
                    Some((Reliability::A, Credibility::PROBABLE)),
                    Some("2014-01-01"),
                ),
                (None, None, Some((Reliability::B, Credibility::UNKNOWN)), Some("2012-06-01")),
                (Some("wire"), None, None, None),
                (Some("own wire"), None, None, Some("2015-01-01")),
            ] {
                let wanted = FindObservations {
                    source: source.map(str::to_owned),
                    within: bounds.map(|text| text.parse().unwrap()),
                    reliability: grade.map(|g| g.0),
                    credibility: grade.map(|g| g.1),
                    from: from.map(|day| day.parse().unwrap()),
                    ..FindObservations::default()
                };
                let page = find::find(&store.db, (&wanted, None), |_| true).await.unwrap();
                found.push(page.items.into_iter().map(|seen| seen.external_id).collect::<Vec<_>>());
            }
            answers.push(found);
            index(&store.db).await;
        }
        assert!(answers[0].iter().all(|found| !found.is_empty()), "{}", store.engine);
        assert_eq!(answers[0], answers[1], "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_declaration_of_human_rights_is_found_alike_in_ten_languages() {
    let Some(folder) = real_data() else {
        println!("skipped: there is no ../shared/data beside the project");
        return;
    };
    let mut drafts = Vec::new();
    let mut vocabulary = BTreeSet::new();
    for file in std::fs::read_dir(folder.join("text/udhr")).unwrap() {
        let path = file.unwrap().path();
        let language = path.file_stem().unwrap().to_string_lossy().into_owned();
        let html = std::fs::read_to_string(&path).unwrap();
        for (number, paragraph) in html.split("<p").enumerate() {
            let text: String =
                paragraph.split('<').filter_map(|part| part.split_once('>')).map(|part| part.1).collect();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            vocabulary.extend(text.split(' ').filter(|word| word.chars().count() > 4).map(str::to_owned));
            if !text.is_empty() {
                drafts.push(told(
                    &format!("{language}-{number}"),
                    &text.chars().take(60).collect::<String>(),
                    &text,
                ));
            }
        }
    }
    assert!(drafts.len() > 300, "{}", drafts.len());
    let words: Vec<String> = vocabulary.into_iter().step_by(97).collect();
    let mut answers = Vec::new();
    for store in databases::<Intake>().await {
        record(&store.db, drafts.clone(), "1").await;
        index(&store.db).await;
        let page = PageRequest { cursor: None, limit: Some(1000) };
        let wanted = FindObservations { page, ..FindObservations::default() };
        let mut found = Vec::new();
        for word in &words {
            let begins: String = word.chars().take(4).collect();
            for q in [word.clone(), format!("{begins}*"), format!("\"{word}\" -human")] {
                let ids = ids(&store.db, &wanted, &q).await;
                assert!(!ids.is_empty() || q.contains('-') || TextQuery::read(&q).terms.is_empty(), "{q}");
                found.push((q, ids));
            }
        }
        answers.push(found);
    }
    println!("{} words of {} paragraphs", words.len(), drafts.len());
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_found_by_its_words_once_it_is_accepted() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let received = report("r-1", "network", "m-1");
    let mut moved = rig.listen::<contracts::intake::ReportMoved>().await;
    rig.say(&received).await;
    let heard = moved.next().await.report;
    for action in ["investigate", "verify", "accept"] {
        let step = contracts::intake::MoveReport {
            id: heard.id.clone(),
            action: action.parse().unwrap(),
            note: "seen by a second officer".into(),
            version: None,
            of: None,
            correction: None,
            by_sender: false,
        };
        rig.ask(&analyst(), &step).await.unwrap();
    }
    let wanted = FindObservations {
        q: Some("\"head works\" canal".into()),
        snippets: true,
        ..FindObservations::default()
    };
    let found = loop {
        let found = rig.ask(&analyst(), &wanted).await.unwrap();
        let searched = found.search.as_ref().unwrap();
        if searched.behind == 0 {
            break found;
        }
        tokio::task::yield_now().await;
    };
    let searched = found.search.unwrap();
    assert_eq!((found.page.items.len(), searched.read_as.as_str()), (1, "\"head works\" canal"));
    let text: Vec<&str> =
        searched.snippets[0].text.iter().filter(|p| p.sought).map(|p| p.text.as_str()).collect();
    assert_eq!(text, ["head", "works"]);
}

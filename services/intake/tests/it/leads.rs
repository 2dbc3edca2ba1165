//! Leads: every statement about them on both databases, and what connectors bring over a real bus.

use std::collections::BTreeSet;

use contracts::{
    FailureKind, PageRequest,
    intake::{
        FindObservations, ImportProgressed, ImportState,
        leads::{
            ConfirmLead, CreateLead, DismissLead, GetLead, Lead, LeadCoding, LeadMoved, LeadState, ListLeads,
        },
        sources::{
            Connector, CreateSource, SourceAction, SourceForm, SourceMoved, SourceParameters, SourceState,
        },
    },
};
use domain::{ImportId, LeadId, Redistribution, Threat, Tlp};
use intake::{
    Intake,
    domain::lead::{self, Item},
    store::leads::{self, Taken},
};
use serde_json::{Value, json};
use testkit::{Recorded, Rig, Site, databases};

use crate::{
    analyst,
    imports::ended,
    sources::{LOCAL, act, is_asked, is_good, moved, operator, turn_to},
};

pub fn item(id: &str, title: &str, day: &str) -> Item {
    Item {
        source: "wire".into(),
        owner: "example.org".into(),
        external_id: id.into(),
        title: title.into(),
        text: String::new(),
        link: String::new(),
        language: None,
        countries: Vec::new(),
        published_on: day.parse().unwrap(),
        reliability: domain::Reliability::F,
        credibility: domain::Credibility::UNKNOWN,
        handling: domain::Handling::new(Tlp::Green, domain::UnClass::Unclassified),
        exercise: false,
    }
}

fn version(id: &LeadId, version: Option<u32>) -> GetLead {
    GetLead { id: id.clone(), version, known_on: None }
}

fn wish(cursor: Option<String>) -> ListLeads {
    ListLeads { page: PageRequest { cursor, limit: Some(2) }, ..ListLeads::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_kept_in_all_versions_and_listed_by_what_is_asked() {
    for store in databases::<Intake>().await {
        let import = ImportId::derived(&["1"]);
        let items = vec![
            item("1", "Flood in Batken", "2026-11-20"),
            item("2", "Explosion in Kabul", "2026-11-21"),
            item("3", "Ministers met", "2026-11-21"),
            item("1", "Flood in Batken", "2026-11-20"),
            item("1", "Flood and landslide in Batken", "2026-11-20"),
        ];
        let mut tx = store.db.begin().await.unwrap();
        let tally = leads::take(&mut tx, items, &import).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((tally.accepted, tally.unchanged, tally.updated), (3, 1, 1), "{}", store.engine);
        let first = leads::list(&store.db, &wish(None)).await.unwrap();
        assert_eq!(first.len(), 3, "one more than the page holds");
        let cursor = leads::cursor_of(&first[1]);
        let second = leads::list(&store.db, &wish(Some(cursor))).await.unwrap();
        assert_eq!(
            second.iter().map(|lead| lead.title.as_str()).collect::<Vec<_>>(),
            ["Flood and landslide in Batken"]
        );
        let batken: LeadId = item("1", "", "2026-11-20").id();
        let before = leads::get(&store.db, &version(&batken, Some(1))).await.unwrap().unwrap();
        assert_eq!((before.title.as_str(), before.version), ("Flood in Batken", 1));
        for (filter, count) in [
            (ListLeads { threat: Some(Threat::EnvironmentalDegradation), ..wish(None) }, 1),
            (ListLeads { province: "AF-KAB".parse().ok(), ..wish(None) }, 1),
            (ListLeads { source: Some("other".into()), ..wish(None) }, 0),
            (ListLeads { from: "2026-11-21".parse().ok(), ..wish(None) }, 2),
            (ListLeads { to: "2026-11-20".parse().ok(), ..wish(None) }, 1),
            (ListLeads { state: Some(LeadState::Confirmed), ..wish(None) }, 0),
            (ListLeads { exercise: true, ..wish(None) }, 0),
        ] {
            assert_eq!(leads::list(&store.db, &filter).await.unwrap().len(), count, "{filter:?}");
        }
        decides_once(&store.db, second[0].clone()).await;
    }
}

async fn decides_once(db: &kit::Db, before: Lead) {
    let mut tx = db.begin().await.unwrap();
    let now = lead::dismissed(before.clone(), ("a", tx.now(), "a drill"));
    assert!(leads::decide(&mut tx, &before, &now).await.unwrap());
    assert!(!leads::decide(&mut tx, &before, &now).await.unwrap(), "it was decided since");
    let same = item("1", "Flood and landslide in Batken", "2026-11-20");
    assert_eq!(leads::take_one(&mut tx, same, ("wire", None)).await.unwrap().1, Taken::Same);
    tx.commit().await.unwrap();
}

const FEED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>News</title>\
    <item><guid>n-1</guid><link>https://news.example.kg/1</link><title>Пограничники открыли огонь под Баткеном</title>\
    <description>&lt;p&gt;Один человек погиб.&lt;/p&gt;</description><pubDate>Sun, 22 Nov 2026 10:00:00 +0600</pubDate></item>\
    <item><title>neither id nor link</title></item></channel></rss>";

fn coding(province: &str) -> LeadCoding {
    LeadCoding {
        threats: vec![Threat::BorderTension],
        kind: "border_incident".into(),
        severity: domain::Severity::Serious,
        deaths: Some(1),
        occurred_on: "2026-11-21".parse().unwrap(),
        province: province.parse().ok(),
        country: None,
        place: String::new(),
        actors: vec!["Border guards".into()],
        title: String::new(),
        credibility: None,
        note: "two channels say so".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_a_feed_becomes_a_lead_and_an_observation_only_by_a_person_who_may_change_their_mind() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut told) = (rig.listen::<SourceMoved>().await, rig.listen::<LeadMoved>().await);
    let mut runs = rig.listen::<ImportProgressed>().await;
    site.answer("/rss.xml", [Recorded::ok(FEED)]);
    let form: SourceForm = serde_json::from_value(json!({ "title": "News", "address": format!("{}rss.xml", site.url), "every_s": 600,
        "grade": { "reliability": "C", "credibility": 3 }, "handling": { "tlp": "AMBER", "audience": ["*"] } }))
    .unwrap();
    let wish = CreateSource { key: "news-kg".into(), connector: Connector::Feed, form };
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "news-kg", SourceAction::Resume).await.unwrap();
    let lead = told.find(|said| said.lead.source == "news-kg").await.lead;
    assert_eq!(
        (lead.owner.as_str(), lead.state, lead.handling.tlp()),
        ("example.kg", LeadState::New, Tlp::Amber)
    );
    assert_eq!(lead.handling.licence.redistribution, Redistribution::Derived);
    assert!(
        lead.coding.kinds.iter().any(|kind| kind.kind == "border_incident" && !kind.words.is_empty()),
        "{:?}",
        lead.coding
    );
    let good = moved(&mut heard, "news-kg", is_asked).await;
    let run = ended(&mut runs, &good.last_run.unwrap().import).await;
    assert_eq!((run.accepted, run.quarantined), (1, 1), "what cannot be known again is kept aside");
    let found = async || rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    assert_eq!(found().await, [], "a lead counts nowhere");
    let confirm = |version, province| ConfirmLead {
        id: lead.id.clone(),
        coding: coding(province),
        version: Some(version),
    };
    let refused = rig.ask(&analyst(), &confirm(9, "KG-B")).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Stale);
    let confirmed = rig.ask(&analyst(), &confirm(1, "KG-B")).await.unwrap();
    let observation = found().await.remove(0);
    assert_eq!(confirmed.observation.as_ref(), Some(&observation.id));
    assert_eq!((observation.grade.by.as_str(), observation.grade.code().as_str()), ("analyst-1", "C3"));
    assert_eq!((observation.handling.tlp(), observation.source.as_str()), (Tlp::Amber, "news-kg"));
    let dismiss = DismissLead { id: lead.id.clone(), note: "it was a drill".into(), version: Some(2) };
    let dismissed = rig.ask(&analyst(), &dismiss).await.unwrap();
    assert_eq!((found().await.len(), &dismissed.observation), (0, &None), "what it became is taken back");
    let then = rig.clock.now();
    rig.clock.advance(std::time::Duration::from_secs(1));
    let again = rig.ask(&analyst(), &confirm(3, "TJ-SU")).await.unwrap();
    assert_eq!((again.version, again.history.len(), found().await[0].revision), (4, 4, 2));
    assert_eq!(rig.ask(&analyst(), &version(&lead.id, Some(1))).await.unwrap(), lead);
    let unborn =
        GetLead { known_on: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..version(&lead.id, Some(1)) };
    assert_eq!(rig.ask(&analyst(), &unborn).await.unwrap_err().kind, contracts::FailureKind::NotFound);
    let at_then = GetLead { known_on: Some(then), ..version(&lead.id, None) };
    assert_eq!(rig.ask(&analyst(), &at_then).await.unwrap(), dismissed, "as it stood then");
    let known = |state, known_on| ListLeads { state: Some(state), known_on, ..ListLeads::default() };
    let count = async |wish: ListLeads| rig.ask(&analyst(), &wish).await.unwrap().page.items.len();
    assert_eq!(count(known(LeadState::Dismissed, Some(then))).await, 1);
    assert_eq!(count(known(LeadState::Dismissed, None)).await, 0);
    assert_eq!(count(known(LeadState::Confirmed, Some(then))).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_a_person_hands_in_is_a_lead_once() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>(LOCAL).await;
    let form = json!({ "text": "Сель разрушил дома в Джалал-Абаде.", "source": "channel", "handling": { "tlp": "GREEN", "audience": ["*"] } });
    let create = |form: &Value| CreateLead { form: serde_json::from_value(form.clone()).unwrap() };
    let lead = rig.ask(&analyst(), &create(&form)).await.unwrap();
    assert_eq!(lead.title, "Сель разрушил дома в Джалал-Абаде.");
    assert_eq!(lead.coding.kinds[0].kind, "flood");
    assert_eq!(lead.history[0].by, "analyst-1");
    let again = rig.ask(&analyst(), &create(&form)).await.unwrap();
    assert_eq!((again.id, again.version), (lead.id.clone(), 1));
    let mut wrong = form;
    (wrong["link"], wrong["source"]) = (json!("javascript:alert(1)"), json!(""));
    let refused = rig.ask(&analyst(), &create(&wrong)).await.unwrap_err();
    assert_eq!(refused.errors.iter().map(|e| e.pointer.as_str()).collect::<Vec<_>>(), ["/source", "/link"]);
    let refused = rig
        .ask(&operator(), &DismissLead { id: lead.id, note: "no".into(), version: None })
        .await
        .unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
}

fn report(id: u32, title: &str) -> Value {
    json!({ "id": id.to_string(), "score": 1, "href": "x", "fields": { "title": title, "url_alias": format!("https://reliefweb.int/report/{id}"),
        "body": "<p>text</p>", "date": { "original": "2026-11-20T00:00:00+00:00", "changed": format!("2026-11-21T10:{:02}:{:02}+00:00", id / 60, id % 60) }, "primary_country": { "iso3": "afg" },
        "source": [{ "shortname": "OCHA" }], "language": [{ "code": "en" }] } })
}

fn page(reports: &[Value]) -> Recorded {
    Recorded::ok(json!({ "totalCount": reports.len(), "count": reports.len(), "data": reports }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn reliefweb_is_asked_by_its_last_change_under_our_name_and_lacks_without_one() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let file = rig.folder().join("appname");
    std::fs::write(&file, "canary-appname\n").unwrap();
    let settings = format!("{LOCAL}[intake.secrets]\nreliefweb_appname_file = \"{}\"\n", file.display());
    let _running = rig.start::<Intake>(&settings).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    let many: Vec<Value> =
        (1..=100).map(|id| report(id, &format!("Afghanistan: floods in Baghlan, no. {id}"))).collect();
    site.answer("/", [page(&many), page(&[report(101, "Kyrgyzstan: earthquake in Osh")]), page(&[])]);
    turn_to(&rig, "reliefweb", &site.url).await;
    moved(&mut heard, "reliefweb", |source| is_good(source) && source.brought == 2).await;
    let asked = site.asked("/");
    assert!(
        asked[0].target.contains("appname=canary-appname") && asked[0].target.contains("offset=0"),
        "{}",
        asked[0].target
    );
    assert!(asked[0].target.contains("2026-11-16T07%3A30%3A00%2B00%3A00"), "{}", asked[0].target);
    let second = &asked[1].target;
    assert!(second.contains("2026-11-21T10%3A01%3A40%2B00%3A00") && second.contains("offset=0"), "{second}");
    act(&rig, "reliefweb", SourceAction::Pull).await.unwrap();
    moved(&mut heard, "reliefweb", |source| source.health.last_good.is_some() && site.asked("/").len() == 3)
        .await;
    let again = &site.asked("/")[2].target;
    assert!(again.contains("2026-11-23T05%3A30%3A00%2B00%3A00") && again.contains("offset=0"), "{again}");
    let mut read = BTreeSet::new();
    while read.len() < 2 {
        read.insert(runs.find(|said| said.run.state == ImportState::Done).await.run.id);
    }
    let wish = ListLeads { threat: Some(Threat::EnvironmentalDegradation), ..wish(None) };
    let leads = rig.ask(&analyst(), &wish).await.unwrap().page;
    assert_eq!((leads.items.len(), leads.next.is_some()), (2, true));
    assert_eq!((leads.items[0].owner.as_str(), leads.items[0].reliability), ("OCHA", domain::Reliability::B));
    site.answer_now("/", [Recorded { status: 403, ..Recorded::ok("") }]);
    act(&rig, "reliefweb", SourceAction::Pull).await.unwrap();
    let failing = moved(&mut heard, "reliefweb", |source| source.health.state == SourceState::Failing).await;
    assert!(
        failing.health.error.contains("403") && !failing.health.error.contains("canary"),
        "{}",
        failing.health.error
    );
    std::fs::write(&file, "").unwrap();
    act(&rig, "reliefweb", SourceAction::Pause).await.unwrap();
    let refused = act(&rig, "reliefweb", SourceAction::Resume).await.unwrap_err();
    assert!(refused.detail.contains("reliefweb_appname_file"), "{}", refused.detail);
    assert_eq!(SourceParameters::default().countries, []);
}

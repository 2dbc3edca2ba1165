//! A judgement: written in the console, reviewed by another, published, scored.

use contracts::{
    Page, Role,
    analysis::{
        assessments::{Assessment, AssessmentState, Calibration, Resolution},
        products::{Source, SourceKind},
    },
    intake::ImportState,
};
use domain::{Observation, likelihood::Word};
use e2e::{World, until};
use serde_json::json;
use testkit::browser::{Browser, field};

const ROWS: &str = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility,tlp
1,2026-10-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,Fire at the intake,,,,Wire,Wire,B,2,AMBER
";

async fn evidence(world: &World) -> String {
    let run = world.import("csv", "one.csv", ROWS.into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, 1));
    let analyst = world.person("analyst");
    let page: Page<Observation> = analyst.get("/v1/observations?province=KG-B").await.unwrap();
    until("analysis has heard of it", async || {
        let seen: serde_json::Value = analyst.get("/v1/situation/KG-B").await.ok()?;
        (!seen["items"].as_array()?.is_empty()).then_some(())
    })
    .await;
    page.items[0].id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judgement_is_written_in_the_console_reviewed_by_another_and_scored() {
    let world = World::new().await;
    let evidence = evidence(&world).await;
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    let form = browser.get("/assessments/new").await;
    let due = kit::Clock::system().now().day().plus(60).to_string();
    let common = [
        ("token", field(&form, "token")),
        ("key", field(&form, "key")),
        ("title", "Water in Batken"),
        ("question", "Will it escalate this winter?"),
        ("summary", "Tense."),
        ("province-KG-B", "on"),
        ("threat", "border_tension"),
        ("tlp", "GREEN"),
        ("statement-1", "Fire is exchanged again within two months"),
        ("likelihood-1", "likely"),
        ("confidence-1", "low"),
        ("basis-1", "one owner alone"),
        ("evidence-1.1", &evidence),
        ("sources-1.1", "situation:KG-B/border_tension"),
        ("documents-1", "UNAMA, 2025, p. 12, https://unama.example/report"),
        ("due-1", &due),
    ];
    let refused = browser.post("/assessments", &[&common[..], &[("evidence-1.1", "ob_1")]].concat()).await;
    assert!(
        refused.contains("evidence-1") && refused.contains("Water in Batken"),
        "what was written is kept: {refused}"
    );
    let sent = browser.post("/assessments", &common).await;
    let id = sent.split("location: /assessments/").nth(1).and_then(|rest| rest.split_whitespace().next());
    let id = id.unwrap_or_else(|| panic!("{sent}")).to_owned();
    let bare = browser.get(&format!("/assessments/{id}")).await;
    for link in ["/provinces/KG-B?threat=border_tension&amp;on=", "https://unama.example/report"] {
        assert!(bare.contains(&format!("href=\"{link}")), "{link}: {bare}");
    }
    let press = |page: &str| {
        let named = |name| field(page, name).to_owned();
        (named("token"), named("key"), named("version"))
    };
    let (token, key, version) = press(&bare);
    let fields = [("token", &*token), ("key", &*key), ("version", &*version), ("note", "")];
    let lacking = browser.post(&format!("/assessments/{id}/submit"), &fields).await;
    assert!(lacking.contains("href=\"#alternatives-1\"") && lacking.contains("href=\"#would_change-1\""));
    let analyst = world.person("analyst");
    let mut one: serde_json::Value = analyst.get(&format!("/v1/assessments/{id}")).await.unwrap();
    one["form"]["judgements"][0]["alternatives"] = json!(["a quarrel over pasture"]);
    one["form"]["judgements"][0]["would_change"] = json!(["a schedule"]);
    let path = |action: &str| format!("/v1/assessments/{id}/{action}");
    let revised: Assessment = analyst.post(&path("revise"), "revise", &one["form"]).await.unwrap();
    assert_eq!(revised.handling.tlp(), domain::Tlp::Amber, "no looser than its evidence");
    let note = json!({ "note": "" });
    let _: Assessment = analyst.post(&path("submit"), "submit", &note).await.unwrap();
    let own = analyst.post::<_, Assessment>(&path("approve"), "own", &note).await.unwrap_err();
    assert!(format!("{own:#}").contains("another person"), "{own:#}");
    let senior = world.token("senior", Role::SeniorAnalyst, None).await;
    let _: Assessment = senior.post(&path("approve"), "s-approve", &note).await.unwrap();
    let published: Assessment = senior.post(&path("publish"), "s-publish", &note).await.unwrap();
    assert_eq!(published.state, AssessmentState::Published);
    let rests: Page<Source> = analyst.get(&path("sources?lang=ru")).await.unwrap();
    let kinds: Vec<SourceKind> = rests.items.iter().map(|source| source.kind).collect();
    assert_eq!(kinds, [SourceKind::Situation, SourceKind::Document]);
    let paper = analyst.text(&format!("/v1/assessments/{id}.md?lang=ru")).await.unwrap();
    assert!(paper.contains("UNAMA, 2025, p. 12") && paper.contains("Уровень по оценке"), "{paper}");
    assert!(paper.starts_with("**TLP:AMBER**\n\n# Water in Batken") && paper.contains("— B2"), "{paper}");
    let printed = browser.get(&format!("/v1/assessments/{id}.pdf")).await;
    assert!(printed.contains("application/pdf") && printed.contains("%PDF-"), "{}", printed.len());
    let wrong = analyst.text(&format!("/v1/assessments/{id}.html?lang=xx")).await.unwrap_err();
    assert!(format!("{wrong:#}").contains("neither en nor ru"), "{wrong:#}");
    let what = json!({ "resolution": Resolution::Came, "note": "two owners reported it" });
    let scored: Assessment = senior.post(&path("judgements/1/resolve"), "s-resolve", &what).await.unwrap();
    let brier = scored.outcomes[0].as_ref().and_then(|outcome| outcome.brier).unwrap();
    assert!((brier - (1.0 - Word::Likely.range().middle()).powi(2)).abs() < 1e-12);
    let record: Page<Calibration> = analyst.get("/v1/calibrations").await.unwrap();
    assert_eq!((record.items.len(), record.items[0].judgements), (2, 1));
    let page = browser.get("/assessments").await;
    assert!(page.contains("likely: 100% of 1"), "{page}");
    let audit: serde_json::Value = world.admin.get("/v1/audit?limit=20").await.unwrap();
    for action in ["draftAssessment", "publishAssessment", "resolveJudgement"] {
        assert!(audit.to_string().contains(action), "{action}: {audit}");
    }
    world.end().await;
}

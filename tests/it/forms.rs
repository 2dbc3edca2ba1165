//! Forms as a browser sends them: files among their fields, buttons that say what is to be done, boxes and lists. The pages are
//! filled in as a person does it; where a form is broken nothing else sends what it should have sent.

use contracts::{
    Page,
    gateway::Format,
    intake::{
        ImportState,
        questionnaires::{Asks, Questionnaire, QuestionnaireState},
        weekly::Assignment,
    },
};
use domain::{Day, Observation};
use e2e::{World, until};
use kit::Clock;
use serde_json::{Value, json};
use testkit::Chromium;

const TABLE: &str = "No;Date;Province;Type;Where\n1;01.10.2026;Batken;clash;Ak-Sai\n2;02.10.2026;KG-B;theft;Samarkandek\n\
                     3;31.09.2026;KG-B;clash;Kok-Terek\n";
/// A picture of one point.
const PICTURE: &str = "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6368\
                       00000082008177cd72b60000000049454e44ae426082";

/// A window, signed in with this token; `None` where there is no Chromium.
async fn window(world: &World, token: &str) -> Option<Chromium> {
    let window = Chromium::open(&world.stack.as_ref()?.address()).await?;
    window.sign_in(token.trim()).await;
    Some(window)
}

fn admin(world: &World) -> String {
    std::fs::read_to_string(world.stack.as_ref().unwrap().admin_token_file()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_made_on_a_sample_tried_on_its_first_rows_saved_and_run_on_the_whole_file() {
    let world = World::new().await;
    let Some(window) = window(&world, &admin(&world)).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("log.csv");
    std::fs::write(&table, TABLE).unwrap();
    window.go("/mappings/new").await;
    window.write("name", "border-log").await;
    window.attach("#file", &[&table]).await;
    window.choose("delimiter", "semicolon").await;
    window.press("Read the columns").await;
    window.sees("no · date · province · type · where").await;
    for (field, column) in [("id", "no"), ("date", "date"), ("province", "province"), ("threat", "type")] {
        window.choose(&format!("column-{field}"), column).await;
    }
    for (field, text) in [
        ("country", "KGZ"),
        ("kind", "border_incident"),
        ("severity", "notable"),
        ("title", "{Type} at {Where}"),
        ("source", "border-log"),
        ("source_owner", "Border Service"),
    ] {
        window.write(&format!("text-{field}"), text).await;
    }
    window.write("dates", "DD.MM.YYYY").await;
    window.write("meanings", "threat: clash = border_tension").await;
    window.write("licence", "own").await;
    window.choose("redistribution", "raw").await;
    window.tick("everyone", "yes").await;
    window.press("Try the first rows").await;
    let tried = window.sees("1 of 3 rows can be read.").await;
    assert!(tried.contains("clash at Ak-Sai") && tried.contains("field date"), "{tried}");
    window.press("Save").await;
    window.sees("read by the saved version 1").await;
    assert_eq!(window.at().await, "/mappings/border-log");
    window.attach("#whole", &[&table]).await;
    window.press("Send a file to be read").await;
    window.sees("Read by the mapping border-log").await;
    let at = window.at().await;
    let id =
        at.strip_prefix("/imports/").and_then(|rest| rest.split('?').next()).expect("the page of the run");
    let run = world.run(id).await;
    assert_eq!((run.state, run.accepted, run.quarantined), (ImportState::Done, 1, 2), "{}", run.failure);
    assert_eq!(run.name, "log.csv");
    let found: Page<Observation> =
        world.person("analyst").get("/v1/observations?kind=border_incident").await.unwrap();
    assert_eq!(
        (found.items[0].title.as_str(), found.items[0].handling.tlp().as_str()),
        ("clash at Ak-Sai", "AMBER")
    );
    drop(window);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_drops_a_file_and_what_it_is_is_told_by_how_it_begins() {
    let world = World::new().await;
    let index = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News</title><item><title>Canal shut</title>\
                 <link>https://news.example/1</link><guid>1</guid></item></channel></rss>";
    let received: Value =
        world.person("analyst").upload("/v1/imports?name=news.xml", index.into()).await.unwrap();
    let run = world.run(received["id"].as_str().unwrap()).await;
    assert_eq!((run.format, run.state, run.read), (Format::Feed, ImportState::Done, 1), "{}", run.failure);

    let Some(window) = window(&world, &admin(&world)).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (table, parquet) = (folder.path().join("rows.csv"), folder.path().join("rows.parquet"));
    let header = "id,date,country,province,precision,threat,kind,severity,title,source,source_owner,reliability,credibility";
    let row = "1,2026-10-01,KGZ,KG-B,province,border_tension,border_incident,minor,Shots,log,Post,B,2";
    std::fs::write(&table, format!("{header}\n{row}\n")).unwrap();
    std::fs::write(&parquet, [b"PAR1".as_slice(), &[0; 200_000]].concat()).unwrap();
    window.go("/imports").await;
    window.attach("#file", &[&parquet]).await;
    window.tick("exercise", "on").await;
    window.press("Send the file").await;
    let refused = window.sees("The file was not taken.").await;
    assert!(refused.contains("a Parquet file; save the table as CSV"), "{refused}");
    assert_eq!(window.at().await, "/imports", "the refusal stands beside the form");
    window.attach("#file", &[&table]).await;
    window.press("Send the file").await;
    window.sees("SHA-256").await;
    let at = window.at().await;
    let id =
        at.strip_prefix("/imports/").and_then(|rest| rest.split('?').next()).expect("the page of the run");
    let run = world.run(id).await;
    assert_eq!(
        (run.format, run.accepted, run.name.as_str()),
        (Format::Csv, 1, "rows.csv"),
        "{}",
        run.failure
    );
    let found: Page<Observation> =
        world.person("analyst").get("/v1/observations?kind=border_incident&exercise=true").await.unwrap();
    assert!(found.items[0].exercise, "what was ticked before the refusal is still ticked");
    drop(window);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_lands_on_the_own_reports_sends_one_and_reads_where_it_stands_and_nobody_elses() {
    let world = World::new().await;
    let token = async |name: &str| {
        let wish = json!({ "name": name, "roles": [contracts::Role::FieldMonitor] });
        let made: Value = world.admin.post("/v1/tokens", name, &wish).await.unwrap();
        made["token"].as_str().unwrap().to_owned()
    };
    let (one, other) = (token("monitor-one").await, token("monitor-other").await);
    let (one_api, other_api) = (world.admin.as_token(&one), world.admin.as_token(&other));
    let Some(window) = window(&world, &one).await else { return };
    window.go("/").await;
    window.sees("You have sent no report yet.").await;
    assert_eq!(window.at().await, "/reports/mine");
    window.go("/reports/new").await;
    window.choose("what", "border_tension/border_incident").await;
    window.write("place", "Badakhshan").await;
    window.write("text", "Canary words at the canal.").await;
    window.press("Send the report").await;
    window.sees("several places are called so").await;
    assert_eq!(window.value("text").await, "Canary words at the canal.", "nothing written is lost");
    window.tick("candidate", "TJ-GB").await;
    window.press("Send the report").await;
    let page = window.sees("My report").await;
    assert!(!page.contains("Canary"), "{page}");
    let at = window.at().await;
    let id =
        at.strip_prefix("/reports/").and_then(|rest| rest.split('?').next()).expect("its page").to_owned();
    let own: Value = one_api.get(&format!("/v1/own-reports/{id}")).await.unwrap();
    assert!(["submitted", "triage"].contains(&own["state"].as_str().unwrap()), "{own}");
    let refused = other_api.get::<Value>(&format!("/v1/own-reports/{id}")).await.unwrap_err().to_string();
    assert!(refused.contains("404"), "{refused}");
    let theirs: Value = other_api.get("/v1/own-reports").await.unwrap();
    assert_eq!(theirs["items"], json!([]));
    let list = until("intake has heard of it", async || {
        let list: Value = one_api.get("/v1/own-reports").await.ok()?;
        (list["items"].as_array()?.len() == 1).then_some(list)
    })
    .await;
    assert!(list["items"][0]["id"] == id && !list.to_string().contains("Canary"), "{list}");
    let report: Value = world.person("analyst").get(&format!("/v1/reports/{id}")).await.unwrap();
    assert_eq!(
        (&report["form"]["text"], &report["place"]["province"]),
        (&json!("Canary words at the canal."), &json!("TJ-GB"))
    );
    window.go("/forecasts").await;
    window.sees("To the first page that is open to you").await;
    drop(window);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_answers_in_a_browser_and_adds_a_picture_and_what_is_no_picture_is_named() {
    let world = World::new().await;
    let wish = json!({ "name": "monitor-two", "roles": [contracts::Role::FieldMonitor] });
    let made: Value = world.admin.post("/v1/tokens", "monitor-two", &wish).await.unwrap();
    let Some(window) = window(&world, made["token"].as_str().unwrap()).await else { return };
    let week: Day = Clock::system().now().day().week().0.plus(-14);
    let duty = json!({ "monitor": "monitor-two", "call_sign": "Batken 1", "province": "KG-B", "from": week });
    let desk = world.person("analyst");
    let _: Assignment = desk.post("/v1/assignments", "a1", &duty).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (picture, page) = (folder.path().join("post.png"), folder.path().join("page.png"));
    std::fs::write(&picture, hex::decode(PICTURE).unwrap()).unwrap();
    std::fs::write(&page, "<html>").unwrap();

    window.go(&format!("/reports/weekly?province=KG-B&week={week}")).await;
    window.tick("extent:price_spike", "marked").await;
    window.write("text:summary", "The post is shut.").await;
    window.press("Send").await;
    window.sees("must be answered").await;
    assert_eq!(window.value("text:summary").await, "The post is shut.", "nothing written is lost");
    window.tick("choice:access", "most").await;
    window.press("Send").await;
    window.press("Add files").await;
    let at = window.at().await;
    let id = at
        .strip_prefix("/reports/")
        .and_then(|rest| rest.strip_suffix("/files"))
        .expect("the report")
        .to_owned();
    window.attach("file", &[&picture, &page]).await;
    window.press("Send").await;
    let refused = window.sees("Not every file could be kept").await;
    assert!(refused.contains("page.png") && !refused.contains("post.png"), "{refused}");
    let report: Value = e2e::until("the picture is with the report", async || {
        let report: Value = desk.get(&format!("/v1/reports/{id}")).await.ok()?;
        (!report["attachments"].as_array()?.is_empty()).then_some(report)
    })
    .await;
    assert_eq!(report["attachments"][0]["media_type"], "image/png");
    assert_eq!(report["form"]["situation"]["answers"]["price_spike"]["extent"], "marked");
    drop(window);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_questionnaire_is_written_looked_at_kept_and_put_in_force_in_a_browser() {
    let world = World::new().await;
    let Some(window) = window(&world, &admin(&world)).await else { return };
    window.go("/questionnaires/new").await;
    window.write("word", "field_check").await;
    window.write("title", "en: Field check\nru: Проверка на месте").await;
    window.write("countries", "KGZ").await;
    window.write("text-1", "en: Did prices jump?\nru: Выросли ли цены?").await;
    window.choose("indicator-1", "price_spike").await;
    window.write("text-2", "en: Who could be reached?\nru: До кого удалось добраться?").await;
    window.choose("kind-2", "choice").await;
    window.unfold("Where it is not about an indicator", 2).await;
    window.write("word-2", "reached").await;
    window.write("options-2", "most = en: Most | ru: Большинство\nnone = en: Nobody | ru: Никого").await;
    window.tick("required-2", "yes").await;
    window.press("As a monitor sees it").await;
    let seen = window.sees("Nothing can be sent from here").await;
    assert!(seen.contains("Did prices jump?") && seen.contains("Nobody"), "{seen}");
    assert!(window.value("options-2").await.contains("Никого"), "what was written stands in the form again");
    window.press("Keep as a draft").await;
    window.sees("Put in force").await;
    window.press("Put in force").await;
    window.sees("Write the next version").await;
    let at = window.at().await;
    let one: Questionnaire = world.person("analyst").get(&format!("/v1{at}")).await.unwrap();
    assert_eq!(
        (one.state, one.form.key.as_str(), one.form.questions.len()),
        (QuestionnaireState::InForce, "field_check", 2)
    );
    let reached = &one.form.questions[1];
    let Asks::Choice { options } = &reached.asks else { panic!("{reached:?}") };
    assert_eq!((options.len(), options[1].text["ru"].as_str(), reached.required), (2, "Никого", true));
    drop(window);
    world.end().await;
}

//! Papers: drafted from what was reported, edited, reviewed by another, published, and torn to a partner's measure.

use contracts::{
    Page, Role,
    analysis::products::{Part, Product, ProductState, Statement},
    coordination::{Goes, Torn},
    intake::ImportState,
};
use e2e::{World, until};
use serde_json::{Value, json};
use testkit::browser::{Browser, field};

fn rows(day: domain::Day) -> String {
    let day = |back: i64| day.plus(-back).to_string();
    format!(
        "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility,tlp
1,{},KGZ,KG-B,,,,province,border_tension,clash,serious,2,Fire at the intake,,,,Wire,Wire,B,2,CLEAR
2,{},KGZ,KG-B,,,,province,border_tension,troop_movement,grave,,Armour seen near the canal,,,,Observer,Observer,A,2,RED
",
        day(2),
        day(1)
    )
}

/// Imports the first row anew, marked TLP:RED.
async fn marked_red(world: &World, today: domain::Day) {
    let red = rows(today).replacen(",CLEAR", ",RED", 1);
    let run = world.import("csv", "red.csv", red.into()).await;
    assert_eq!((run.state, run.updated), (ImportState::Done, 1));
}

async fn reported(world: &World, today: domain::Day) {
    let run = world.import("csv", "two.csv", rows(today).into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, 2));
    let analyst = world.person("analyst");
    until("analysis has heard of both", async || {
        let seen: Value = analyst.get("/v1/situation/KG-B").await.ok()?;
        (seen["items"].to_string().contains("Armour")).then_some(())
    })
    .await;
}

async fn partner(world: &World) {
    let coordinator = world.person("coordinator");
    let osce = json!({ "key": "osce", "name": "OSCE", "kind": "regional_organisation" });
    let _: Value = coordinator.post("/v1/organisations", "org", &osce).await.unwrap();
    let mandate = json!({ "organisation": "osce", "instrument": "MC.DEC/3/11", "citation": "para. 1",
        "threats": ["border_tension"], "countries": ["KGZ"], "valid_from": "2020-01-01" });
    let _: Value = coordinator.post("/v1/mandates", "mandate", &mandate).await.unwrap();
    let agreement = json!({ "organisation": "osce", "title": "Exchange of letters", "tlp_ceiling": "GREEN",
        "un_class_ceiling": "unclassified", "kinds": ["product"], "precision_floor": "near", "redistribution": "raw",
        "purposes": ["early_warning"], "valid_from": "2020-01-01" });
    let _: Value = coordinator.post("/v1/agreements", "agreement", &agreement).await.unwrap();
}

fn strikes(one: &Product) -> Vec<Value> {
    let empty = one.sections.iter().filter(|section| section.statements.is_empty());
    empty.map(|section| json!({ "strike": { "part": section.part, "reason": "nothing to say" } })).collect()
}

/// The statement on the fire, as it was drafted.
fn of_the_fire(draft: &Product) -> &Statement {
    let security = draft.sections.iter().find(|section| section.part == Part::Security).unwrap();
    security.statements.iter().find(|said| said.text.contains("Fire at the intake")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_situation_report_is_drafted_edited_reviewed_published_and_torn_to_a_partners_measure() {
    let world = World::new().await;
    let today = kit::Clock::system().now().day();
    reported(&world, today).await;
    partner(&world).await;
    let analyst = world.person("analyst");
    let wish = json!({ "kind": "situation_report", "language": "en", "from": today.plus(-6), "to": today,
        "countries": ["KGZ"], "threats": ["border_tension"], "handling": { "tlp": "GREEN", "audience": ["*"] } });
    let draft: Product = analyst.post("/v1/products", "draft", &wish).await.unwrap();
    assert!(draft.statements().all(|said| !said.sources.is_empty()), "every sentence carries its sources");
    let fire = of_the_fire(&draft);
    let changes = edited(&world, &draft, fire).await;
    published(&world, &draft).await;
    let late = json!({ "changes": changes });
    let frozen =
        analyst.post::<_, Product>(&format!("/v1/products/{}/revise", draft.id), "late", &late).await;
    let frozen = frozen.unwrap_err();
    assert!(
        format!("{frozen:#}").contains("only a draft is changed"),
        "what is published is frozen: {frozen:#}"
    );
    given_out(&world, &draft).await;
    printed(&world, &draft).await;
    let audit: Value = world.admin.get("/v1/audit?limit=100").await.unwrap();
    for action in ["draftProduct", "publishProduct", "getProductMarkdown", "previewTearlines"] {
        assert!(audit.to_string().contains(action), "{action}: {audit}");
    }
    nothing_of_it_goes_once_marked_red(&world, &draft, (fire, today)).await;
    nothing_of_it_goes_once_retracted(&world, &draft, fire).await;
    world.end().await;
}

/// Edits the draft as far as it must be before it is submitted, and gives the changes.
async fn edited(world: &World, draft: &Product, fire: &Statement) -> Vec<Value> {
    let analyst = world.person("analyst");
    let path = |action: &str| format!("/v1/products/{}/{action}", draft.id);
    let early = analyst.post::<_, Product>(&path("submit"), "early", &json!({})).await.unwrap_err();
    assert!(format!("{early:#}").contains("/sections/recommended"), "{early:#}");
    let edited = format!("{} {EDITED}.", fire.text);
    let mut changes = strikes(draft);
    changes.push(json!({ "rewrite": { "statement": fire.number, "text": edited } }));
    let revised: Product =
        analyst.post(&path("revise"), "revise", &json!({ "changes": changes })).await.unwrap();
    let now = revised.statements().find(|said| said.number == fire.number).unwrap();
    assert_eq!(
        (&now.sources, now.edited.is_some()),
        (&fire.sources, true),
        "it keeps its sources and says by whom"
    );
    let newer: Page<Value> = analyst.get(&path("newer")).await.unwrap();
    assert!(newer.items.is_empty(), "{newer:?}");
    changes
}

/// Submits, approves and publishes it, each by whoever may.
async fn published(world: &World, draft: &Product) {
    let analyst = world.person("analyst");
    let path = |action: &str| format!("/v1/products/{}/{action}", draft.id);
    let _: Product = analyst.post(&path("submit"), "submit", &json!({})).await.unwrap();
    let own = analyst.post::<_, Product>(&path("approve"), "own", &json!({})).await.unwrap_err();
    assert!(format!("{own:#}").contains("another person"), "{own:#}");
    let senior = world.token("senior", Role::SeniorAnalyst, None).await;
    let _: Product = senior.post(&path("approve"), "approve", &json!({})).await.unwrap();
    let alone = senior.post::<_, Product>(&path("publish"), "alone", &json!({})).await.unwrap_err();
    assert!(format!("{alone:#}").contains("another than the reviewer"), "at TLP:RED two persons: {alone:#}");
    let before = analyst.text(&format!("/v1/products/{}.md?for=osce", draft.id)).await.unwrap_err();
    assert!(format!("{before:#}").contains("only what is published"), "{before:#}");
    let published: Product =
        world.person("duty").post(&path("publish"), "publish", &json!({})).await.unwrap();
    assert_eq!((published.state, published.handling.tlp()), (ProductState::Published, domain::Tlp::Red));
}

/// The centre has the whole, the partner what it may have.
async fn given_out(world: &World, draft: &Product) {
    let analyst = world.person("analyst");
    let whole = analyst.text(&format!("/v1/products/{}.md", draft.id)).await.unwrap();
    assert!(
        whole.starts_with("**TLP:RED**")
            && whole.contains("Armour seen near the canal")
            && whole.contains("— A2"),
        "{whole}"
    );
    let torn: Torn = analyst.get(&format!("/v1/products/{}/tearlines?for=osce", draft.id)).await.unwrap();
    assert!(
        torn.lines.iter().any(|line| line.goes == Goes::Whole)
            && torn.lines.iter().any(|line| line.goes == Goes::Nothing),
        "{torn:?}"
    );
    for form in ["md", "html"] {
        let given = analyst.text(&format!("/v1/products/{}.{form}?for=osce", draft.id)).await.unwrap();
        assert!(given.contains("TLP:GREEN") && given.contains(EDITED), "{given}");
        for hidden in ["Armour", "Observer", "RED", "a.analyst", "recommended"] {
            assert!(!given.contains(hidden), "{hidden}: {given}");
        }
    }
}

async fn browser(world: &World) -> Browser {
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    Browser::sign_in(stack.address().trim_start_matches("http://").parse().unwrap(), token.trim()).await
}

async fn printed(world: &World, draft: &Product) {
    let browser = browser(world).await;
    for address in
        [format!("/v1/products/{}.pdf", draft.id), format!("/v1/products/{}.pdf?for=osce", draft.id)]
    {
        let printed = browser.get(&address).await;
        assert!(printed.contains("application/pdf") && printed.contains("%PDF-"), "{address}");
    }
    let page = browser.get(&format!("/products/{}/tearlines?for=osce", draft.id)).await;
    assert!(page.contains("withheld") && page.contains("as it stands"), "{page}");
}

const EDITED: &str = "It was over within an hour";

/// Waits until analysis knows what became of a source of a product.
async fn became(world: &World, product: &Product, since: &str) {
    until("analysis has heard of it", async || {
        let path = format!("/v1/products/{}/newer", product.id);
        let newer: Page<Value> = world.person("analyst").get(&path).await.ok()?;
        newer.items.iter().any(|one| one["since"] == since).then_some(())
    })
    .await;
}

/// Why a partner is given nothing of a statement now: its line; and of a paper that is RED throughout no form at all.
async fn held_back(world: &World, product: &Product, said: &Statement) -> String {
    let analyst = world.person("analyst");
    let torn: Torn = analyst.get(&format!("/v1/products/{}/tearlines?for=osce", product.id)).await.unwrap();
    let line = torn.lines.iter().find(|line| line.statement == said.number).unwrap();
    assert_eq!(line.goes, Goes::Nothing, "{}", line.reason);
    for form in ["md", "html"] {
        let asked = analyst.text(&format!("/v1/products/{}.{form}?for=osce", product.id)).await;
        let refused = asked.unwrap_err().to_string();
        assert!(
            refused.contains("409: nothing of it may go to osce") && !refused.contains(EDITED),
            "{refused}"
        );
    }
    line.reason.clone()
}

async fn whole_line(world: &World, product: &Product) -> String {
    let whole = world.person("analyst").text(&format!("/v1/products/{}.md", product.id)).await.unwrap();
    whole.lines().find(|line| line.contains(EDITED)).unwrap().to_owned()
}

/// Marks the report more strictly on which a statement of a published product rests.
async fn nothing_of_it_goes_once_marked_red(
    world: &World,
    product: &Product,
    (said, today): (&Statement, domain::Day),
) {
    assert!(!whole_line(world, product).await.starts_with("- (RED)"));
    marked_red(world, today).await;
    became(world, product, "remarked").await;
    let reason = held_back(world, product, said).await;
    assert!(reason.contains("TLP:RED"), "{reason}");
    assert!(
        whole_line(world, product).await.starts_with("- (RED)"),
        "the centre's own copy is marked so too"
    );
}

/// Takes the report back on which a statement of a published product rests.
async fn nothing_of_it_goes_once_retracted(world: &World, product: &Product, said: &Statement) {
    let id = said.sources.iter().find_map(|key| key.strip_prefix("observation:")).unwrap();
    let note = json!({ "note": "the desk took it back" });
    let path = format!("/v1/observations/{id}/retract");
    let _: Value = world.person("analyst").post(&path, "retract", &note).await.unwrap();
    became(world, product, "gone").await;
    let reason = held_back(world, product, said).await;
    assert!(reason.starts_with("Withdrawn since: source ["), "{reason}");
    let line = whole_line(world, product).await;
    assert!(line.contains("withdrawn since"), "{line}");
}

/// Has a note drafted by the form of the console; its address and page.
async fn drafted_in_the_console(browser: &Browser, today: domain::Day) -> (String, String) {
    let form = browser.get("/products/new").await;
    let (from, to) = (today.plus(-6).to_string(), today.to_string());
    let fields = [
        ("token", field(&form, "token")),
        ("key", field(&form, "key")),
        ("kind", "briefing_note"),
        ("language", "ru"),
        ("from", &from),
        ("to", &to),
        ("country-KGZ", "on"),
        ("province-KG-B", "on"),
        ("tlp", "GREEN"),
        ("audience", "*"),
    ];
    let wrong = browser.post("/products", &[&fields[..], &[("province-Batken", "on")]].concat()).await;
    assert!(wrong.contains("provinces") && wrong.contains("KG-B"), "{wrong}");
    let sent = browser.post("/products", &fields).await;
    let id = sent.split("location: /products/").nth(1).and_then(|rest| rest.split_whitespace().next());
    let id = id.unwrap_or_else(|| panic!("{sent}")).to_owned();
    let page = browser.get(&format!("/products/{id}")).await;
    assert!(page.contains("of 2 pages") && page.contains("#part-talking_points"), "{page}");
    (id, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_briefing_note_is_written_in_the_console_and_refused_beyond_two_pages() {
    let world = World::new().await;
    let today = kit::Clock::system().now().day();
    reported(&world, today).await;
    let browser = browser(&world).await;
    let (id, page) = drafted_in_the_console(&browser, today).await;
    let add = [
        ("token", field(&page, "token")),
        ("key", field(&page, "key")),
        ("version", field(&page, "version")),
        ("change", "add"),
        ("part", "talking_points"),
        ("text", "Спокойствие на границе – общий интерес."),
        ("basis", "context"),
        ("at", "part-talking_points"),
    ];
    let added = browser.post(&format!("/products/{id}/change"), &add).await;
    assert!(added.contains(&format!("location: /products/{id}#part-talking_points")), "{added}");
    too_long_and_cut(&world, &browser, &id).await;
    world.end().await;
}

/// Makes it too long, which is refused, and cuts it, which is taken.
async fn too_long_and_cut(world: &World, browser: &Browser, id: &str) {
    let analyst = world.person("analyst");
    let draft: Product = analyst.get(&format!("/v1/products/{id}")).await.unwrap();
    let long = "Слово за словом занимает место на странице. ".repeat(90);
    let mut changes = strikes(&draft);
    changes.extend((0..3).map(|_| json!({ "add": { "part": "options", "text": long, "basis": "context" } })));
    let path = |action: &str| format!("/v1/products/{id}/{action}");
    let changes = json!({ "changes": changes.into_iter().filter(|change| change["strike"]["part"] != "options").collect::<Vec<_>>() });
    let _: Product = analyst.post(&path("revise"), "long", &changes).await.unwrap();
    let refused = analyst.post::<_, Product>(&path("submit"), "submit", &json!({})).await.unwrap_err();
    assert!(format!("{refused:#}").contains("pages when set and 2 at most"), "{refused:#}");
    let page = browser.get(&format!("/products/{id}")).await;
    assert!(page.contains("It cannot be submitted"), "shown while it is edited");
    let draft: Product = analyst.get(&format!("/v1/products/{id}")).await.unwrap();
    let cut: Vec<Value> = draft
        .statements()
        .filter(|said| said.text.len() > 2000)
        .map(|said| json!({ "remove": { "statement": said.number } }))
        .collect();
    let strike = json!({ "strike": { "part": "options", "reason": "none yet" } });
    let changes = json!({ "changes": cut.into_iter().chain([strike]).collect::<Vec<_>>() });
    let _: Product = analyst.post(&path("revise"), "cut", &changes).await.unwrap();
    let review: Product = analyst.post(&path("submit"), "again", &json!({})).await.unwrap();
    assert_eq!((review.state, review.pages.is_some_and(|pages| pages <= 2)), (ProductState::Review, true));
}

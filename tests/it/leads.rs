//! Leads: from a feed of news to an observation, with a person in between.

use contracts::{
    Page,
    intake::{
        leads::{Lead, LeadState},
        sources::Source,
    },
};
use domain::Observation;
use e2e::{World, until};
use serde_json::{Value, json};
use testkit::{
    Recorded, Site,
    browser::{Browser, field},
};

const FEED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>News</title>\
    <item><guid>n-1</guid><link>https://news.example.kg/1</link><title>Пограничники открыли огонь у канала под Баткеном</title>\
    <description>&lt;p&gt;Один человек &lt;b&gt;погиб&lt;/b&gt;.&lt;/p&gt;</description></item>\
    <item><guid>n-2</guid><link>https://news.example.kg/2</link><title>Министры обсудили учебный год</title></item></channel></rss>";

#[tokio::test(flavor = "multi_thread")]
async fn news_becomes_a_lead_with_evidence_and_counts_once_a_person_has_confirmed_it() {
    let (world, site) = (World::new().await, Site::start().await);
    site.answer("/rss.xml", [Recorded::ok(FEED)]);
    let (head, analyst) = (world.person("head"), world.person("analyst"));
    let wish = json!({ "key": "news-kg", "connector": "feed", "form": { "title": "News of Kyrgyzstan",
        "address": format!("{}rss.xml", site.url), "every_s": 3600, "grade": { "reliability": "C", "credibility": 3 },
        "handling": { "tlp": "GREEN", "audience": ["*"] } } });
    let _: Source = head.post("/v1/sources", "make", &wish).await.unwrap();
    let _: Source = head.post("/v1/sources/news-kg/resume", "on", &json!({})).await.unwrap();
    let leads = until("both items are leads", async || {
        let page: Page<Lead> = analyst.get("/v1/leads?state=new&source=news-kg").await.ok()?;
        (page.items.len() == 2).then_some(page.items)
    })
    .await;
    let known: Page<Observation> = analyst.get("/v1/observations").await.unwrap();
    assert_eq!(known.items, [], "news counts nowhere by itself");
    let told = leads.iter().find(|lead| lead.external_id == "n-1").unwrap();
    let letters: Vec<char> = format!("{}\n{}", told.title, told.text).chars().collect();
    let kind = told.coding.kinds.iter().find(|kind| kind.kind == "border_incident").unwrap();
    for word in &kind.words {
        let there: String = letters[word.from as usize..word.to as usize].iter().collect();
        assert_eq!(there, word.text);
    }
    assert_eq!(told.coding.places[0].means[0].province.as_str(), "KG-B");
    let quiet = leads.iter().find(|lead| lead.external_id == "n-2").unwrap();
    assert_eq!(quiet.coding.kinds, []);

    let dismissed: Lead = analyst
        .post(&format!("/v1/leads/{}/dismiss", quiet.id), "no", &json!({ "note": "no event" }))
        .await
        .unwrap();
    assert_eq!(dismissed.state, LeadState::Dismissed);
    let coding = json!({ "threats": ["border_tension"], "kind": "border_incident", "severity": "serious", "deaths": 1,
        "occurred_on": told.published_on, "province": "KG-B", "actors": ["Border guards"], "note": "two channels say so" });
    let path = format!("/v1/leads/{}/confirm", told.id);
    let confirmed: Lead = analyst.post(&path, "yes", &coding).await.unwrap();
    let id = confirmed.observation.unwrap();
    let found: Page<Observation> = analyst.get("/v1/observations?province=KG-B").await.unwrap();
    assert_eq!((found.items.len(), &found.items[0].id), (1, &id));
    assert_eq!((found.items[0].grade.by.as_str(), found.items[0].grade.code().as_str()), ("analyst", "C3"));
    let refused = analyst
        .post::<_, Value>(
            &path,
            "odd",
            &json!({ "threats": [], "kind": "x", "severity": "serious",
        "occurred_on": "2099-01-01", "province": "KG-B" }),
        )
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("/coding/threats") || refused.contains("422"), "{refused}");
    let seen: Value =
        analyst.post("/v1/coding", "code", &json!({ "text": "Explosion in Badakhshan" })).await.unwrap();
    assert!(
        seen["places"][0]["means"].as_array().unwrap().len() > 1,
        "what is ambiguous is told as such: {seen}"
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_pasted_into_a_form_and_decided_on_the_page_it_leads_to() {
    let world = World::new().await;
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    assert!(browser.get("/leads?lang=en").await.contains("href=\"/leads/new\""));
    let form = browser.get("/leads/new?lang=ru").await;
    assert!(
        form.contains("Внести текст") && form.contains("method=\"post\" action=\"/leads/new\""),
        "{form}"
    );
    let text = "Сель разрушил дома <b>в Баткене</b>, погибших нет.";
    let fields = |link: &'static str| {
        let (token, key) = (field(&form, "token").to_owned(), field(&form, "key").to_owned());
        [
            ("token", token),
            ("key", key),
            ("text", text.to_owned()),
            ("link", link.to_owned()),
            ("tlp", "GREEN".to_owned()),
        ]
    };
    let send = async |fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/leads/new", &fields).await
    };
    let refused = send(&fields("javascript:alert(1)")).await;
    assert!(refused.starts_with("HTTP/1.0 422") && refused.contains("/link"), "{refused}");
    assert!(refused.contains("разрушил дома &lt;b&gt;"), "what was written is kept: {refused}");
    let mut good = fields("https://news.example.kg/9").to_vec();
    good[1].1.push('x');
    let sent = send(&good).await;
    let place =
        sent.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_else(|| panic!("{sent}"));
    let page = browser.get(&format!("{place}?lang=en")).await;
    assert!(page.contains("<mark>Сель</mark>") && page.contains("<mark>Баткене</mark>"), "{page}");
    assert!(page.contains("Speaks against") && page.contains("<s>погибших</s>"), "{page}");
    let (token, version) = (field(&page, "token"), field(&page, "version"));
    let why = [("token", token), ("key", "k-1"), ("version", version), ("reason", ""), ("note", "a drill")];
    let decided = browser.post(&format!("{place}/dismiss"), &why).await;
    assert!(decided.contains(&format!("location: {place}")), "{decided}");
    assert!(browser.get(place).await.contains("a drill"));
    world.end().await;
}

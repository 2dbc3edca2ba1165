use contracts::gateway::Format;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::harvest::Said,
    sources::{Layout, records::Splitter, shape},
};

fn terms() -> Terms {
    Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false }
}

fn items(document: &str) -> Vec<Result<Item, String>> {
    let mut splitter = Splitter::new(shape(Format::Feed, document.as_bytes()).unwrap());
    splitter.push(document.as_bytes());
    splitter.end();
    let records: Vec<_> = std::iter::from_fn(|| splitter.next_record()).collect();
    let layout = Layout::of(Format::Feed, &splitter.head(), terms()).unwrap();
    let lead = |said| match said {
        Said::Lead(item) => *item,
        other => panic!("{other:?}"),
    };
    records.iter().map(|record| layout.read(record).map(lead)).collect()
}

#[test]
fn an_item_of_rss_is_read_with_its_markup_taken_off() {
    let feed = "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"c\"><channel><title>News</title><item>\
        <title>Сель в Баткене &amp;amp; паводок</title><link>https://news.example.kg/a/1?x=1</link><guid isPermaLink=\"false\">g-1</guid>\
        <pubDate>Sun, 22 Nov 2026 23:30:00 +0600</pubDate><description>short</description>\
        <content:encoded><![CDATA[<p>Дома <b>разрушены</b>.</p><script>alert('x')</script><p>2 &lt; 3&nbsp;&#1089;</p>]]></content:encoded>\
        </item></channel></rss>";
    let read = items(feed).remove(0).unwrap();
    assert_eq!(
        (read.title.as_str(), read.text.as_str()),
        ("Сель в Баткене & паводок", "Дома разрушены. 2 < 3 с")
    );
    assert_eq!(
        (read.external_id.as_str(), read.owner.as_str(), read.source.as_str()),
        ("g-1", "example.kg", "example.kg")
    );
    assert_eq!(read.published_on.to_string(), "2026-11-22");
    assert_eq!(read.handling.licence.redistribution, Redistribution::Derived);
}

#[test]
fn an_entry_of_atom_is_known_by_its_id_and_leads_to_its_own_page() {
    let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><entry xml:lang=\"ru\"><id>urn:1</id>\
        <title type=\"html\">Взрыв в &lt;b&gt;Кабуле&lt;/b&gt;</title><link rel=\"self\" href=\"https://a.example/self\"/>\
        <link href=\"https://a.example/page\"/><updated>2026-11-20T10:00:00Z</updated>\
        <content type=\"xhtml\"><div><p>один</p><p>два</p></div></content></entry></feed>";
    let read = items(feed).remove(0).unwrap();
    assert_eq!((read.external_id.as_str(), read.link.as_str()), ("urn:1", "https://a.example/page"));
    assert_eq!((read.title.as_str(), read.language.as_deref()), ("Взрыв в Кабуле", Some("ru")));
    assert_eq!(read.text, "один два");
}

#[test]
fn what_cannot_be_known_again_or_says_nothing_is_refused_and_the_rest_is_read() {
    let feed = "<rss><channel><item><title>no id</title></item><item><guid>1</guid></item>\
        <item><guid>2</guid><title>good</title><link>javascript:alert(1)</link></item>\
        <item><guid>3</guid><title>ahead</title><pubDate>tomorrow</pubDate></item></channel></rss>";
    let read = items(feed);
    assert!(read[0].as_ref().unwrap_err().contains("neither guid"));
    assert!(read[1].as_ref().unwrap_err().contains("neither title"));
    let good = read[2].as_ref().unwrap();
    assert_eq!((good.link.as_str(), good.published_on), ("", terms().received_on));
    assert!(read[3].as_ref().unwrap_err().starts_with("field pubDate: \"tomorrow\" is no day"));
}

#[test]
fn a_document_type_is_refused_whatever_it_declares() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><rss><channel><item><guid>1</guid><title>&b;</title></item></channel></rss>";
    let mut splitter = Splitter::new(shape(Format::Feed, bomb.as_bytes()).unwrap());
    splitter.push(bomb.as_bytes());
    splitter.end();
    assert_eq!(splitter.next_record(), None);
    assert!(splitter.trouble().is_some());
}

#[test]
fn a_page_or_another_document_is_no_feed() {
    for other in ["<html><body/></html>", "<alert><identifier>1</identifier></alert>"] {
        let refused = shape(Format::Feed, other.as_bytes()).is_err()
            || Layout::of(Format::Feed, other.as_bytes(), terms()).is_err();
        assert!(refused, "{other}");
    }
}

#[test]
fn the_owner_is_the_registered_domain_and_never_nothing() {
    for (link, owner) in [
        ("https://www.bbc.co.uk/a", "bbc.co.uk"),
        ("https://news.un.org./a", "un.org"),
        ("https://www./b", "www"),
        ("https://www.intranet/b", "www.intranet"),
        ("https://10.0.0.1/b", "10.0.0.1"),
        ("https://[::1]:8443/b", "[::1]"),
    ] {
        assert_eq!(super::owner(&address(link).unwrap()).as_deref(), Some(owner), "{link}");
    }
}

#[test]
fn who_brings_it_and_how_it_is_graded_is_said_of_every_item() {
    let grade = ReportGrade { reliability: Reliability::B, credibility: Credibility::POSSIBLE };
    let bringer = Bringer { source: "un-news".into(), grade: Some(grade) };
    let item = b"<item><guid>1</guid><title>t</title><link>https://news.un.org/1</link></item>";
    let read = read(item, Encoding::UTF_8, (terms(), &bringer)).unwrap();
    assert_eq!(
        (read.source.as_str(), read.owner.as_str(), read.reliability),
        ("un-news", "un.org", Reliability::B)
    );
}

proptest! {
    #[test]
    fn any_text_is_bared_within_its_bound(text in "[<>&;#a-zA-Z0-9 /!\\-\"' \\n\u{430}-\u{44f}]{0,300}") {
        prop_assert!(bare(&text).chars().count() <= text.chars().count());
    }
}

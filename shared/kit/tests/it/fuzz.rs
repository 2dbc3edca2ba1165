//! Fuzz targets of what the door and the other services read from outside: whatever comes is a value or an error, and a value is
//! written as it was read.

use std::{fmt::Display, str::FromStr, time::Duration};

use contracts::analysis::GradeRange;
use domain::{
    Country, Credibility, Day, Extent, Handling, ObservationId, Point, Precision, ProvinceCode, Reliability,
    Severity, Threat, Timestamp, Tlp, UnClass, place::Bounds,
};
use kit::{
    auth,
    webhook::{self, Headers, PublicKey, Secret, SigningKey, Verifier},
};
use testkit::{fuzz, fuzz::Seeds};

/// What is read is written so that it reads the same; what is not read is told in a few words.
fn read_back<T: FromStr<Err: Display> + Display + PartialEq + std::fmt::Debug>(text: &str) {
    match text.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            assert_eq!(written.parse::<T>().ok(), Some(value), "{text:?} is written {written:?}");
        }
        Err(error) => {
            let why = error.to_string();
            assert!(!why.is_empty() && why.len() < 4096, "{} bytes: {text:?}", why.len());
        }
    }
}

#[test]
fn any_text_is_a_moment_or_a_day_or_an_error() {
    let seeds = [
        "2026-11-23T07:30:00Z",
        "2026-11-23T07:30:00.123456789+06:00",
        "2026-11-23",
        "-0001-01-01",
        "+262142-12-31",
    ];
    let tokens = [
        "Z", "T", "+14:00", "-23:59", "60", "00", "-", ":", ".", "9999", "+", " ", "t", "z", "\u{2212}",
        "٢٠٢٦",
    ];
    let seeds = Seeds::new(&seeds, &tokens);
    fuzz!(|script| {
        let text = seeds.text(script);
        read_back::<Timestamp>(&text);
        read_back::<Day>(&text);
        if let Ok(at) = text.parse::<Timestamp>() {
            assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&at).unwrap()).unwrap(), at);
            assert!(at.day().start() <= at);
        }
        if let Ok(day) = text.parse::<Day>() {
            let (monday, sunday) = day.week();
            assert!(monday <= day && day <= sunday && day.month().0 <= day);
            assert_eq!(serde_json::from_str::<Day>(&serde_json::to_string(&day).unwrap()).unwrap(), day);
        }
    });
}

#[test]
fn any_text_is_a_word_of_the_vocabulary_or_an_error() {
    let id = ObservationId::derived(&["1"]).to_string();
    let seeds = [
        "KGZ",
        "KG-B",
        "border_tension",
        "serious",
        "A",
        "A-C",
        "AMBER+STRICT",
        "UNCLASSIFIED",
        "exact",
        "marked",
        id.as_str(),
    ];
    let seeds = Seeds::new(&seeds, &["-", "_", "+", "ob_", "AF", "Ł", "\0", " ", "ſ", "0"]);
    fuzz!(|script| {
        let text = seeds.text(script);
        read_back::<Country>(&text);
        read_back::<ProvinceCode>(&text);
        read_back::<Threat>(&text);
        read_back::<Severity>(&text);
        read_back::<Reliability>(&text);
        read_back::<GradeRange>(&text);
        read_back::<Tlp>(&text);
        read_back::<UnClass>(&text);
        read_back::<Precision>(&text);
        read_back::<Extent>(&text);
        read_back::<ObservationId>(&text);
    });
}

#[test]
fn any_text_is_a_part_of_the_map_or_an_error() {
    let seeds = ["69.2,39.1,73.7,42.9", "170,-10,-170,10", "-180,-90,180,90"];
    let seeds = Seeds::new(&seeds, &[",", "-", "NaN", "inf", "1e308", "180.0000001", " ", "0x1p3", "-0"]);
    fuzz!(|script| {
        let text = seeds.text(script);
        if let Ok(bounds) = text.parse::<Bounds>() {
            for edge in [Point::new(bounds.south, bounds.west), Point::new(bounds.north, bounds.east)] {
                assert!(edge.is_ok(), "{text:?}");
            }
        }
    });
}

#[test]
fn any_json_is_handling_or_a_grade_or_an_error() {
    let seeds = [
        r#"{"tlp":"AMBER","un_class":"Unclassified"}"#,
        r#"{"tlp":"RED","audience":{"partners":["UNAMA"]},"redistribution":"derived","caveats":["NOFORN"]}"#,
    ];
    let written = serde_json::to_string(&Handling::new(Tlp::Amber, UnClass::Unclassified)).unwrap();
    let seeds = [seeds[0], seeds[1], &written, "3", "7", r#"{"lat":41.5,"lon":"x"}"#];
    let seeds = Seeds::new(
        &seeds,
        &["null", "{", "}", "[", "]", "\"", ":", ",", "1e999", "RED", "everyone", "\\ud800"],
    );
    fuzz!(|script| {
        let text = seeds.text(script);
        if let Ok(handling) = serde_json::from_str::<Handling>(&text) {
            let again: Handling = serde_json::from_str(&serde_json::to_string(&handling).unwrap()).unwrap();
            assert_eq!(again, handling);
            assert_eq!(handling.clone().join(&handling), handling, "joined with itself it is itself");
        }
        if let Ok(credibility) = serde_json::from_str::<Credibility>(&text) {
            assert!((1..=6).contains(&credibility.digit()));
        }
        if let Ok(point) = serde_json::from_str::<Point>(&text) {
            assert!(point.lat().abs() <= 90.0 && point.lon().abs() <= 180.0);
        }
    });
}

#[test]
fn any_text_is_a_token_or_none_and_no_other_secret_proves_it() {
    let shown = "mirab_abcdefghjkmn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let stored = auth::digest("another secret");
    let seeds = Seeds::new(&[shown], &["_", "mirab_", "=", "-", "+", "é", "\0"]);
    fuzz!(|script| {
        let text = seeds.text(script);
        if let Ok(presented) = auth::parse(&text) {
            assert_eq!(format!("mirab_{}_{}", presented.id(), presented.secret()), text);
            assert!(!presented.matches(&stored) && !format!("{presented:?}").contains(presented.secret()));
        }
        auth::same_digest(&text, &stored);
    });
}

#[test]
fn no_signature_but_its_own_is_believed() {
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const AT: i64 = 1_614_265_330;
    let secret: Secret = SECRET.parse().unwrap();
    let body = br#"{"test": 2432232314}"#;
    let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let seeds = [
        good,
        "v1a,AAAA v1,AAAA",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "-9223372036854775808",
        SECRET,
    ];
    let seeds = Seeds::new(
        &seeds,
        &[
            "v1,",
            "v1a,",
            " ",
            ",",
            "=",
            "+1614265330",
            "9223372036854775807",
            ".",
            "\n",
            "whpk_",
            "whsk_",
            good,
        ],
    );
    fuzz!(|script| {
        let text = seeds.text(script);
        read_back::<PublicKey>(&text);
        let key = text.parse::<SigningKey>().map(|key| key.public());
        let _ = text.parse::<Secret>().map(|secret| secret.reveal());
        for headers in [
            Headers {
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
                timestamp: AT.to_string(),
                signature: text.clone(),
            },
            Headers { id: text.clone(), timestamp: AT.to_string(), signature: good.into() },
            Headers {
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
                timestamp: text.clone(),
                signature: good.into(),
            },
        ] {
            let verifier = Verifier::Secret(&secret);
            let believed = webhook::verify(verifier, &headers, body, AT, Duration::from_mins(5)).is_ok();
            let own = headers.id == "msg_p5jXN8AQM9LWM0D4loKWxJek"
                && headers.timestamp == AT.to_string()
                && headers.signature.split(' ').any(|one| one == good);
            assert_eq!(believed, own, "{headers:?}");
            if let Ok(key) = &key {
                assert!(webhook::verify(Verifier::Public(key), &headers, body, AT, Duration::MAX).is_err());
            }
        }
    });
}

#[test]
fn any_document_is_cap_or_told_where_it_is_none() {
    let seeds = [
        r#"<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>mirab-1</identifier><sender>mirab@example.org</sender><sent>2026-11-23T07:30:00-00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Private</scope><addresses>a b</addresses><info><language>en</language><category>Security</category><event>Border incident</event><urgency>Future</urgency><severity>Moderate</severity><certainty>Possible</certainty><expires>2026-11-24T07:30:00-00:00</expires><headline>H</headline><area><areaDesc>Batken</areaDesc><polygon>40,70 41,70 41,71 40,70</polygon><circle>40,70 5</circle><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area></info></alert>"#,
        r#"<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"><!-- c --><![CDATA[x]]></alert>"#,
    ];
    let tokens = [
        "<",
        ">",
        "</",
        "/>",
        "<info>",
        "</info>",
        "<area>",
        "</area>",
        "<!DOCTYPE a [<!ENTITY e \"ee\">]>",
        "&e;",
        "&#x0;",
        "&amp;",
        "<![CDATA[",
        "]]>",
        "xmlns:x=\"u\"",
        "NaN,NaN",
        "1e999",
        "91,181",
        "\u{feff}",
        "\0",
        "Draft",
        "-0",
        "<resource>",
        "<ds:Signature>",
    ];
    let seeds = Seeds::new(&seeds, &tokens);
    assert_eq!(contracts::cap::check(&seeds.text(&[0, 0, 255, 0, 0])), Ok(()), "the first seed is one");
    fuzz!(|script| {
        if let Err(findings) = contracts::cap::check(&seeds.text(script)) {
            assert!(!findings.is_empty() && findings.len() <= 101, "{}", findings.len());
            for found in findings {
                assert!(!found.is_empty() && found.len() < 4096, "{} bytes: {found:.200}", found.len());
            }
        }
    });
}

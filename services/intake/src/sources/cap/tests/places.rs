//! Where areas lie: by their shapes against what they say, and by names that several units bear.

use super::*;

#[test]
fn a_shape_lies_where_its_area_says_or_the_message_is_held_up() {
    let with = |shape: &str, code: &str| {
        let area = format!("<areaDesc>Batken</areaDesc>{shape}{code}</area></info><info>");
        let coded = "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area></info>\
                     <info>";
        read_text(&alert(&[(coded, &area)]))
    };
    let code = "<geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode>";
    let good = "<polygon>39.9,70.7 40.2,70.7 40.2,71.0 39.9,70.7</polygon>";
    let exchanged = "<polygon>70.7,39.9 70.7,40.2 71.0,40.2 70.7,39.9</polygon>";
    for code in [code, ""] {
        assert!(matches!(with(good, code), Ok(Said::Message(_))));
        let why = with(exchanged, code).unwrap_err();
        assert!(why.contains("swapped") && why.contains("KG-B") && why.contains("area \"Batken\""), "{why}");
    }
    let unnamed = |shape: &str, code: &str| {
        let area = format!("<areaDesc>Zone 7</areaDesc>{shape}{code}</area></info><info>");
        let coded = "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area></info>\
                     <info>";
        read_text(&alert(&[(coded, &area)]))
    };
    let why = unnamed(exchanged, "").unwrap_err();
    assert!(
        why.contains("swapped") && why.contains("KG-B") && why.contains("no province of the six countries"),
        "{why}"
    );
    assert!(matches!(unnamed(good, ""), Ok(Said::Message(_))));
    let of_russia = code.replace("KG-B", "RU-MUR");
    assert!(matches!(unnamed(exchanged, &of_russia), Ok(Said::Message(_))), "a code places it");
    let reaching = "<polygon>70.7,39.9 70.7,40.2 40.0,70.5 70.7,39.9</polygon>";
    assert!(matches!(unnamed(reaching, ""), Ok(Said::Message(_))), "a part of it lies within");
    let why = with("<circle>43.2,76.9 5</circle>", code).unwrap_err();
    assert!(why.contains("KZ-") && why.contains("away from KG-B"), "{why}");
    assert!(with("<circle>0,0 5</circle>", code).unwrap_err().contains("0, 0"));
    assert!(
        matches!(with("<circle>43.2,76.9 900</circle>", code), Ok(Said::Message(_))),
        "a wide one covers it"
    );
}

/// "Jalalabad" and "Бадахшан" were placed nowhere, with the remark that the areas say no province.
#[test]
fn a_name_of_units_in_several_countries_is_asked_back_with_all_of_them() {
    let with = |area: &str| read_text(&alert(&[(old_area(), area)]));
    for (name, parts) in [
        ("Jalalabad", ["AF-NAN (Nangarhar)", "KG-J (Jalal-Abad)"]),
        ("Бадахшан", ["AF-BDS (Badakhshan)", "TJ-GB (Gorno-Badakhshan)"]),
        ("Zone 7; Badakhshan", ["AF-BDS (Badakhshan)", "TJ-GB (Gorno-Badakhshan)"]),
    ] {
        let why = with(&format!("<areaDesc>{name}</areaDesc>")).unwrap_err();
        assert!(why.starts_with("alert/info/area/areaDesc: ") && why.contains(" may mean "), "{why}");
        assert!(parts.iter().all(|part| why.contains(part)) && contracts::reason::is_told(&why), "{why}");
    }
    let place = |area: &str| message_of(&[(old_area(), area)]).draft.place;
    let coded = "<geocode><valueName>ISO3166-2</valueName><value>TJ-GB</value></geocode>";
    let told = place(&format!("<areaDesc>Badakhshan</areaDesc>{coded}"));
    assert_eq!(told.province.unwrap().as_str(), "TJ-GB", "a code decides");
    let drawn = place("<areaDesc>Jalalabad</areaDesc><circle>40.93,73.0 5</circle>");
    assert_eq!(drawn.province.unwrap().as_str(), "KG-J", "and so does a shape");
    let beside = place("<areaDesc>Khatlon; Badakhshan</areaDesc>");
    assert_eq!(
        (beside.country.unwrap().as_str(), beside.province),
        ("TJK", None),
        "one of two is not guessed"
    );
}

/// "Osh" was kept for the country without a word.
#[test]
fn a_name_of_a_city_and_its_region_is_kept_for_the_country_and_remarked_and_a_country_is_one_in_any_language()
{
    for (name, country, remarked) in [
        ("Osh", "KGZ", true),
        ("Алматы", "KAZ", true),
        ("Tashkent", "UZB", true),
        ("Osh; Batken", "KGZ", true),
        ("Kyrgyzstan", "KGZ", false),
        ("Кыргызстан", "KGZ", false),
        ("Казахстан", "KAZ", false),
        ("افغانستان", "AFG", false),
    ] {
        let message = message_of(&[(old_area(), &format!("<areaDesc>{name}</areaDesc>"))]);
        let place = &message.draft.place;
        assert_eq!(
            (place.country.unwrap().as_str(), place.precision),
            (country, Precision::Country),
            "{name}"
        );
        let remark = message.remark();
        assert_eq!(remark.is_some_and(|remark| remark.contains("a city and the region")), remarked, "{name}");
        assert!(remark.is_none_or(contracts::reason::is_told), "{name}");
    }
}

/// The village stood in title and text of a message that was shown by its province, and provinces in one shown by its country.
#[test]
fn each_name_of_an_area_is_shown_as_finely_as_it_tells_the_place() {
    let under = |desc: &str, floor: Precision| {
        let area = format!("<areaDesc>{desc}</areaDesc>");
        let mut message = message_of(&[
            ("<areaDesc>Batken</areaDesc>", &area),
            ("<headline>Mudflow in Batken</headline>", "<headline>Mudflow at Ak-Say in Batken</headline>"),
        ]);
        let mut handling = message.draft.handling.clone();
        handling.precision_floor = floor;
        message.draft = message.draft.under(handling);
        let draft = message.draft;
        (draft.title, draft.text, draft.place.name)
    };
    let (title, text, name) = under("Ak-Say village, Batken", Precision::Province);
    assert_eq!((title.as_str(), name), ("Mudflow at … in Batken", None));
    assert!(!text.contains("Ak-Say"), "{text}");
    let (title, _, name) = under("Batken", Precision::Province);
    assert_eq!((title.as_str(), name.as_deref()), ("Mudflow at Ak-Say in Batken", Some("Batken")));
    let (title, text, name) = under("Ak-Say village, Batken", Precision::Country);
    assert_eq!(title, "Mudflow at … in …");
    assert!(name.is_some(), "it goes with the place, which is shown no finer than its country");
    assert!(!text.contains("Batken,") && !text.contains("KG-B"), "{text}");
}

/// It was said of a message whose codes decided.
#[test]
fn that_a_name_is_of_a_city_and_a_region_is_not_said_where_codes_decide() {
    let coded = "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area>";
    let other = "<areaDesc>Osh</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-O</value></geocode></area>";
    let message = message_of(&[(coded, &format!("{coded}<area>{other}"))]);
    assert_eq!((message.draft.place.precision, message.remark()), (Precision::Country, None));
}

use proptest::prelude::*;

use super::*;

fn best(text: &str) -> Option<(String, Threat)> {
    code(text).kinds.into_iter().next().map(|found| (found.kind, found.threat))
}

#[test]
fn texts_in_the_languages_of_the_region_are_told_by_their_words() {
    let table = [
        ("Suicide bomber kills nine in Kabul", "suicide_bomb"),
        ("Air strike on a village in Nangarhar", "air_strike"),
        ("Border guards exchange fire; crossing closed near Batken", "crossing_closure"),
        ("Police seized 120 kg of heroin in Khatlon", "seizure"),
        ("Землетрясение магнитудой 5,4 произошло в Таджикистане", "earthquake"),
        ("Пограничники закрыли границу: закрыты КПП на кыргызско-таджикском участке", "crossing_closure"),
        ("На митинг в Бишкеке вышли сотни человек", "peaceful_protest"),
        ("Сель разрушил дома в Джалал-Абаде, паводок продолжается", "flood"),
        ("Чек арадагы атышуу токтоду", "border_incident"),
        ("Farg‘onada zilzila sezildi", "earthquake"),
        ("انفجار بمب در کابل", "remote_explosive"),
        ("سیلاب در بدخشان", "flood"),
    ];
    for (text, kind) in table {
        let coding = code(text);
        assert!(coding.kinds.iter().any(|found| found.kind == kind), "{text}: {:?}", coding.kinds);
    }
}

#[test]
fn a_quarrel_over_water_is_one_in_the_words_that_people_of_the_valley_use() {
    for text in [
        "Спор из-за воды: жители перекрыли канал",
        "Конфликт из-за поливной воды в Баткене",
        "Водный спор между сёлами",
        "Жители перекрыли канал",
        "Нехватка поливной воды вызвала драку",
        "Сув можароси",
        "Қишлоқда сув учун жанжал чиқди",
        "Suv talashish Farg‘onada",
        "Айылда суу чыры чыкты",
        "Сугат суусу жетишпей жатат",
        "Баҳс барои об дар Исфара",
        "Низои об дар сарҳади ду деҳа",
        "Villagers quarrel over water near Vorukh",
    ] {
        let coding = code(text);
        let found = coding.kinds.iter().find(|found| found.kind == "water_dispute");
        assert!(found.is_some_and(|found| found.threat == Threat::WaterEnergy), "{text}: {:?}", coding.kinds);
    }
    for text in [
        "Водные процедуры полезны детям",
        "Канал объявил о новом фильме",
        "Спор о границах жанра",
        "Поливная вода подана на поля Баткена",
    ] {
        assert!(code(text).kinds.iter().all(|found| found.kind != "water_dispute"), "{text}");
    }
}

#[test]
fn shots_at_the_border_are_of_the_border_in_english_as_in_russian() {
    for text in [
        "Shots fired at the Kyrgyz-Tajik border",
        "Shooting on the border near Batken",
        "Выстрелы на границе у Баткена",
        "Shooting at the Tajik-Afghan border",
    ] {
        let coding = code(text);
        assert!(
            coding.kinds.iter().any(|found| found.threat == Threat::BorderTension),
            "{text}: {:?}",
            coding.kinds
        );
    }
    for text in ["Kyrgyz-Tajik border reopened", "A market opens at the Tajik-Afghan border"] {
        let coding = code(text);
        assert!(coding.kinds.iter().all(|found| found.kind != "border_incident"), "{text}: {coding:?}");
    }
}

#[test]
fn a_text_that_tells_of_no_event_is_coded_as_none() {
    for text in [
        "",
        "   ",
        "Everyone has the right to education.",
        "Каждый человек имеет право на образование.",
        "The ministers met to discuss the school year.",
    ] {
        assert_eq!(code(text).kinds, Vec::new(), "{text}");
    }
}

#[test]
fn what_is_remembered_or_staged_counts_for_less() {
    let (told, staged) = ("Earthquake in Batken", "Earthquake drill in Batken, a training exercise");
    assert_eq!(best(told).unwrap().0, "earthquake");
    assert_eq!(best(staged), None, "{:?}", code(staged));
    let against: Vec<String> = code(staged).against.into_iter().map(|word| word.text).collect();
    assert_eq!(against, ["drill", "training exercise"]);
}

#[test]
fn every_proposal_shows_the_words_it_rests_on_where_they_stand() {
    let text = "Пограничники открыли огонь: heroin seized, 3 убиты";
    let coding = code(text);
    let letters: Vec<char> = text.chars().collect();
    for word in coding.kinds.iter().flat_map(|kind| &kind.words) {
        let shown: String = letters[word.from as usize..word.to as usize].iter().collect();
        assert_eq!(shown, word.text);
    }
    assert!(coding.actors.iter().any(|actor| actor.name == "Border guards"));
}

#[test]
fn a_word_said_ten_times_is_no_surer_than_once() {
    let once = code("flood");
    let often = code(&"flood ".repeat(10));
    assert!((once.kinds[0].chance - often.kinds[0].chance).abs() < 1e-12);
    assert!(code("flood mudslide").kinds[0].chance > once.kinds[0].chance);
}

#[test]
fn a_name_that_means_several_is_given_with_all_of_them() {
    let coding = code("Clash in Osh and Badakhshan");
    let named: Vec<(&str, usize)> =
        coding.places.iter().map(|place| (place.text.as_str(), place.means.len())).collect();
    assert!(named.iter().any(|(name, means)| *name == "Osh" && *means > 1) || named.len() == 1, "{named:?}");
    assert!(coding.places.iter().any(|place| place.text == "Badakhshan"), "{named:?}");
}

/// What a text is coded as, of which one place may be of this province.
fn placed(text: &str, province: &str) -> Coding {
    let coding = code(text);
    let mut meant = coding.places.iter().flat_map(|place| &place.means);
    assert!(meant.any(|meant| meant.province.as_str() == province), "{text}: {:?}", coding.places);
    coding
}

#[test]
fn a_name_in_a_case_of_russian_is_found_with_the_letters_as_they_are_written() {
    for (text, province) in [
        ("Стрельба под Баткеном", "KG-B"),
        ("Взрыв в Кабуле", "AF-KAB"),
        ("Пожар в Астане", "KZ-71"),
        ("Митинг в Бишкеке", "KG-GB"),
        ("Сель в Джалал-Абаде", "KG-J"),
        ("Задержания в Согдийской области", "TJ-SU"),
    ] {
        let coding = placed(text, province);
        assert!(coding.places.iter().all(|place| text.contains(&place.text)));
    }
}

#[test]
fn what_is_denied_did_not_happen_and_the_denial_is_shown() {
    let table = [
        ("No explosion was heard in Kabul", "No"),
        ("Police deny clash in Sughd", "deny"),
        ("В Согде не было столкновений", "не было"),
        ("Взрыва в Кабуле не было", "не было"),
        ("Власти опровергли сообщения о взрыве", "опровергли"),
        ("Баткенде атышуу болгон жок", "болгон жок"),
        ("Жамбылда қақтығыс болған жоқ", "болған жоқ"),
        ("Kobulda portlash yuz bermadi", "yuz bermadi"),
        ("Кобулда портлаш юз бермади", "юз бермади"),
        ("Дар Кобул таркиш рух надод", "рух надод"),
        ("Heratda partlama bolmady", "bolmady"),
        ("در کابل هیچ انفجاری رخ نداده است", "هیچ"),
        ("په ننګرهار کې هیڅ چاودنه نه ده شوې", "هیڅ"),
    ];
    for (text, cue) in table {
        let coding = code(text);
        assert_eq!(coding.kinds, Vec::new(), "{text}");
        assert!(coding.against.iter().any(|word| word.text == cue), "{text}: {:?}", coding.against);
        assert!(!coding.lessened.is_empty(), "{text}");
    }
}

#[test]
fn a_denial_reaches_its_own_words_alone() {
    for (text, kind, not) in [
        ("Explosion in Kabul, no casualties", "remote_explosive", "armed_clash"),
        ("No casualties: explosion in Kabul", "remote_explosive", "armed_clash"),
        ("Взрыв в Кабуле, пострадавших нет", "remote_explosive", "armed_clash"),
        ("No one hurt in quake, but flood destroys homes", "flood", "armed_clash"),
        ("Kobulda portlash bo‘ldi, o‘lganlar yo‘q", "remote_explosive", "armed_clash"),
        ("No group claimed responsibility for the explosion", "remote_explosive", "terrorist_attack"),
        ("При взрыве ранены не менее десяти человек", "remote_explosive", "flood"),
    ] {
        let kinds: Vec<String> = code(text).kinds.into_iter().map(|found| found.kind).collect();
        assert!(kinds.iter().any(|found| found == kind), "{text}: {kinds:?}");
        assert!(kinds.iter().all(|found| found != not), "{text}: {kinds:?}");
    }
}

#[test]
fn one_anniversary_in_a_long_text_takes_nothing_from_its_other_sentences() {
    let text = "Flood destroys homes in Batken. Earlier the town held an anniversary concert.";
    assert_eq!(best(text).unwrap().0, "flood");
    assert_eq!(code(text).against, Vec::new(), "it reaches no word of an event");
}

#[test]
fn everyday_words_that_look_like_violence_are_none() {
    for text in [
        "Singer dies of heart attack",
        "Казначейство опубликовало отчет",
        "Жители десяти сел собрались на ярмарку",
        "Силовики сдали нормативы",
        "Задержка рейса из-за тумана",
        "С наступлением весны откроют парки",
        "В ДТП погибли трое",
        "Combating corruption: new programme",
    ] {
        let kinds: Vec<String> =
            code(text).kinds.into_iter().map(|k| k.kind).filter(|kind| kind != "corruption").collect();
        assert_eq!(kinds, Vec::<String>::new(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_coded_within_its_bounds(text in "\\PC{0,200}") {
        let coding = code(&text);
        let length = text.chars().count() as u32;
        let words = coding.kinds.iter().flat_map(|kind| &kind.words);
        for word in words.chain(&coding.against).chain(&coding.lessened) {
            prop_assert!(word.from < word.to && word.to <= length);
        }
        for kind in &coding.kinds {
            prop_assert!((LEAST..=1.0).contains(&kind.chance));
            let shown = at_least_one(&distinct(&kind.words));
            prop_assert!((shown - kind.chance).abs() < 1e-12, "the words shown are all that the chance rests on");
        }
    }
}

fn actors(text: &str) -> Vec<String> {
    code(text).actors.into_iter().map(|actor| actor.name).collect()
}

/// "Turkestan Islamic Party attack" named nobody, and proposed the province of Turkistan alone.
#[test]
fn the_groups_of_the_region_are_known_by_their_names_which_tell_no_place() {
    for (text, actor) in [
        ("Islamic Movement of Uzbekistan fighters attack a post", "Islamic Movement of Uzbekistan"),
        ("IMU militants killed", "Islamic Movement of Uzbekistan"),
        ("Исламское движение Узбекистана атаковало пост", "Islamic Movement of Uzbekistan"),
        ("Бойцы Исламского движения Узбекистана", "Islamic Movement of Uzbekistan"),
        ("Jamaat Ansarullah fighters cross into Tajikistan", "Jamaat Ansarullah"),
        ("«Джамаат Ансаруллах» объявил о нападении", "Jamaat Ansarullah"),
        ("Haqqani network bombing", "Haqqani network"),
        ("Взрыв устроила сеть Хаккани", "Haqqani network"),
        ("National Resistance Front claims an attack", "National Resistance Front"),
        ("НФС заявил об атаке", "National Resistance Front"),
        ("Фронт национального сопротивления Афганистана", "National Resistance Front"),
        ("Afghan Freedom Front attack", "Afghanistan Freedom Front"),
        ("Фронт свободы Афганистана заявил об атаке", "Afghanistan Freedom Front"),
        ("ISKP claims the attack", "Islamic State Khorasan Province"),
        ("ИГ-Хорасан взяла ответственность", "Islamic State Khorasan Province"),
        ("Вилаят Хорасан", "Islamic State Khorasan Province"),
        ("داعش خراسان", "Islamic State Khorasan Province"),
        ("TTP attack at the post", "Tehrik-i-Taliban Pakistan"),
        ("Pakistani Taliban attack a convoy", "Tehrik-i-Taliban Pakistan"),
        ("Пакистанские талибы атаковали пост", "Tehrik-i-Taliban Pakistan"),
        ("Техрик-е Талибан Пакистан", "Tehrik-i-Taliban Pakistan"),
        ("Turkestan Islamic Party attack", "Turkestan Islamic Party"),
        ("East Turkestan Islamic Movement attack", "Turkestan Islamic Party"),
        ("ETIM attack", "Turkestan Islamic Party"),
        ("Исламская партия Туркестана", "Turkestan Islamic Party"),
        ("Исламское движение Восточного Туркестана", "Turkestan Islamic Party"),
        ("Katibat al-Tawhid wal-Jihad claims responsibility", "Katibat al-Tawhid wal-Jihad"),
        ("Катиба Имама аль-Бухари", "Katibat Imam al-Bukhari"),
        ("Таджикские талибы у границы", "Jamaat Ansarullah"),
    ] {
        assert_eq!(actors(text), [actor], "{text}");
        assert_eq!(code(text).places, Vec::new(), "{text}");
    }
    assert_eq!(actors("Taliban and TTP meet"), ["Taliban", "Tehrik-i-Taliban Pakistan"]);
    let beside = code("Islamic Movement of Uzbekistan fighters attack a post in Kunduz, Turkistan protests");
    let named: Vec<&str> = beside.places.iter().map(|place| place.text.as_str()).collect();
    assert_eq!(named, ["Kunduz", "Turkistan"]);
    assert_eq!(
        code("Unrest in East Turkestan; Восточный Туркестан, Восточного Туркестана").places,
        Vec::new()
    );
}

/// "Kazakhstan" was a village near Almaty to every text that told of the country.
#[test]
fn what_is_told_of_a_country_is_told_of_none_of_its_villages() {
    for text in [
        "Protest in Kazakhstan against gas prices",
        "Митинг в Казахстане",
        "Митинги по всему Казахстану",
        "Қазақстанда митинг өтті",
        "Протест в Афганистане",
        "افغانستان",
        "Mali",
    ] {
        assert_eq!(code(text).places, Vec::new(), "{text}");
    }
    let told = code("Президент Казахстана осудил теракт в Кабуле");
    let units: Vec<&str> =
        told.places.iter().flat_map(|place| &place.means).map(|meant| meant.province.as_str()).collect();
    assert!(units.contains(&"AF-KAB") && !units.contains(&"KZ-19"), "{units:?}");
    let west = code("Пожар в Западном Казахстане");
    assert!(
        west.places.iter().all(|place| place.means.iter().all(|meant| meant.province.as_str() != "KZ-19"))
    );
}

/// "Взрыв в Гельманде" and "В Бамияне расстреляли туристов" were placed nowhere.
#[test]
fn provinces_are_told_by_the_spellings_of_agencies() {
    for (text, province) in [
        ("Взрыв в Гельманде", "AF-HEL"),
        ("Взрыв в провинции Гельманд", "AF-HEL"),
        ("В Бамияне расстреляли туристов", "AF-BAM"),
        ("Митинг в Балканабаде", "TM-B"),
        ("انفجار در اسعدآباد", "AF-KNR"),
        ("انفجار در شرنه", "AF-PKA"),
        ("Қўқонда портлаш", "UZ-FA"),
        ("Хўжандда митинг", "TJ-SU"),
    ] {
        placed(text, province);
    }
}

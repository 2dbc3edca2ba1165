use super::*;
use crate::console::sample_reports::a_sheet;

#[test]
fn a_questionnaire_comes_back_from_its_form_as_it_was() {
    let mut one = a_sheet().asked;
    let options = [("most", "Most | all"), ("few", "Few")].map(|(key, _)| ChoiceOption {
        key: key.to_owned(),
        text: Texts::from([("en".to_owned(), key.to_uppercase()), ("fa-AF".to_owned(), "چند".to_owned())]),
    });
    let asked = |key: &str, asks: Asks| Question {
        key: key.to_owned(),
        text: Texts::from([
            ("en".to_owned(), "First line\nsecond: line".to_owned()),
            ("ru".to_owned(), "Да".to_owned()),
        ]),
        help: Texts::from([("en".to_owned(), "What counts".to_owned())]),
        asks,
        required: true,
    };
    one.form.countries.insert("KGZ".parse().unwrap());
    one.form.provinces.insert("TJ-SU".parse().unwrap());
    one.form.questions.extend([
        asked("access", Asks::Choice { options: options.to_vec() }),
        asked("families", Asks::Number { min: Some(0.0), max: Some(1.5), unit: "thousands".into() }),
        asked("else", Asks::Text {}),
    ]);
    assert_eq!(read(Lang::En, &fields(&one)).unwrap(), one.form);
}

#[test]
fn questions_stand_in_their_places_and_what_is_left_out_is_gone() {
    let mut sent = fields(&a_sheet().asked);
    let before = read(Lang::En, &sent).unwrap().questions;
    sent.insert("place-3".into(), "0".into());
    sent.insert("drop-1".into(), "yes".into());
    let after = read(Lang::En, &sent).unwrap().questions;
    assert_eq!((after.len(), &after[0], &after[1]), (before.len() - 1, &before[2], &before[1]));
}

#[test]
fn what_cannot_be_read_is_told_by_its_field() {
    let with = |name: &str, value: &str| {
        let mut sent = fields(&a_sheet().asked);
        sent.insert(name.to_owned(), value.to_owned());
        read(Lang::Ru, &sent).unwrap_err().errors[0].pointer.clone()
    };
    assert_eq!(with("indicator-2", "weather"), "indicator-2");
    assert_eq!(with("countries", "KGZ, Kyrgyzstan"), "countries");
    assert_eq!(with("place-1", "first"), "place-1");
    let mut sent = Fields::from(
        [("text-1", "How many?"), ("kind-1", "number"), ("min-1", "few")]
            .map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    assert_eq!(read(Lang::En, &sent).unwrap_err().errors[0].pointer, "min-1");
    sent.insert("min-1".into(), "0,5".into());
    let form = read(Lang::Ru, &sent).unwrap();
    assert_eq!(form.questions[0].asks, Asks::Number { min: Some(0.5), max: None, unit: String::new() });
    assert_eq!(
        form.questions[0].text,
        Texts::from([("ru".to_owned(), "How many?".to_owned())]),
        "as the page speaks"
    );
}

use super::*;

fn sent() -> Fields {
    [
        ("title", "T"),
        ("question", "Q?"),
        ("tlp", "AMBER"),
        ("province-KG-B", "on"),
        ("province-TJ-SU", "on"),
        ("threat", ""),
        ("statement-1", "It comes"),
        ("likelihood-1", "likely"),
        ("confidence-1", "low"),
        ("due-1", "2027-01-31"),
        ("evidence-1.1", "ob_01JDBVKC00XV8F4J7N0Q2R5T6W"),
        ("evidence-1.2", " "),
        ("alternatives-1", "one\r\ntwo"),
        ("statement-2", " "),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[test]
fn what_is_written_is_read_and_what_is_blank_is_left_out() {
    let form = read(&sent()).unwrap();
    assert_eq!((form.provinces.len(), form.threat, form.judgements.len()), (2, None, 1));
    let one = &form.judgements[0];
    assert_eq!((one.likelihood.word(), one.evidence.len(), one.alternatives.len()), (Word::Likely, 1, 2));
}

#[test]
fn what_the_form_has_no_field_for_stays_and_there_is_room_for_one_more() {
    let mut before = read(&sent()).unwrap();
    before.exercise = true;
    before.handling.orcon = true;
    before.judgements[0].likelihood = serde_json::from_str("{\"low\":0.6,\"high\":0.7}").unwrap();
    let mut form = read(&sent()).unwrap();
    keep(&mut form, before.clone());
    assert_eq!(form, before);
    let mut other = sent();
    other.insert("likelihood-1".to_owned(), "unlikely".to_owned());
    let mut form = read(&other).unwrap();
    keep(&mut form, before);
    assert_eq!(form.judgements[0].likelihood, Word::Unlikely.range());
    other.insert("statement-5".to_owned(), "a fifth".to_owned());
    assert_eq!((rooms(&sent()), rooms(&other)), (3, 6));
}

#[test]
fn what_cannot_be_read_is_named_by_its_field() {
    for (name, value) in
        [("tlp", "MAUVE"), ("due-1", "soon"), ("evidence-1.2", "ob_1"), ("province-Batken", "on")]
    {
        let mut fields = sent();
        fields.insert(name.to_owned(), value.to_owned());
        let field = if name.starts_with("province-") { "provinces" } else { name.trim_end_matches(".2") };
        assert_eq!(read(&fields).unwrap_err().errors[0].pointer, field, "{value}");
    }
}

#[test]
fn evidence_is_chosen_by_name_and_stays_in_its_order_with_room_for_more() {
    let of = |number: &str| format!("ob_01JDBVKC00XV8F4J7N0Q2R5T{number}");
    let mut fields = sent();
    for (at, number) in [("10", "0X"), ("2", "0W")] {
        fields.insert(format!("evidence-1.{at}"), of(number));
    }
    let named = |fields: &Fields| read(fields).unwrap().judgements[0].evidence.clone();
    let ids: Vec<String> = named(&fields).iter().map(ToString::to_string).collect();
    assert_eq!(ids, [of("6W"), of("0W"), of("0X")]);
    let found =
        include_str!("../../../../shared/contracts/golden/mirab.ask.intake.observation.get.v1.reply.json");
    let mut known: Vec<Observation> = serde_json::from_str(found).unwrap();
    known[0].id = of("6W").parse().unwrap();
    let shown = evidence(Lang::En, &fields, (1, &known)).into_string();
    assert_eq!(shown.matches("list=\"incidents\"").count(), 5);
    assert!(shown.contains(&known[0].title), "{shown}");
}

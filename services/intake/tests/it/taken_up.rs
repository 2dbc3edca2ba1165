//! What an earlier program kept as it stands alone is told of the past as far as its own moments tell, and what ends later is kept.

use contracts::{
    gateway::Format,
    intake::{
        ImportProgressed,
        questionnaires::{Questionnaire, QuestionnaireForm, QuestionnaireState},
        sources::{CreateSource, GetSource},
    },
};
use domain::{QuestionnaireId, Timestamp};
use intake::{
    Intake,
    store::{
        past::{self, Kind},
        questionnaires,
    },
};
use kit::on_tx;
use sqlx::types::Json;
use testkit::{Rig, databases};

use crate::{analyst, imports::ended, received, table};

#[tokio::test(flavor = "multi_thread")]
async fn a_questionnaire_of_an_earlier_program_is_in_force_since_it_came_into_force_and_a_draft_before() {
    for store in databases::<Intake>().await {
        let form: QuestionnaireForm =
            serde_json::from_str(include_str!("../../assets/starter-questionnaire.json")).unwrap();
        let id = QuestionnaireId::derived(&["old"]);
        let day = |day: i64| store.clock.now().plus(chrono::TimeDelta::days(day));
        let (made, enacted, retired) = (day(-9), day(-5), day(-2));
        let mut tx = store.db.begin().await.unwrap();
        on_tx!(tx, |c| sqlx::query(
            "insert into questionnaire (questionnaire_id, key, number, state, form, made_by, made_at, in_force_at, retired_at,
                version)
             values ($1, $2, 1, 'retired', $3, 'desk', $4, $5, $6, 3)"
        )
        .bind(&id)
        .bind(&form.key)
        .bind(Json(&form))
        .bind(made)
        .bind(enacted)
        .bind(retired)
        .execute(c)
        .await
        .map(|_| ()))
        .unwrap();
        for _ in 0..2 {
            questionnaires::take_up(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let stood = async |at: Timestamp| {
            let one: Option<Questionnaire> =
                past::one(&store.db, (Kind::Questionnaire, id.as_str()), at).await.unwrap();
            one.map(|one| (one.state, one.in_force_at.is_some(), one.retired_at.is_some()))
        };
        assert_eq!(stood(day(-10)).await, None, "{}", store.engine);
        assert_eq!(stood(day(-7)).await, Some((QuestionnaireState::Draft, false, false)));
        assert_eq!(stood(day(-3)).await, Some((QuestionnaireState::InForce, true, false)));
        assert_eq!(stood(day(0)).await, Some((QuestionnaireState::Retired, true, true)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_brought_and_could_not_be_read_stands_in_its_past_as_it_does_now() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let form = serde_json::json!({ "title": "Wire", "format": "csv", "every_s": 0 });
    let create = serde_json::json!({ "key": "wire", "connector": "webhook", "form": form });
    let create: CreateSource = serde_json::from_value(create).unwrap();
    rig.ask(&testkit::principal("head", &[contracts::Role::Head]), &create).await.unwrap();
    for (name, file) in [("1.csv", table(2)), ("2.csv", table(4)), ("3.csv", "<html>".to_owned())] {
        let mut said = received(name, Format::Csv, file.as_bytes());
        said.via = Some("wire".into());
        let mut reader = file.as_bytes();
        rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &said.object, &mut reader).await.unwrap();
        rig.say(&said).await;
        ended(&mut progress, &said.import).await;
        let ask = async |known_on| {
            let source = rig.ask(&analyst(), &GetSource { key: "wire".into(), known_on }).await.unwrap();
            (source.brought, source.health.state, source.health.error, source.last_run)
        };
        assert_eq!(ask(None).await, ask(Some(rig.clock.now())).await, "{name}");
    }
}

//! What of a product one organisation may have, asked over a real bus.

use std::collections::BTreeSet;

use contracts::{
    FailureKind,
    analysis::products::{Product, ProductState},
    coordination::{AddAgreement, Goes, TearProduct},
};
use coordination::Coordination;
use domain::{Precision, Tlp};
use testkit::Rig;

use crate::{
    service::{analyst, coordinator, partner, set_up, start},
    world,
};

const PRODUCT: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");

fn product() -> Box<Product> {
    Box::new(serde_json::from_str(PRODUCT).unwrap())
}

async fn covers_products(rig: &Rig, key: &str, ceiling: Tlp) {
    let agreement = world::agreement(ceiling, Precision::Exact);
    let add = AddAgreement {
        organisation: key.into(),
        title: "On products".into(),
        tlp_ceiling: agreement.tlp_ceiling,
        un_class_ceiling: agreement.un_class_ceiling,
        kinds: BTreeSet::from(["product".to_owned()]),
        precision_floor: agreement.precision_floor,
        redistribution: agreement.redistribution,
        purposes: agreement.purposes,
        valid_from: agreement.valid_from,
        valid_until: None,
    };
    rig.ask(&coordinator(), &add).await.unwrap();
}

#[tokio::test]
async fn a_product_is_torn_to_the_measure_of_one_organisation_and_only_when_it_is_published() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, world::LOCAL).await;
    set_up(&rig, "osce").await;
    let wish = |partner: &str, product: Box<Product>, preview| TearProduct {
        partner: partner.into(),
        product,
        preview,
        gone: BTreeSet::new(),
    };
    let without = rig.ask(&analyst(), &wish("osce", product(), false)).await.unwrap_err();
    assert_eq!(without.kind, FailureKind::Conflict);
    assert!(without.detail.contains("nothing of it may go to osce"), "{without}");
    let looked = rig.ask(&analyst(), &wish("osce", product(), true)).await.unwrap();
    assert!(
        looked.lines.iter().all(|line| line.goes == Goes::Nothing),
        "the agreement covers warnings alone"
    );
    covers_products(&rig, "osce", Tlp::Green).await;
    let torn = rig.ask(&analyst(), &wish("osce", product(), false)).await.unwrap();
    let goes: Vec<Goes> = torn.lines.iter().map(|line| line.goes).collect();
    assert_eq!(goes, [Goes::Nothing, Goes::Whole, Goes::Nothing]);
    assert_eq!(torn.product.handling.tlp(), Tlp::Clear);
    let mut draft = product();
    draft.state = ProductState::Draft;
    let early = rig.ask(&analyst(), &wish("osce", draft.clone(), false)).await.unwrap_err();
    assert!(early.detail.contains("only what is published"), "{early}");
    assert!(rig.ask(&analyst(), &wish("osce", draft, true)).await.is_ok(), "it may be looked at before");
    let mut exercise = product();
    exercise.form.exercise = true;
    let mixed = rig.ask(&analyst(), &wish("osce", exercise, true)).await.unwrap_err();
    assert!(mixed.detail.contains("never mix"), "{mixed}");
    let absent = rig.ask(&analyst(), &wish("nobody", product(), true)).await.unwrap_err();
    assert_eq!(absent.kind, FailureKind::NotFound);
    let own = rig.ask(&partner("osce"), &wish("osce", product(), true)).await.unwrap_err();
    assert_eq!(own.kind, FailureKind::Forbidden, "decisions are for the centre alone");
    assert!(running.stop().await);
}

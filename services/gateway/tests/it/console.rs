//! The console over HTTP.
use crate::door::keys;
use gateway::Gateway;
use testkit::{
    Rig,
    browser::{FORM, ask, field},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_looks_and_signs_out() {
    let rig = Rig::of::<Gateway>().await;
    let running = rig.start::<Gateway>(&keys(rig.folder())).await;
    let address = running.address();
    let admin = std::fs::read_to_string(rig.folder().join("admin.token")).unwrap();

    let sent = ask(address, "GET /?view=KG", "", "").await;
    assert!(
        sent.contains("303") && sent.to_lowercase().contains("location: /login?next=/?view=kg"),
        "{sent}"
    );
    let login = ask(address, "GET /login", "accept-language: ru\r\n", "").await;
    assert!(
        login.contains("<html lang=\"ru\">") && login.contains("content-security-policy: default-src 'none'"),
        "{login}"
    );
    let wrong = ask(address, "POST /login", FORM, "secret=x&next=/").await;
    assert!(wrong.contains("401"), "{wrong}");
    let foreign = ask(
        address,
        "POST /login",
        "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: cross-site\r\n",
        "secret=x",
    )
    .await;
    assert!(foreign.contains("403"), "{foreign}");
    let signed =
        ask(address, "POST /login", FORM, &format!("secret={}&next=%2Fwarnings", admin.trim())).await;
    assert!(signed.contains("303") && signed.contains("location: /warnings"), "{signed}");
    let cookie = signed
        .lines()
        .find_map(|l| l.strip_prefix("set-cookie: "))
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let with = format!("cookie: {cookie}\r\n");
    for path in [
        "/",
        "/?exercise=true&lang=ru",
        "/provinces/KG-B",
        "/warnings",
        "/warnings/x",
        "/warnings/wa_00000000000000000000000000",
        "/partners",
        "/imports",
        "/imports/im_00000000000000000000000000",
        "/operations",
        "/sources",
        "/provinces/XX-9",
    ] {
        let page = ask(address, &format!("GET {path}"), &with, "").await;
        println!("{path}: {} {}", page.lines().next().unwrap(), page.len());
        assert!(page.contains("<main id=\"main\""), "{page}");
    }
    let page = ask(address, "GET /warnings", &with, "").await;
    let css =
        page.split("href=\"").find(|p| p.starts_with("/assets/console-")).unwrap().split('"').next().unwrap();
    let style = ask(address, &format!("GET {css}"), "", "").await;
    assert!(style.contains("immutable") && style.contains("text/css"), "{}", &style[..400]);
    let token = field(&page, "token");
    let bad = ask(
        address,
        "POST /warnings/wa_00000000000000000000000000/approve",
        &format!("{with}{FORM}"),
        "token=x&revision=1",
    )
    .await;
    println!("{}", &bad[bad.len() - 1500..]);
    let good = ask(
        address,
        "POST /warnings/wa_00000000000000000000000000/approve",
        &format!("{with}{FORM}"),
        &format!("token={token}&revision=1&key=k"),
    )
    .await;
    println!("{}", good.lines().next().unwrap());
    let out = ask(address, "POST /logout", &format!("{with}{FORM}"), &format!("token={token}")).await;
    assert!(out.contains("location: /login"), "{out}");
    let after = ask(address, "GET /", &with, "").await;
    assert!(after.contains("303"), "{after}");
    assert!(running.stop().await);
}

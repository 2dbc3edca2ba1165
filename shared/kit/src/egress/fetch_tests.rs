use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;
use crate::egress::EgressSettings;

fn guard(timeout_s: u64) -> Egress {
    let settings = EgressSettings {
        allow: vec!["127.0.0.0/8".into()],
        allow_http: true,
        ports: vec![0],
        timeout_s,
        ..EgressSettings::default()
    };
    Egress::new(&settings).unwrap()
}

/// Answers each request in turn with one of these texts, and gives what was asked.
async fn answering(answers: Vec<String>) -> (Url, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/start?key=secret", listener.local_addr().unwrap()).parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a server of a test, ended with it")]
    let asked = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            asked.push(String::from_utf8_lossy(&request[..read]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        asked
    });
    (url, asked)
}

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn wanted(url: &Url) -> Wanted {
    let headers = vec![("authorization".to_owned(), "Bearer secret".to_owned())];
    Wanted { url: url.clone(), headers, form: vec![], max_bytes: 100 }
}

#[tokio::test]
async fn a_whole_answer_comes_with_what_makes_the_next_request_conditional() {
    let head = "200 OK\r\netag: \"v1\"\r\nlast-modified: Mon, 23 Nov 2026 07:30:00 GMT\r\nretry-after: 5";
    let (url, asked) = answering(vec![answer(head, "rows")]).await;
    let fetched = guard(5).fetch(wanted(&url)).await.unwrap();
    assert_eq!((fetched.status, fetched.body.as_ref()), (200, b"rows".as_slice()));
    assert_eq!((fetched.etag.as_deref(), fetched.retry_after.as_deref()), (Some("\"v1\""), Some("5")));
    assert!(fetched.last_modified.is_some());
    assert!(asked.await.unwrap()[0].starts_with("GET /start?key=secret"));
}

#[tokio::test]
async fn a_host_that_is_named_for_it_is_asked_without_encryption() {
    let (url, _asked) = answering(vec![answer("200 OK", "rows")]).await;
    let named = EgressSettings {
        allow: vec!["127.0.0.0/8".into()],
        plain_hosts: vec!["127.0.0.1".into()],
        ports: vec![0],
        ..EgressSettings::default()
    };
    let fetched = Egress::new(&named).unwrap().fetch(wanted(&url)).await.unwrap();
    assert_eq!(fetched.body.as_ref(), b"rows");
    let others = EgressSettings { plain_hosts: vec!["plain.example".into()], ..named };
    assert!(Egress::new(&others).unwrap().fetch(wanted(&url)).await.is_err());
}

#[tokio::test]
async fn a_redirect_is_followed_and_takes_no_secret_to_another_host() {
    let (end, asked_there) = answering(vec![answer("200 OK", "rows")]).await;
    let there = answer(&format!("302 Found\r\nlocation: {end}"), "");
    let (url, asked_here) = answering(vec![answer("301 Moved\r\nlocation: /next", ""), there]).await;
    let fetched = guard(5).fetch(wanted(&url)).await.unwrap();
    assert_eq!((fetched.status, fetched.body.as_ref()), (200, b"rows".as_slice()));
    let here = asked_here.await.unwrap();
    assert!(here[1].starts_with("GET /next") && here[1].contains("Bearer secret"));
    assert!(!asked_there.await.unwrap()[0].contains("Bearer"));
}

#[tokio::test]
async fn a_redirect_to_where_nothing_may_go_is_refused_and_one_without_end_is_given_up() {
    let (url, _) = answering(vec![answer("302 Found\r\nlocation: http://169.254.169.254/", "")]).await;
    let refused = guard(5).fetch(wanted(&url)).await.unwrap_err();
    assert!(matches!(refused, EgressError::Address { .. }), "{refused}");
    let (url, _) = answering(vec![answer("302 Found\r\nlocation: /again", ""); REDIRECTS + 1]).await;
    assert!(matches!(guard(5).fetch(wanted(&url)).await, Err(EgressError::Redirects { .. })));
    let (url, asked) = answering(vec![answer("302 Found\r\nlocation: /again", "")]).await;
    let form = vec![("password".to_owned(), "a&b".to_owned())];
    let posted = guard(5).fetch(Wanted { form, ..wanted(&url) }).await.unwrap();
    assert_eq!(posted.status, 302, "what is posted goes to nobody else");
    assert!(asked.await.unwrap()[0].ends_with("password=a%26b"));
}

#[tokio::test]
async fn what_is_too_large_cut_short_or_late_is_no_answer() {
    let large = "x".repeat(101);
    let (url, _) = answering(vec![answer("200 OK", &large)]).await;
    assert!(matches!(guard(5).fetch(wanted(&url)).await, Err(EgressError::TooLarge { .. })));
    let unsaid = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{large}");
    let (url, _) = answering(vec![unsaid]).await;
    assert!(matches!(guard(5).fetch(wanted(&url)).await, Err(EgressError::TooLarge { .. })));
    let cut = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 50\r\n\r\nhalf".to_owned();
    let (url, _) = answering(vec![cut]).await;
    let broken = guard(5).fetch(wanted(&url)).await.unwrap_err();
    assert!(matches!(broken, EgressError::BrokenOff { .. }), "{broken}");
    assert!(!broken.to_string().contains("secret"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    assert!(matches!(guard(1).fetch(wanted(&url)).await, Err(EgressError::TimedOut { .. })));
}

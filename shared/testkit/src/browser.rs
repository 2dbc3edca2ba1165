//! A browser of few words: it signs in, keeps its cookie, reads pages and sends the forms it finds on them.

use std::{fmt::Write, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What a form is sent with by a page of the same place.
pub const FORM: &str = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";

/// Sends one request, as `GET /` with these header lines, and gives the whole answer as text; bytes that are none stand as U+FFFD.
pub async fn ask(address: SocketAddr, head: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("somebody listens");
    let text = format!("{head} HTTP/1.0\r\nhost: x\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(text.as_bytes()).await.expect("the request goes");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Somebody signed in to the console.
#[derive(Debug)]
pub struct Browser {
    address: SocketAddr,
    cookie: String,
}

impl Browser {
    /// Signs in with a token.
    pub async fn sign_in(address: SocketAddr, token: &str) -> Self {
        let answer = ask(address, "POST /login", FORM, &encoded(&[("secret", token), ("next", "/")])).await;
        let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = set.and_then(|set| set.split(';').next()).expect("a cookie").to_owned();
        Self { address, cookie: format!("cookie: {cookie}\r\n") }
    }
    /// A page, with its head.
    pub async fn get(&self, path: &str) -> String {
        ask(self.address, &format!("GET {path}"), &self.cookie, "").await
    }
    /// Sends a form's fields.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let headers = format!("{}{FORM}", self.cookie);
        ask(self.address, &format!("POST {path}"), &headers, &encoded(fields)).await
    }
}

/// The value of the first field of this name on a page.
pub fn field<'p>(page: &'p str, name: &str) -> &'p str {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no field {name} on {page}"))
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let between = if text.is_empty() { "" } else { "&" };
        write!(text, "{between}{name}=").expect("a text takes it");
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
                _ => write!(text, "%{byte:02X}").expect("a text takes it"),
            }
        }
    }
    text
}

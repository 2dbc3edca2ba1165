//! Chromium, driven as a person uses it: pages are opened, forms filled in, files chosen, buttons pressed. What a form does not send
//! by itself is not sent.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// How long anything is waited for before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the driver says once it listens.
const LISTENS: &str = "started successfully on port ";

/// A window of Chromium on the console of one address.
#[derive(Debug)]
pub struct Chromium {
    client: Client,
    address: String,
    driver: tokio::process::Child,
    _profile: TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // the driver leads a group of its own: the browser goes with it
        if let Some(leader) = self.driver.id() {
            let kill = Command::new("kill")
                .args(["-KILL", "--", &format!("-{leader}")])
                .stderr(Stdio::null())
                .status();
            drop(kill);
        }
    }
}

impl Chromium {
    /// Opens a window; `None`, with a message, where Chromium or its driver is not installed.
    ///
    /// # Panics
    /// When they are installed and do not start.
    pub async fn open(address: &str) -> Option<Self> {
        let driver = tokio::process::Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let Ok(mut driver) = driver else {
            tracing::warn!("skipped: chromedriver is not installed; deploy/get-test-tools installs it");
            return None;
        };
        let mut said = BufReader::new(driver.stdout.take().expect("its words")).lines();
        let port = async {
            while let Some(line) = said.next_line().await.expect("its words") {
                if let Some(port) = line.split(LISTENS).nth(1) {
                    return port.trim_end_matches('.').to_owned();
                }
            }
            panic!("chromedriver ended before it listened")
        };
        let port = tokio::time::timeout(PATIENCE, port).await.expect("chromedriver listens in time");
        let profile = tempfile::tempdir().expect("a temporary folder");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wished(profile.path()))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        Some(Self { client, address: address.to_owned(), driver, _profile: profile })
    }

    /// Signs in by the page that asks who one is.
    ///
    /// # Panics
    /// When the token is not taken.
    pub async fn sign_in(&self, token: &str) {
        self.go("/login?lang=en").await;
        self.write("secret", token).await;
        self.find("form button").await.click().await.expect("the button is pressed");
        self.find("header .who form").await;
    }

    /// Opens a page.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.address)).await.expect("the page loads");
    }

    /// The path and query of the page that is open.
    ///
    /// # Panics
    /// When no page is.
    pub async fn at(&self) -> String {
        let url = self.client.current_url().await.expect("a page is open");
        url.as_str().strip_prefix(&self.address).expect("a page of the console").to_owned()
    }

    /// Writes into a field, by its name, instead of what stands there.
    ///
    /// # Panics
    /// When there is no such field that can be written into.
    pub async fn write(&self, name: &str, text: &str) {
        let field = self.field(name).await;
        field.clear().await.unwrap_or_else(|why| panic!("{name}: {why}"));
        field.send_keys(text).await.unwrap_or_else(|why| panic!("{name}: {why}"));
    }

    /// Chooses by value in a list, by its name.
    ///
    /// # Panics
    /// When the list or the value is not offered.
    pub async fn choose(&self, name: &str, value: &str) {
        let list = self.field(name).await;
        list.select_by_value(value).await.unwrap_or_else(|why| panic!("{name} offers no {value}: {why}"));
    }

    /// Ticks a box, or one of several by its value.
    ///
    /// # Panics
    /// When there is none to be seen.
    pub async fn tick(&self, name: &str, value: &str) {
        let wanted = format!("input[name=\"{name}\"][value=\"{value}\"]");
        self.find(&wanted).await.click().await.unwrap_or_else(|why| panic!("{name}: {why}"));
    }

    /// Opens what is folded away, by the words that stand on it: the first of these, or a later one.
    ///
    /// # Panics
    /// When there is none.
    pub async fn unfold(&self, words: &str, number: usize) {
        self.click(&format!("(//summary[contains(normalize-space(.), {})])[{number}]", quoted(words))).await;
    }

    /// Chooses files for a field, by its name or, after a #, its id.
    ///
    /// # Panics
    /// When the field takes none.
    pub async fn attach(&self, name: &str, files: &[&Path]) {
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        self.field(name)
            .await
            .send_keys(&names.join("\n"))
            .await
            .unwrap_or_else(|why| panic!("{name}: {why}"));
    }

    /// Presses a button or follows a link, by its words.
    ///
    /// # Panics
    /// When there is none, or it cannot be pressed.
    pub async fn press(&self, words: &str) {
        let words = quoted(words);
        self.click(&format!("(//main//button|//main//a)[normalize-space(.) = {words}]")).await;
    }

    /// Waits until the page says this; gives all that it says.
    ///
    /// # Panics
    /// When it does not say it in time; with what it says instead.
    pub async fn sees(&self, words: &str) -> String {
        let found = format!("//main[contains(normalize-space(.), {})]", quoted(words));
        if let Ok(main) = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&found)).await {
            return main.text().await.expect("its words");
        }
        let main = self.find("main").await.text().await.unwrap_or_default();
        panic!("{}: the page does not say {words:?} but:\n{main}", self.at().await)
    }

    /// What stands in a field, by its name.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn value(&self, name: &str) -> String {
        self.field(name).await.prop("value").await.expect("a value").unwrap_or_default()
    }

    async fn field(&self, name: &str) -> Element {
        if name.starts_with('#') {
            self.find(name).await
        } else {
            self.find(&format!("main [name=\"{name}\"]")).await
        }
    }

    async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(why) => panic!("{}: there is no {css}: {why}", self.at().await),
        }
    }

    async fn click(&self, xpath: &str) {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await;
        let Ok(found) = found else { panic!("{}: there is no {xpath}", self.at().await) };
        found.click().await.unwrap_or_else(|why| panic!("{xpath}: {why}"));
    }
}

/// Without a screen, a network of its own or anything kept from before.
fn wished(profile: &Path) -> Capabilities {
    let profile = format!("--user-data-dir={}", profile.display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        &profile,
    ];
    let options = json!({ "goog:chromeOptions": { "args": arguments } });
    let serde_json::Value::Object(wished) = options else { unreachable!("it is an object") };
    wished
}

/// A text as XPath writes it; none of ours holds both kinds of quotes.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

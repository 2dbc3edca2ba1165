//! A server of a test that answers as a source does: what was recorded, in order, by path.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One recorded answer.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// Whether the connection breaks off in the middle of the body.
    pub breaks_off: bool,
}

impl Recorded {
    /// 200 with this body.
    pub fn ok(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::of(200) }
    }
    /// This status with an empty body.
    pub fn of(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    /// The same, broken off in the middle.
    #[must_use]
    pub fn broken_off(self) -> Self {
        Self { breaks_off: true, ..self }
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers, as they came.
    pub head: String,
    /// The body.
    pub body: String,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, VecDeque<Recorded>>,
    asked: Vec<Asked>,
}

/// A server on the loopback address.
pub struct Site {
    /// Where it is: `http://127.0.0.1:PORT/`.
    pub url: String,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    /// Starts one that knows no answers yet: to everything it says 404.
    ///
    /// # Panics
    /// When there is no port.
    #[expect(clippy::disallowed_methods, reason = "a server of a test, ended with it")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, state, task }
    }
    /// Adds answers to what is asked under this path, in order; the last stays.
    pub fn answer(&self, path: &str, answers: impl IntoIterator<Item = Recorded>) {
        self.locked().answers.entry(path.to_owned()).or_default().extend(answers);
    }
    /// Forgets the answers under this path and gives these from now on.
    pub fn answer_now(&self, path: &str, answers: impl IntoIterator<Item = Recorded>) {
        self.locked().answers.insert(path.to_owned(), answers.into_iter().collect());
    }
    /// What was asked so far, under paths that begin so.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.locked().asked.iter().filter(|asked| asked.target.starts_with(path)).cloned().collect()
    }
    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(asked) = read(&mut stream).await else { return };
    let path = asked.target.split('?').next().unwrap_or_default().to_owned();
    let answer = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked.push(asked);
        match state.answers.get_mut(&path) {
            Some(answers) if answers.len() > 1 => answers.pop_front(),
            Some(answers) => answers.front().cloned(),
            None => None,
        }
    };
    let answer = answer.unwrap_or_else(|| Recorded::of(404));
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    let sent = if answer.breaks_off { answer.body.len() / 2 } else { answer.body.len() };
    let bytes = [head.as_bytes(), answer.body.as_bytes().get(..sent).unwrap_or_default()].concat();
    drop(stream.write_all(&bytes).await);
    drop(stream.shutdown().await);
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            let body = bytes.get(end + 4..)?;
            if body.len() >= length.unwrap_or(0) {
                let mut line = head.lines().next()?.split(' ');
                let (method, target) = (line.next()?.to_owned(), line.next()?.to_owned());
                return Some(Asked {
                    method,
                    target,
                    body: String::from_utf8_lossy(body).into_owned(),
                    head,
                });
            }
        }
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(chunk.get(..read)?),
            _ => return None,
        }
    }
}

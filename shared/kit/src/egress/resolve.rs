//! Name look-up that hands the connector checked addresses only, so that no second look-up can change them.

use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{
    EgressError,
    address::{Range, admit},
};

/// The machine's own look-up.
#[derive(Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// A look-up that refuses a name when any of its addresses is not permitted.
///
/// Keeping only the public ones of a mixed answer would let a rebinding name through on its next turn.
pub(super) struct Guarded {
    inner: Arc<dyn Resolve>,
    allow: Arc<[Range]>,
}

impl Guarded {
    /// Guards another look-up.
    pub(super) fn new(inner: Arc<dyn Resolve>, allow: Arc<[Range]>) -> Self {
        Self { inner, allow }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allow = Arc::clone(&self.allow);
        let looking = self.inner.resolve(name);
        Box::pin(async move {
            let found: Vec<_> = looking.await?.collect();
            if found.is_empty() {
                return Err(EgressError::Unresolved { host }.into());
            }
            for address in &found {
                admit(&host, address.ip(), &allow)?;
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
pub(super) mod fixed {
    //! A look-up that answers every name alike.

    use std::net::{IpAddr, SocketAddr};

    use super::*;

    /// The addresses every name leads to.
    pub(in super::super) struct Fixed(pub(in super::super) Vec<IpAddr>);

    impl Resolve for Fixed {
        fn resolve(&self, _name: Name) -> Resolving {
            let found: Vec<_> = self.0.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            let found: Addrs = Box::new(found.into_iter());
            Box::pin(std::future::ready(Ok(found)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{fixed::Fixed, *};

    async fn look_up(answers: &[&str], allow: &[&str]) -> Result<Vec<IpAddr>, String> {
        let inner = Fixed(answers.iter().map(|text| text.parse().unwrap()).collect());
        let allow = allow.iter().map(|text| text.parse().unwrap()).collect();
        let guarded = Guarded::new(Arc::new(inner), allow);
        match guarded.resolve("hook.example.org".parse().unwrap()).await {
            Ok(found) => Ok(found.map(|address| address.ip()).collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn one_private_answer_among_public_ones_refuses_the_name() {
        let refused = look_up(&["8.8.8.8", "10.0.0.7"], &[]).await.unwrap_err();
        assert_eq!(
            refused,
            "address 10.0.0.7 of host hook.example.org is refused: it is private, and only public addresses \
             may be reached"
        );
        assert!(look_up(&["8.8.8.8", "::ffff:127.0.0.1"], &[]).await.is_err());
    }

    #[tokio::test]
    async fn public_and_allowed_answers_pass_and_none_is_an_error() {
        assert_eq!(look_up(&["8.8.8.8", "2606:4700::1"], &[]).await.unwrap().len(), 2);
        assert_eq!(look_up(&["8.8.8.8", "127.0.0.1"], &["127.0.0.0/8"]).await.unwrap().len(), 2);
        assert!(look_up(&[], &[]).await.is_err());
    }
}

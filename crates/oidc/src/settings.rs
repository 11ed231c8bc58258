//! What an operator sets, and which addresses are accepted.

use std::fmt;
use std::time::Duration;

use kernel::{Errors, Result};
use openidconnect::url::{Host, Url};

/// The provider and how this site is registered with it.
#[derive(Clone)]
pub struct Settings {
    /// As the provider writes it in its tokens, to the letter: a final `/` counts.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// Registered with the provider, to the letter.
    pub redirect_uri: String,
    /// Registered with the provider, to the letter.
    pub post_logout_redirect_uri: String,
    /// How people name the provider: « ProConnect ».
    pub label: String,
    /// The longest that one call to [`crate::Provider`] may take.
    pub timeout: Duration,
    /// Accepts `http://` on this machine, for tests and development.
    pub allow_http_loopback: bool,
}

/// The secret stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// All that is wrong, with the names of the fields.
    pub(crate) fn check(&self) -> Result<()> {
        let mut errors = Errors::default();
        let addresses = [
            ("issuer", &self.issuer),
            ("redirect_uri", &self.redirect_uri),
            ("post_logout_redirect_uri", &self.post_logout_redirect_uri),
        ];
        for (field, address) in addresses {
            if !Url::parse(address).is_ok_and(|url| safe(&url, self.allow_http_loopback)) {
                errors.add(field, format!("« {address} » n'est pas une adresse en https."));
            }
        }
        let texts = [("client_id", &self.client_id), ("client_secret", &self.client_secret), ("label", &self.label)];
        for (field, text) in texts {
            if text.trim().is_empty() {
                errors.add(field, "Cette valeur est obligatoire.");
            }
        }
        if self.timeout.is_zero() {
            errors.add("timeout", "Le délai doit être plus long que zéro.");
        }
        errors.into_result()
    }

    /// The provider runs on this machine.
    pub(crate) fn on_loopback(&self) -> bool {
        Url::parse(&self.issuer).is_ok_and(|url| loopback(&url))
    }
}

/// Whether secrets may travel to this address: `https`, or this machine when that is allowed; no name and password inside.
pub(crate) fn safe(url: &Url, allow_http_loopback: bool) -> bool {
    let transport = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => allow_http_loopback && loopback(url),
        _ => false,
    };
    transport && url.username().is_empty() && url.password().is_none()
}

fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            issuer: "https://fournisseur.example/api/v2".to_owned(),
            client_id: "maillage".to_owned(),
            client_secret: "s3cr3t".to_owned(),
            redirect_uri: "https://maillage.example/connexion/retour".to_owned(),
            post_logout_redirect_uri: "https://maillage.example/".to_owned(),
            label: "ProConnect".to_owned(),
            timeout: Duration::from_secs(5),
            allow_http_loopback: false,
        }
    }

    #[test]
    fn only_https_or_this_machine_when_allowed() {
        let parse = |text: &str| Url::parse(text).unwrap();
        assert!(safe(&parse("https://fournisseur.example/"), false));
        for local in ["http://127.0.0.1:3000", "http://[::1]/a", "http://localhost:8080/"] {
            assert!(safe(&parse(local), true), "{local}");
            assert!(!safe(&parse(local), false), "{local}");
        }
        for bad in [
            "http://fournisseur.example/",
            "http://127.0.0.1.example/",
            "http://localhost.example/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "https://user:word@fournisseur.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            assert!(!safe(&parse(bad), true), "{bad}");
        }
    }

    #[test]
    fn each_wrong_setting_is_named() {
        assert_eq!(settings().check(), Ok(()));
        let wrong = Settings {
            issuer: "http://fournisseur.example".to_owned(),
            client_secret: " ".to_owned(),
            timeout: Duration::ZERO,
            ..settings()
        };
        let Err(kernel::Error::Invalid(errors)) = wrong.check() else { panic!("accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["issuer", "client_secret", "timeout"]);
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", settings()).contains("s3cr3t"));
    }
}

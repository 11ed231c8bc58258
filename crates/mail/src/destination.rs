//! Where mail goes: `dossier:courriels` or `smtp://…`.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// Where mail goes, as written in `MAILLAGE_MAIL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A folder, a `.eml` file a message.
    Folder(PathBuf),
    Smtp(Server),
}

/// A mail server, with its password: never shown whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte, checked against public authorities.
    Implicit,
    /// By STARTTLS, checked against public authorities; nothing is sent without.
    Required,
    /// By STARTTLS when the server offers it, with whatever certificate: on this machine, where nobody stands between.
    WhenOffered,
}

const EXPECTED: &str = "dossier:CHEMIN, smtp://hôte:port, smtp://utilisateur:motdepasse@hôte:port ou smtps://…";

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("dossier:") {
            let fits = !path.is_empty() && !path.contains('\0');
            return if fits { Ok(Self::Folder(path.into())) } else { Err(EXPECTED.to_owned()) };
        }
        let (implicit, rest) = match text.split_once("://") {
            Some(("smtp", rest)) => (false, rest),
            Some(("smtps", rest)) => (true, rest),
            _ => return Err(EXPECTED.to_owned()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The last one: a password may hold others.
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(read_credentials(credentials)?), place),
            None => (None, rest),
        };
        let (host, port) = read_place(place)?;
        let port = match port {
            Some(port) => port,
            None if implicit => 465,
            None if credentials.is_some() => 587,
            None => 25,
        };
        let tls = if implicit {
            Tls::Implicit
        } else if is_loopback(&host) {
            Tls::WhenOffered
        } else {
            Tls::Required
        };
        Ok(Self::Smtp(Server { host, port, tls, credentials }))
    }
}

fn read_credentials(text: &str) -> Result<(String, String), String> {
    let decode = |part: &str| percent_decode_str(part).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    text.split_once(':')
        .and_then(|(user, password)| Some((decode(user)?, decode(password)?)))
        .filter(|(user, password)| !user.is_empty() && !password.is_empty())
        .ok_or_else(|| "utilisateur:motdepasse avant le « @ », les signes spéciaux écrits %40, %3A…".to_owned())
}

fn read_place(text: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, rest)) => (address, rest.strip_prefix(':').or(Some(rest))),
        None => match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port.map(str::parse::<u16>) {
        None => None,
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => return Err("un port de 1 à 65535 après l'hôte".to_owned()),
    };
    let is_name = |host: &str| {
        host.len() <= 253
            && host.split('.').all(|label| {
                let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
                plain && !label.is_empty() && label.len() <= 63
            })
    };
    if host.parse::<IpAddr>().is_ok() || is_name(host) {
        Ok((host.to_owned(), port))
    } else {
        Err("le nom ou l'adresse d'un serveur, par exemple smtp://smtp.exemple.fr:587".to_owned())
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "dossier:{}", path.display()),
            Self::Smtp(server) => write!(f, "{server}"),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls == Tls::Implicit { "smtps" } else { "smtp" };
        match self.host.contains(':') {
            true => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Server {
        match text.parse() {
            Ok(Destination::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_server_is_read_with_its_port_and_its_protection() {
        let cases = [
            ("smtp://smtp.exemple.fr", 25, Tls::Required),
            ("smtp://u:p@smtp.exemple.fr", 587, Tls::Required),
            ("smtps://u:p@smtp.exemple.fr/", 465, Tls::Implicit),
            ("smtp://localhost:2525", 2525, Tls::WhenOffered),
            ("smtp://127.0.0.1:25", 25, Tls::WhenOffered),
            ("smtp://[::1]:25", 25, Tls::WhenOffered),
            ("smtp://127.exemple.fr", 25, Tls::Required),
            ("smtps://localhost", 465, Tls::Implicit),
        ];
        for (text, port, tls) in cases {
            assert_eq!((server(text).port, server(text).tls), (port, tls), "{text}");
        }
        let server = server("smtp://jeanne%40exemple.fr:a:b@c%2F@smtp.exemple.fr:587");
        assert_eq!(server.credentials, Some(("jeanne@exemple.fr".to_owned(), "a:b@c/".to_owned())));
    }

    #[test]
    fn a_wrong_one_is_refused_in_one_line_that_holds_no_password() {
        for wrong in [
            "",
            "courriels",
            "dossier:",
            "smtp://",
            "smtp://:25",
            "smtp://exemple.fr:0",
            "smtp://exemple.fr:secret",
            "smtp://u:secret@exemple.fr:70000",
            "smtp://secret@exemple.fr",
            "smtp://u:secret@a b",
            "smtp://[::1",
            "smtp://[::1]secret",
            "http://u:secret@exemple.fr",
            "smtp://u:secret@exemple.fr/chemin",
        ] {
            let message = wrong.parse::<Destination>().unwrap_err();
            assert!(!message.contains('\n') && !message.contains("secret"), "{wrong}: {message}");
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        let destination: Destination = "smtp://jeanne:secret@smtp.exemple.fr".parse().unwrap();
        assert_eq!(format!("{destination}"), "smtp://smtp.exemple.fr:587");
        assert!(!format!("{destination:?}").contains("secret"));
    }
}

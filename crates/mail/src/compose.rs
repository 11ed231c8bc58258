//! One message as it travels: headers, text, HTML. The same outbox row always gives the same bytes.

use std::time::{Duration, SystemTime};

use kernel::Timestamp;
use lettre::address::{AddressError, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use store::outbox::{Failure, Taken};

use crate::html;

/// The name before the address from which messages come.
const NAME: &str = "Maillage";

/// From whom messages come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    address: Address,
    /// The site's name on the network, for the identifiers of messages and the greeting of servers.
    host: String,
}

impl Sender {
    /// `from` is an address without a name, `site` the public address of the site (`https://maillage.exemple.fr`).
    ///
    /// # Errors
    /// What is expected when `from` is no address.
    pub fn new(from: &str, site: &str) -> Result<Self, String> {
        let address = from.parse().map_err(|_| "une adresse de courriel sans nom, maillage@exemple.fr".to_owned())?;
        Ok(Self { address, host: host(site) })
    }

    pub fn host(&self) -> &str {
        &self.host
    }
}

/// `https://maillage.exemple.fr:8080/x` becomes `maillage.exemple.fr`.
fn host(site: &str) -> String {
    let rest = site.split_once("://").map_or(site, |(_, rest)| rest);
    let place = rest.split('/').next().unwrap_or_default();
    let host = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => place.split(':').next().unwrap_or_default(),
    };
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(plain) { "localhost".to_owned() } else { host.to_owned() }
}

/// A message ready to travel.
#[derive(Clone, Debug)]
pub struct Composed {
    /// `2026-11-21T110000Z-019…`: when it was queued, then its identifier.
    pub name: String,
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

/// Writes a message.
///
/// # Errors
/// A permanent failure when its address is none.
pub fn compose(sender: &Sender, taken: &Taken) -> Result<Composed, Failure> {
    let to: Address = taken.to.parse().map_err(|fault| never(wrong_address(fault)))?;
    let html = html::render(&taken.subject, &taken.text).map_err(|fault| never(fault.to_string()))?;
    let id = format!("{}@{}", taken.id, sender.host.replace(':', "."));
    // Ours rather than random: an attempt that is made again gives the same message, which receivers can recognise.
    let boundary = format!("maillage-{}", taken.id);
    let mut builder = Message::builder()
        .message_id(Some(format!("<{id}>")))
        .date(system_time(taken.queued_at))
        .from(Mailbox::new(Some(NAME.to_owned()), sender.address.clone()))
        .to(Mailbox::new(None, to))
        .subject(taken.subject.as_str())
        // RFC 3834: no automatic answer is wanted.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    if let Some(address) = taken.unsubscribe.as_deref().filter(|address| is_plain(address)) {
        let named = |name| HeaderName::new_from_ascii_str(name);
        builder = builder.raw_header(HeaderValue::new(named("List-Unsubscribe"), format!("<{address}>")));
        // RFC 8058: only over https, where nobody on the way can unsubscribe others.
        if address.starts_with("https://") {
            let post = "List-Unsubscribe=One-Click".to_owned();
            builder = builder.raw_header(HeaderValue::new(named("List-Unsubscribe-Post"), post));
        }
    }
    let message = builder
        .multipart(
            MultiPart::alternative()
                .boundary(boundary)
                .singlepart(lettre::message::SinglePart::plain(taken.text.clone()))
                .singlepart(lettre::message::SinglePart::html(html)),
        )
        .map_err(|fault| never(format!("Ce message ne peut pas être écrit : {fault}.")))?;
    let instant = taken.queued_at.iso().chars().filter(|character| *character != ':').take(17).collect::<String>();
    Ok(Composed {
        name: format!("{instant}Z-{}", taken.id),
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

/// True of an address that stands between angle brackets as it is.
fn is_plain(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
}

fn never(reason: String) -> Failure {
    Failure { reason, permanent: true }
}

fn wrong_address(fault: AddressError) -> String {
    let what = match fault {
        AddressError::MissingParts => "il lui manque le « @ » ou ce qui l'entoure",
        AddressError::InvalidUser => "ce qui est avant le « @ » ne convient pas",
        AddressError::InvalidDomain => "ce qui est après le « @ » ne convient pas",
        _ => "elle est illisible",
    };
    format!("Ce n'est pas une adresse de courriel : {what}.")
}

fn system_time(at: Timestamp) -> SystemTime {
    u64::try_from(at.as_micros())
        .map_or(SystemTime::UNIX_EPOCH, |micros| SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn taken(to: &str, subject: &str, text: &str) -> Taken {
        Taken {
            id: Id::from_uuid(Uuid::from_u128(7)),
            queued_at: Timestamp::from_micros(1_795_258_800_000_000),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            unsubscribe: None,
            attempt: 1,
            node: "a".to_owned(),
        }
    }

    fn sender() -> Sender {
        Sender::new("maillage@exemple.fr", "https://maillage.exemple.fr").unwrap()
    }

    #[test]
    fn a_message_has_its_headers_and_is_the_same_each_time() {
        let message = taken("jeanne@exemple.fr", "Réunion d'été", "Bonjour,\n\nhttps://exemple.fr/lien");
        let composed = compose(&sender(), &message).unwrap();
        assert_eq!(composed.name, "2026-11-21T110000Z-00000000-0000-0000-0000-000000000007");
        let bytes = String::from_utf8(composed.bytes.clone()).unwrap();
        for header in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@maillage.exemple.fr>\r\n",
            "Date: Sat, 21 Nov 2026 11:00:00 +0000\r\n",
            "From: Maillage <maillage@exemple.fr>\r\n",
            "To: jeanne@exemple.fr\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(bytes.contains(header), "{header} is missing in {bytes}");
        }
        assert_eq!(compose(&sender(), &message).unwrap().bytes, composed.bytes);
    }

    #[test]
    fn a_message_of_a_list_says_where_one_unsubscribes() {
        let headers = |unsubscribe: &str| {
            let message =
                Taken { unsubscribe: Some(unsubscribe.to_owned()), ..taken("jeanne@exemple.fr", "Sujet", "Texte") };
            let bytes = String::from_utf8(compose(&sender(), &message).unwrap().bytes).unwrap();
            // Long headers are folded.
            bytes.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ")
        };
        let long = format!("https://exemple.fr/courriels/desinscription?cle={}&sortes=meetings", "0f".repeat(60));
        let whole = headers(&long);
        assert!(whole.contains(&format!("List-Unsubscribe: <{long}>\r\n")), "{whole}");
        assert!(whole.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{whole}");
        let plain = headers("http://localhost:8080/x");
        assert!(plain.contains("List-Unsubscribe: <http:") && !plain.contains("List-Unsubscribe-Post"), "{plain}");
        assert!(!headers("https://exemple.fr/>\r\nBcc: a@b.fr").contains("List-Unsubscribe"));
    }

    #[test]
    fn what_is_no_address_is_a_permanent_failure_with_its_reason() {
        for to in ["", "jeanne", "@exemple.fr", "a@b c", "a@b.fr Bcc: c@d.fr", "a@b.fr, c@d.fr", "Jeanne <a@b.fr>"] {
            let failure = compose(&sender(), &taken(to, "Sujet", "Texte")).unwrap_err();
            assert!(failure.permanent && failure.reason.starts_with("Ce n'est pas une adresse"), "{to}: {failure:?}");
        }
    }

    #[test]
    fn a_subject_stays_one_header_even_if_the_database_was_written_by_hand() {
        let message = taken("jeanne@exemple.fr", "Bonjour\r\nBcc: voleur@exemple.fr", "Texte");
        let bytes = String::from_utf8(compose(&sender(), &message).unwrap().bytes).unwrap();
        let (headers, _) = bytes.split_once("\r\n\r\n").unwrap();
        assert!(!headers.contains("\nBcc:"), "{headers}");
    }

    #[test]
    fn the_host_is_read_from_the_public_address() {
        assert_eq!(host("https://maillage.exemple.fr"), "maillage.exemple.fr");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(host("http://[::1]:8080/x"), "::1");
        assert_eq!(host("https://é t"), "localhost");
    }
}

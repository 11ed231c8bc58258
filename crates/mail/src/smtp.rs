//! SMTP, a connection a message. The steps are taken one by one, so that a refusal of the server's own (password, sender)
//! is told from a refusal of the message: the first waits for the operator, the second is final.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use store::outbox::Failure;

use crate::compose::Composed;
use crate::destination::{Server, Tls};

/// Longest wait for the server to take the connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// Longest farewell, once the message is accepted.
const QUIT_LIMIT: Duration = Duration::from_secs(5);

pub async fn send(server: &Server, host: &str, message: &Composed) -> Result<(), Failure> {
    let hello = match host.parse() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    };
    let mut connection = connect(server, &hello).await?;
    let handed = hand_over(server, &mut connection, message).await;
    // Beside the answer: whatever happens to the farewell, an accepted message is accepted.
    tokio::spawn(async move {
        let _ = tokio::time::timeout(QUIT_LIMIT, connection.abort()).await;
    });
    handed
}

async fn connect(server: &Server, hello: &ClientId) -> Result<AsyncSmtpConnection, Failure> {
    let unprotected = |fault: Error| Failure {
        reason: format!("La connexion au serveur {server} ne peut pas être protégée : {}.", cause(&fault)),
        permanent: false,
    };
    let tls = TlsParameters::builder(server.host.clone())
        .dangerous_accept_invalid_certs(server.tls == Tls::WhenOffered)
        .dangerous_accept_invalid_hostnames(server.tls == Tls::WhenOffered)
        .build()
        .map_err(unprotected)?;
    let wrapper = (server.tls == Tls::Implicit).then(|| tls.clone());
    let place = (server.host.as_str(), server.port);
    let connecting = AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT_LIMIT), hello, wrapper, None);
    let mut connection = connecting.await.map_err(|fault| later(server, &fault))?;
    if server.tls == Tls::Required || (server.tls == Tls::WhenOffered && connection.can_starttls()) {
        connection.starttls(tls, hello).await.map_err(unprotected)?;
    }
    if let Some((user, password)) = &server.credentials {
        let credentials = Credentials::new(user.clone(), password.clone());
        connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|fault| later(server, &fault))?;
    }
    Ok(connection)
}

async fn hand_over(server: &Server, connection: &mut AsyncSmtpConnection, message: &Composed) -> Result<(), Failure> {
    let mut parameters = Vec::new();
    let accented = message.envelope.to().iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii());
    if accented {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let reason = "Le serveur de courriel ne connaît pas les adresses accentuées.".to_owned();
            return Err(Failure { reason, permanent: true });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !message.bytes.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = Mail::new(message.envelope.from().cloned(), parameters);
    connection.command(from).await.map_err(|fault| later(server, &fault))?;
    for address in message.envelope.to() {
        let to = Rcpt::new(address.clone(), Vec::new());
        connection.command(to).await.map_err(|fault| refused(server, &fault))?;
    }
    connection.command(Data).await.map_err(|fault| refused(server, &fault))?;
    connection.message(&message.bytes).await.map_err(|fault| refused(server, &fault))?;
    Ok(())
}

/// Something between the server and us: it is tried again, whatever the server says.
fn later(server: &Server, fault: &Error) -> Failure {
    Failure { reason: reason(server, fault), permanent: false }
}

/// What the server says of the message or of its recipient: final when it says so.
fn refused(server: &Server, fault: &Error) -> Failure {
    // RFC 4954: it wants a sign-in or a better one, at whichever command.
    let wants_sign_in = fault.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
    Failure { reason: reason(server, fault), permanent: fault.is_permanent() && !wants_sign_in }
}

fn reason(server: &Server, fault: &Error) -> String {
    let cause = cause(fault);
    match fault.status() {
        Some(code) if fault.is_permanent() => format!("Le serveur {server} refuse : {code} {cause}"),
        Some(code) => format!("Le serveur {server} refuse pour le moment : {code} {cause}"),
        None if fault.is_timeout() => format!("Le serveur {server} ne répond pas à temps."),
        None => format!("Le serveur {server} ne peut pas être joint : {cause}."),
    }
}

/// What began it, without what each layer says of it.
fn cause(fault: &Error) -> String {
    let mut cause: &dyn std::error::Error = fault;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

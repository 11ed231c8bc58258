//! Configuration: a flag over the environment over a file. Each wrong value is named in one line.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use kernel::Secret;
use mail::{Destination, Sender};
use serde::Deserialize;
use store::DatabaseUrl;
use ui::page::Theme;

/// What may be set, by flag or environment.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Fichier de configuration (TOML) ; maillage.toml est lu s'il existe
    #[arg(long, env = "MAILLAGE_CONFIG", global = true, value_name = "FICHIER")]
    pub config: Option<PathBuf>,
    /// Base de données : sqlite:FICHIER ou postgres://…
    #[arg(long, env = "DATABASE_URL", global = true, value_name = "ADRESSE", hide_env_values = true)]
    pub database: Option<String>,
    /// Adresse d'écoute
    #[arg(long, env = "MAILLAGE_LISTEN", global = true, value_name = "ADRESSE:PORT")]
    pub listen: Option<String>,
    /// Adresse publique du site, sans barre finale : https://…
    #[arg(long, env = "MAILLAGE_PUBLIC_ADDRESS", global = true, value_name = "URL")]
    pub public_address: Option<String>,
    /// Habillage : maillage ou etat (réservé aux services de l'État)
    #[arg(long, env = "MAILLAGE_THEME", global = true)]
    pub theme: Option<String>,
    /// Dossier du paquet npm @gouvfr/dsfr, pour l'habillage de l'État
    #[arg(long, env = "MAILLAGE_DSFR", global = true, value_name = "DOSSIER")]
    pub dsfr: Option<PathBuf>,
    /// Connexions à la base qui lisent (SQLite) ou qui font tout (PostgreSQL)
    #[arg(long, env = "MAILLAGE_CONNECTIONS", global = true, value_name = "NOMBRE")]
    pub connections: Option<String>,
    /// Mémoire des pages finies, en mégaoctets ; 0 pour ne rien garder
    #[arg(long, env = "MAILLAGE_PAGE_CACHE", global = true, value_name = "MO")]
    pub page_cache: Option<String>,
    /// Journal : texte ou json
    #[arg(long, env = "MAILLAGE_LOG_FORMAT", global = true)]
    pub log_format: Option<String>,
    /// Ce que le journal garde : error, warn, info, debug
    #[arg(long, env = "MAILLAGE_LOG", global = true)]
    pub log: Option<String>,
    /// Secret des serveurs (64 chiffres hexadécimaux), au lieu du fichier à côté de la base
    #[arg(long, env = "MAILLAGE_SECRET", global = true, value_name = "HEXA", hide_env_values = true)]
    pub secret: Option<String>,
    /// Adresses IP des mandataires dont l'en-tête X-Forwarded-For est cru, séparées par des virgules
    #[arg(long, env = "MAILLAGE_TRUSTED_PROXIES", global = true, value_name = "ADRESSES")]
    pub trusted_proxies: Option<String>,
    /// Fournisseur d'identité OpenID Connect (ProConnect) : son adresse
    #[arg(long, env = "MAILLAGE_OPENID_ISSUER", global = true, value_name = "URL")]
    pub openid_issuer: Option<String>,
    /// Identifiant de ce site chez le fournisseur d'identité
    #[arg(long, env = "MAILLAGE_OPENID_CLIENT", global = true, value_name = "TEXTE")]
    pub openid_client: Option<String>,
    /// Secret de ce site chez le fournisseur d'identité
    #[arg(long, env = "MAILLAGE_OPENID_SECRET", global = true, value_name = "TEXTE", hide_env_values = true)]
    pub openid_secret: Option<String>,
    /// Nom du fournisseur d'identité sur le bouton
    #[arg(long, env = "MAILLAGE_OPENID_LABEL", global = true, value_name = "TEXTE")]
    pub openid_label: Option<String>,
    /// Accepter de servir une démonstration au-delà de cette machine
    #[arg(long, env = "MAILLAGE_DEMO_PUBLIC", global = true, value_name = "OUI|NON", num_args = 0..=1,
        require_equals = true, default_missing_value = "oui")]
    pub demo_public: Option<String>,
    /// Courriels : dossier:CHEMIN, smtp://hôte:port, smtp://utilisateur:motdepasse@hôte:port ou smtps://…
    #[arg(long, env = "MAILLAGE_MAIL", global = true, value_name = "ADRESSE", hide_env_values = true)]
    pub mail: Option<String>,
    /// Adresse d'où partent les courriels
    #[arg(long, env = "MAILLAGE_MAIL_FROM", global = true, value_name = "ADRESSE")]
    pub mail_from: Option<String>,
}

/// The same, in the file; and what only the file has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct InFile {
    database: Option<String>,
    listen: Option<String>,
    public_address: Option<String>,
    theme: Option<String>,
    dsfr: Option<PathBuf>,
    connections: Option<u32>,
    page_cache: Option<u32>,
    log_format: Option<String>,
    log: Option<String>,
    demo_public: bool,
    secret: Option<String>,
    trusted_proxies: Option<String>,
    openid_issuer: Option<String>,
    openid_client: Option<String>,
    openid_secret: Option<String>,
    openid_label: Option<String>,
    mail: Option<String>,
    mail_from: Option<String>,
    publisher: String,
    publisher_details: String,
    host: String,
    contact: String,
}

/// The configuration, understood.
#[derive(Clone, Debug)]
pub struct Config {
    pub database: DatabaseUrl,
    pub listen: SocketAddr,
    pub public_address: Option<String>,
    pub theme: Theme,
    pub dsfr: Option<PathBuf>,
    pub connections: usize,
    pub page_cache_bytes: usize,
    pub log_json: bool,
    pub log: String,
    pub demo_public: bool,
    /// In place of the file beside the database. It shows nothing of itself.
    pub node_key: Option<Secret>,
    pub trusted_proxies: Vec<IpAddr>,
    pub openid: Option<OpenId>,
    pub mail: Destination,
    pub mail_from: String,
    pub publisher: String,
    pub publisher_details: String,
    pub host: String,
    pub contact: String,
}

/// An identity provider, as it is set.
#[derive(Clone)]
pub struct OpenId {
    pub issuer: String,
    pub client: String,
    pub secret: String,
    pub label: String,
}

/// The secret is never shown.
impl std::fmt::Debug for OpenId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenId").field("issuer", &self.issuer).field("client", &self.client).finish_non_exhaustive()
    }
}

/// One line that names the setting, its value and what is expected.
pub type Wrong = String;

const DEFAULT_FILE: &str = "maillage.toml";

impl Config {
    pub fn read(options: &Options) -> Result<Self, Wrong> {
        let file = read_file(options.config.as_deref())?;
        let text = |flag: &Option<String>, in_file: Option<String>, default: &str| {
            flag.clone().or(in_file).unwrap_or_else(|| default.to_owned())
        };
        let database = text(&options.database, file.database, "sqlite:maillage.db");
        let listen = text(&options.listen, file.listen, "127.0.0.1:8080");
        let connections = text(&options.connections, file.connections.map(|number| number.to_string()), "");
        let page_cache = text(&options.page_cache, file.page_cache.map(|number| number.to_string()), "24");
        let log_format = text(&options.log_format, file.log_format, "texte");
        let theme = match text(&options.theme, file.theme, "maillage").as_str() {
            "maillage" => Theme::Maillage,
            "etat" => Theme::State,
            other => return Err(wrong("theme", other, "maillage ou etat")),
        };
        let dsfr = options.dsfr.clone().or(file.dsfr);
        if theme == Theme::State && !dsfr.as_ref().is_some_and(|folder| folder.join("dist/dsfr.min.css").is_file()) {
            let shown = dsfr.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
            return Err(wrong("dsfr", &shown, "le dossier du paquet npm @gouvfr/dsfr, avec dist/dsfr.min.css"));
        }
        let public_address = options.public_address.clone().or(file.public_address);
        if let Some(address) = &public_address
            && (!(address.starts_with("https://") || address.starts_with("http://")) || address.ends_with('/'))
        {
            return Err(wrong("public_address", address, "https://… sans barre finale"));
        }
        let database_url: DatabaseUrl =
            database.parse().map_err(|reason: String| wrong("database", hide(&database), &reason))?;
        let mail = match options.mail.clone().or(file.mail) {
            Some(typed) => typed.parse().map_err(|reason: String| wrong("mail", hide_mail(&typed), &reason))?,
            None => Destination::Folder(mail_folder(&database_url)),
        };
        let mail_from = text(&options.mail_from, file.mail_from, "maillage@localhost");
        Sender::new(&mail_from, "").map_err(|expected| wrong("mail_from", &mail_from, &expected))?;
        let default_connections = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        Ok(Self {
            database: database_url,
            listen: listen.parse().map_err(|_| wrong("listen", &listen, "une adresse et un port, 127.0.0.1:8080"))?,
            public_address,
            theme,
            dsfr,
            connections: match connections.as_str() {
                // PostgreSQL answers from another process: more connections than cores keep it busy.
                "" if database.starts_with("postgres") => default_connections * 4,
                "" => default_connections,
                number => bounded("connections", number, 2, 200)?,
            },
            page_cache_bytes: bounded("page_cache", &page_cache, 0, 4096)? << 20,
            log_json: match log_format.as_str() {
                "json" => true,
                "texte" => false,
                other => return Err(wrong("log_format", other, "texte ou json")),
            },
            log: text(&options.log, file.log, "info"),
            demo_public: match options.demo_public.as_deref() {
                Some("oui" | "true" | "1") => true,
                Some("non" | "false" | "0" | "") => false,
                None => file.demo_public,
                Some(other) => return Err(wrong("demo_public", other, "oui ou non")),
            },
            mail,
            mail_from,
            node_key: options.secret.clone().or(file.secret).map(|text| node_key(&text)).transpose()?,
            openid: openid(
                options.openid_issuer.clone().or(file.openid_issuer),
                options.openid_client.clone().or(file.openid_client),
                options.openid_secret.clone().or(file.openid_secret),
                text(&options.openid_label, file.openid_label, "ProConnect"),
            )?,
            trusted_proxies: proxies(&text(&options.trusted_proxies, file.trusted_proxies, ""))?,
            publisher: file.publisher,
            publisher_details: file.publisher_details,
            host: file.host,
            contact: file.contact,
        })
    }

    /// What the legal notice must say and does not yet.
    pub fn missing_legal_notice(&self) -> Vec<&'static str> {
        [
            ("publisher", &self.publisher),
            ("publisher_details", &self.publisher_details),
            ("host", &self.host),
            ("contact", &self.contact),
        ]
        .into_iter()
        .filter(|(_, value)| value.trim().is_empty())
        .map(|(name, _)| name)
        .collect()
    }
}

fn read_file(named: Option<&Path>) -> Result<InFile, Wrong> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let content = match std::fs::read_to_string(path) {
        Ok(content) => content,
        Err(fault) if named.is_none() && fault.kind() == std::io::ErrorKind::NotFound => return Ok(InFile::default()),
        Err(fault) => return Err(format!("configuration : « {} » illisible ({fault})", path.display())),
    };
    toml::from_str(&content).map_err(|fault| {
        let line =
            fault.span().map_or(0, |span| content.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        let message = fault.message().lines().next().unwrap_or_default().to_owned();
        format!("configuration : {}, ligne {line} : {message}", path.display())
    })
}

fn wrong(name: &str, value: &str, expected: &str) -> Wrong {
    format!("configuration : {name} = « {value} » ne convient pas ; attendu : {expected}")
}

/// A connection string may hold a password.
fn hide(database: &str) -> &str {
    if database.starts_with("postgres") { "postgres…" } else { database }
}

/// The address of a server may hold a password, a broken one too.
fn hide_mail(mail: &str) -> &str {
    if mail.starts_with("dossier:") { mail } else { "…" }
}

/// Where mail goes when nothing is said: beside the database, or in the working folder.
fn mail_folder(database: &DatabaseUrl) -> PathBuf {
    match database {
        DatabaseUrl::Sqlite(path) => path.with_file_name("courriels"),
        DatabaseUrl::Postgres(_) => PathBuf::from("courriels"),
    }
}

/// All three, or none.
fn openid(
    issuer: Option<String>,
    client: Option<String>,
    secret: Option<String>,
    label: String,
) -> Result<Option<OpenId>, Wrong> {
    let missing = |name: &str| {
        format!(
            "configuration : {name} manque ; le fournisseur d'identité demande openid_issuer, openid_client et openid_secret"
        )
    };
    match (issuer, client, secret) {
        (None, None, None) => Ok(None),
        (Some(issuer), Some(client), Some(secret)) => Ok(Some(OpenId { issuer, client, secret, label })),
        (None, ..) => Err(missing("openid_issuer")),
        (_, None, _) => Err(missing("openid_client")),
        (_, _, None) => Err(missing("openid_secret")),
    }
}

fn node_key(text: &str) -> Result<Secret, Wrong> {
    // What was given may be nearly the right one: it is not repeated.
    Secret::from_hex(text)
        .ok_or_else(|| "configuration : secret ne convient pas ; attendu : 64 chiffres hexadécimaux".to_owned())
}

fn proxies(list: &str) -> Result<Vec<IpAddr>, Wrong> {
    let addresses = list.split(',').map(str::trim).filter(|address| !address.is_empty());
    addresses
        .map(|address| address.parse().map_err(|_| wrong("trusted_proxies", address, "des adresses IP, 127.0.0.1")))
        .collect()
}

fn bounded(name: &str, value: &str, min: usize, max: usize) -> Result<usize, Wrong> {
    let number = value.parse::<usize>().ok().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| wrong(name, value, &format!("un nombre de {min} à {max}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Options)) -> Result<Config, Wrong> {
        let mut options = Options::default();
        change(&mut options);
        Config::read(&options)
    }

    #[test]
    fn nothing_set_is_a_good_configuration() {
        let config = with(|_| ()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database, DatabaseUrl::Sqlite("maillage.db".into()));
        assert_eq!(config.missing_legal_notice().len(), 4);
    }

    #[test]
    fn each_wrong_value_is_named_in_one_line() {
        type Change = fn(&mut Options);
        let wrongs: [(&str, Change); 11] = [
            ("listen", |o| o.listen = Some("8080".into())),
            ("database", |o| o.database = Some("mysql://secret@x".into())),
            ("theme", |o| o.theme = Some("rose".into())),
            ("dsfr", |o| o.theme = Some("etat".into())),
            ("connections", |o| o.connections = Some("0".into())),
            ("page_cache", |o| o.page_cache = Some("beaucoup".into())),
            ("public_address", |o| o.public_address = Some("maillage.fr/".into())),
            ("mail", |o| o.mail = Some("courriels".into())),
            ("mail", |o| o.mail = Some("smtp://u:secret@exemple.fr:port".into())),
            ("mail_from", |o| o.mail_from = Some("Maillage <a@exemple.fr>".into())),
            ("log_format", |o| o.log_format = Some("xml".into())),
        ];
        for (name, change) in wrongs {
            let message = with(change).unwrap_err();
            assert!(message.contains(name) && !message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn a_password_is_never_repeated() {
        let message = with(|o| o.database = Some("postgres://u:secret@[".into())).unwrap_err();
        assert!(!message.contains("secret"), "{message}");
        for mail in ["smtp://u:secret@exemple.fr:port", "smtp:u:secret@exemple.fr", "smtp://u:secret@", "u:secret"] {
            let message = with(|o| o.mail = Some(mail.into())).unwrap_err();
            assert!(!message.contains("secret"), "{message}");
        }
        let config = with(|o| o.mail = Some("smtp://u:secret@exemple.fr".into())).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
        let key = "5e".repeat(32);
        let config = with(|o| o.secret = Some(key.clone())).unwrap();
        assert!(!format!("{config:?}").contains("5e5e"), "{config:?}");
        let message = with(|o| o.secret = Some("5e5e".into())).unwrap_err();
        assert!(message.contains("64 chiffres") && !message.contains("5e5e"), "{message}");
        let openid = |o: &mut Options| {
            o.openid_issuer = Some("https://fournisseur.example".into());
            o.openid_client = Some("maillage".into());
            o.openid_secret = Some("tres-cache".into());
        };
        assert!(!format!("{:?}", with(openid).unwrap()).contains("tres-cache"));
    }

    #[test]
    fn mail_goes_to_a_folder_beside_the_database_when_nothing_is_said() {
        let folder = |database: &str| with(|o| o.database = Some(database.into())).unwrap().mail;
        assert_eq!(folder("sqlite:maillage.db"), Destination::Folder("courriels".into()));
        assert_eq!(
            folder("sqlite:/var/lib/maillage/base.db"),
            Destination::Folder("/var/lib/maillage/courriels".into())
        );
        assert_eq!(folder("postgres://localhost/maillage"), Destination::Folder("courriels".into()));
    }
}

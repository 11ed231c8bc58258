//! Which database: `sqlite:maillage.db` or `postgres://…`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A database address, as written in `DATABASE_URL`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// A connection string, with its password: never shown whole.
    Postgres(String),
}

impl DatabaseUrl {
    /// « SQLite » or « PostgreSQL », for pages and reports.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains('\0') {
                return Err("après « sqlite: », donnez un nom de fichier, par exemple sqlite:maillage.db".to_owned());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            let canonical = if text.contains("://") { text.to_owned() } else { text.replacen(':', "://", 1) };
            return match canonical.parse::<tokio_postgres::Config>() {
                Ok(_) => Ok(Self::Postgres(canonical)),
                Err(fault) => Err(format!("adresse PostgreSQL illisible ({fault})")),
            };
        }
        Err("l'adresse commence par « sqlite: » (un fichier) ou « postgres: » (un serveur)".to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(text) => match text.parse::<tokio_postgres::Config>() {
                Ok(config) => write!(f, "postgres (base « {} »)", config.get_dbname().unwrap_or("par défaut")),
                Err(_) => f.write_str("postgres"),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_wrong_ones_refused_in_one_line() {
        assert_eq!("sqlite:a.db".parse(), Ok(DatabaseUrl::Sqlite("a.db".into())));
        assert_eq!("sqlite:///tmp/a.db".parse(), Ok(DatabaseUrl::Sqlite("/tmp/a.db".into())));
        assert!(matches!("postgres://u:secret@localhost/m".parse(), Ok(DatabaseUrl::Postgres(_))));
        for wrong in ["", "sqlite:", "mysql://x", "postgres://[", "maillage.db"] {
            let message = wrong.parse::<DatabaseUrl>().unwrap_err();
            assert!(!message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://u:secret@localhost/m".parse().unwrap();
        assert!(!format!("{url} {url:?}").contains("secret"));
    }
}

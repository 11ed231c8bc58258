//! What may be asked on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// Measures Maillage on this machine and prints tables in Markdown: `cargo xtask bench`, or
/// `cargo run --release -p bench`. Only loopback is used; everything is bounded in time.
#[derive(Parser, Clone, Debug)]
#[command(name = "bench", about)]
pub struct Options {
    /// Database engines
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub engine: Vec<Engine>,
    /// Sizes of the data set: 1 is the national one (402 governances), 10 ten times as much
    #[arg(long, value_delimiter = ',', default_value = "1,10")]
    pub scale: Vec<u32>,
    /// What to measure
    #[arg(long, value_delimiter = ',', default_value = "start,pages,signed,memory,acts,backup,votes,accounts")]
    pub only: Vec<Part>,
    /// Measurements of each figure; the table shows their median
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub rounds: u32,
    /// Seconds of one measurement
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub seconds: u32,
    /// Connections of the load
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub connections: u32,
    /// Threads of wrk
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub threads: u32,
    /// A measurement during which other processes took more than this share of the machine is made again, in per cent
    #[arg(long, default_value_t = 5.0)]
    pub calm: f64,
    /// Tries of each kind of address at the door
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    pub tries: u32,
    /// Seed of the generated data
    #[arg(long, default_value_t = 2026)]
    pub seed: u64,
    /// Where databases are made, on the disk to be measured; generated data sets are kept there for the next run
    #[arg(long, default_value = "/var/tmp/maillage-bench")]
    pub folder: PathBuf,
    /// PostgreSQL server to use (postgres://user@host:port/), whose user may create databases; without it a temporary
    /// server is started
    #[arg(long, env = "MAILLAGE_BENCH_POSTGRES", hide_env_values = true)]
    pub database: Option<String>,
    /// A smoke run of less than a minute: SQLite, size 1, one short measurement of each figure
    #[arg(long)]
    pub quick: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Cold start, first start, first byte
    Start,
    /// Pages against their static twins
    Pages,
    /// Pages of a signed-in person against their static twins
    Signed,
    /// Memory of the server under the load of all pages, and after many requests
    Memory,
    /// Acknowledged durable acts against the engine's own limit
    Acts,
    /// A backup under load, restored and compared
    Backup,
    /// Two hundred votes within the same moment, a roll of five thousand
    Votes,
    /// Whether the time of an answer tells that an address has an account
    Accounts,
    /// The same for forgotten passwords alone, which takes a quarter of the time
    Forgotten,
}

impl Options {
    /// The options with what `--quick` changes.
    pub fn settled(mut self) -> Self {
        if self.quick {
            self.engine = vec![Engine::Sqlite];
            self.scale = vec![1];
            self.rounds = 1;
            self.seconds = 1;
            self.calm = 100.0;
            self.tries = self.tries.min(50);
        }
        self
    }

    pub fn measures(&self, part: Part) -> bool {
        self.only.contains(&part)
    }

    pub fn duration(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds))
    }

    pub fn largest_scale(&self) -> u32 {
        self.scale.iter().copied().max().unwrap_or(1)
    }
}

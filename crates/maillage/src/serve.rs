//! Serving: from the configuration to a listening server, and its graceful stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use directory::correspondence::sending;
use governance::powers::unused;
use kernel::{Context, Id, Secret, SystemClock, SystemRandomness, Who};
use mail::{Delivery, Mailer, Sender};
use meetings::ballots;
use meetings::planning::convocation::Site;
use store::migrations::Standing;
use store::{DatabaseUrl, Store, Tx, instance};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use web::{App, Settings, serve_routes};

use crate::config::{Config, OpenId};
use crate::database::{create_demonstration, open, tell};
use crate::{SCHEMA, keys, routes, secret, site};

pub use site::sum_up_metrics;

/// How long running requests may last after the order to stop.
const GRACE: Duration = Duration::from_secs(10);

pub async fn serve(config: Config) -> Result<(), String> {
    let store = open(&config)?;
    let demonstration = make_ready(&store)?;
    if demonstration && !config.listen.ip().is_loopback() && !config.demo_public {
        return Err(format!(
            "Cette base est une démonstration, où chacun peut prendre la place d'un personnage : elle n'est pas servie \
             au-delà de cette machine ({}). Ajoutez --demo-public si c'est voulu.",
            config.listen
        ));
    }
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|fault| format!("Impossible d'écouter sur {} : {fault}.", config.listen))?;
    let address = listener.local_addr().map_err(|fault| fault.to_string())?;
    let engine = store.url().engine();
    let secret = secret::ready(&store, config.node_key.as_ref())?;
    let app = app(store.clone(), &config, demonstration, &format!("http://{address}"), secret)?;
    let delivery = delivery(store.clone(), &config, &app.settings().public_address)?;
    let asked = asked_to_stop();
    greet(&config, demonstration, &address.to_string(), engine);

    tokio::spawn(work_every_day(app.clone()));
    tokio::spawn(approve_every_hour(app.clone()));
    tokio::spawn(keep_votes(app.clone()));
    tokio::spawn(write_letters(app.clone()));
    tokio::spawn(sum_up_metrics());
    let (stop, stopping) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        asked.await;
        tracing::info!("stopping: running requests are finished first");
        let _ = stop.send(true);
    });
    let mail = tokio::spawn(delivery.run(stopping.clone()));
    let mut grace = stopping.clone();
    let mut order = stopping;
    let listener = listener.tap_io(|stream| {
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
    });
    let server =
        axum::serve(listener, serve_routes(routes(), &app).into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async move {
                let _ = order.wait_for(|stop| *stop).await;
            });
    let served = async {
        server.await.map_err(|fault| format!("Le serveur s'est arrêté : {fault}."))?;
        // If the message under way lasts longer than the grace, its lease ends by itself and it is sent again later.
        let _ = mail.await;
        Ok(())
    };
    let ended = tokio::select! {
        ended = served => ended,
        () = async move {
            let _ = grace.wait_for(|stop| *stop).await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    };
    // Not for longer: an act that lasts, or another program that reads, must not hold the stop.
    let _ = tokio::time::timeout(Duration::from_secs(3), store.settle()).await;
    ended
}

/// Brings the database to the schema of this program; gives whether it is a demonstration.
fn make_ready(store: &Store) -> Result<bool, String> {
    let sqlite = matches!(store.url(), DatabaseUrl::Sqlite(_));
    match store.standing(SCHEMA).map_err(tell)? {
        Standing::Empty if sqlite => {
            println!("Première mise en route : création de la base de démonstration ({})…", store.url());
            create_demonstration(store, None)?;
        }
        Standing::Empty => {
            return Err(
                "La base PostgreSQL est vide. Lancez « maillage init » (usage réel) ou « maillage demo ».".to_owned()
            );
        }
        Standing::Behind(steps) if sqlite => {
            tracing::info!(steps, "bringing the schema up to date");
            store.migrate(SCHEMA, &SystemClock).map_err(tell)?;
        }
        Standing::Behind(steps) => {
            return Err(format!("Le schéma a {steps} étape(s) de retard. Lancez « maillage migrate »."));
        }
        Standing::Current => {}
    }
    match store.read_blocking(instance::find).map_err(tell)? {
        Some(instance) => Ok(instance.demonstration),
        // Its creation was interrupted after the schema and before the data.
        None if sqlite => create_demonstration(store, None).map(|()| true),
        None => Err("La base n'a pas été initialisée. Lancez « maillage init » ou « maillage demo ».".to_owned()),
    }
}

/// The application of a configuration.
pub fn app(store: Store, config: &Config, demonstration: bool, address: &str, secret: Secret) -> Result<App, String> {
    let settings = Settings {
        theme: config.theme,
        dsfr: config.dsfr.clone(),
        demonstration,
        public_address: config.public_address.clone().unwrap_or_else(|| address.to_owned()),
        publisher: config.publisher.clone(),
        publisher_details: config.publisher_details.clone(),
        host: config.host.clone(),
        contact: config.contact.clone(),
        page_cache_bytes: config.page_cache_bytes,
        trusted_proxies: config.trusted_proxies.clone(),
        ..Settings::default()
    };
    site::start_metrics();
    let mut keys = keys(secret);
    if let Some(openid) = &config.openid {
        keys.services.insert(provider(openid, &settings.public_address)?);
    }
    Ok(App::new(store, settings, Arc::new(SystemClock), Arc::new(SystemRandomness), keys))
}

/// What is past its time goes and what falls due is done, at the start and then daily. Several nodes may do so: the second
/// finds nothing.
async fn work_every_day(app: App) {
    loop {
        match app.act(Who::clockwork(), directory::accounts::data::purge).await {
            Ok(0) => {}
            Ok(lines) => tracing::info!(lines, "data past its time is removed"),
            Err(error) => tracing::warn!(%error, "the daily purge did not run"),
        }
        match app.act(Who::clockwork(), meetings::schedule::purge).await {
            Ok(0) => {}
            Ok(lines) => tracing::info!(lines, "data of meetings past its time is removed"),
            Err(error) => tracing::warn!(%error, "the daily purge of meetings did not run"),
        }
        let site = app.settings().public_address.clone();
        match app.act(Who::clockwork(), move |ctx, tx| unused::purge(ctx, tx, &site)).await {
            Ok(unused::Purged { warned: 0, told: 0, erased: 0 }) => {}
            Ok(unused::Purged { warned, told, erased }) => {
                tracing::info!(warned, told, erased, "unused accounts are looked at");
            }
            Err(error) => tracing::warn!(%error, "the daily purge of unused accounts did not run"),
        }
        match governance::barometer::keep_month(&app).await {
            Ok(0) => {}
            Ok(governances) => tracing::info!(governances, "the figures of the month that is over are kept"),
            Err(error) => tracing::warn!(%error, "the figures of the month that is over were not kept"),
        }
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    }
}

/// Minutes that nobody wanted corrected in time are approved. Several nodes may do so: the second finds it done.
async fn approve_every_hour(app: App) {
    loop {
        match app.act(Who::clockwork(), meetings::minutes::approve_by_silence).await {
            Ok(0) => {}
            Ok(approved) => tracing::info!(approved, "minutes approved by silence"),
            Err(error) => tracing::warn!(%error, "minutes were not looked at"),
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Written votes end by their hour, and those who have not voted are reminded a day before: each minute, on every node, one act
/// a vote, so that one that cannot be closed keeps no other.
async fn keep_votes(app: App) {
    loop {
        app.store().forget_erased().await;
        let now = app.clock().now();
        for id in found(app.read(move |tx| ballots::store::due(tx, now, 50)).await) {
            let secret = app.secret().clone();
            let close = move |ctx: &Context<'_>, tx: &mut Tx<'_>| ballots::count::close_by_clock(ctx, tx, &secret, id);
            match app.act(Who::clockwork(), close).await {
                Ok(()) => tracing::info!(%id, "a written vote is closed"),
                Err(error) => tracing::warn!(%error, %id, "a written vote was not closed"),
            }
        }
        let soon = now.plus(ballots::tell::NOTICE);
        for id in found(app.read(move |tx| ballots::store::to_remind(tx, soon, 50)).await) {
            let (address, secret) = (app.settings().public_address.clone(), app.secret().clone());
            let remind = move |ctx: &Context<'_>, tx: &mut Tx<'_>| {
                ballots::tell::remind(ctx, tx, &Site { address: &address, secret: &secret }, id)
            };
            match app.act(Who::clockwork(), remind).await {
                Ok(told) => tracing::info!(told, %id, "those who have not voted are reminded"),
                Err(error) => tracing::warn!(%error, %id, "a vote was not reminded"),
            }
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// What was looked for; nothing, and a line in the log, when it could not be.
fn found<T>(looked: kernel::Result<Vec<T>>) -> Vec<T> {
    looked.unwrap_or_else(|error| {
        tracing::warn!(%error, "votes were not looked at");
        Vec::new()
    })
}

/// Whoever's morning has come is written to: each minute, on every node.
async fn write_letters(app: App) {
    loop {
        match sending::run(&app).await {
            Ok(sending::Done { written_to: 0, failed: 0, .. }) => {}
            Ok(sending::Done { looked_at, written_to, failed }) => {
                tracing::info!(looked_at, written_to, failed, "grouped messages are queued");
            }
            Err(error) => tracing::warn!(%error, "grouped messages could not be looked at"),
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// The identity provider of the configuration. It is asked for its keys at the first sign-in, not here: the site is open
/// while it is down.
fn provider(openid: &OpenId, site: &str) -> Result<oidc::Provider, String> {
    let settings = oidc::Settings {
        issuer: openid.issuer.clone(),
        client_id: openid.client.clone(),
        client_secret: openid.secret.clone(),
        redirect_uri: format!("{site}/connexion/openid/retour"),
        post_logout_redirect_uri: format!("{site}/"),
        label: openid.label.clone(),
        timeout: Duration::from_secs(10),
        allow_http_loopback: true,
    };
    oidc::Provider::new(settings, Arc::new(SystemClock), Arc::new(SystemRandomness))
        .map_err(|error| format!("configuration du fournisseur d'identité : {}", tell(error)))
}

/// What sends the mail of this node. A folder that cannot be written is told here, before anybody counts on it.
fn delivery(store: Store, config: &Config, site: &str) -> Result<Delivery, String> {
    let name: Id<Delivery> = Context::new(&Who::operator(), &SystemClock, &SystemRandomness).new_id().map_err(tell)?;
    Ok(Delivery {
        store,
        mailer: Mailer::open(&config.mail)?,
        sender: Sender::new(&config.mail_from, site)?,
        clock: Arc::new(SystemClock),
        node: name.to_string(),
        limit: mail::SEND_LIMIT,
    })
}

fn greet(config: &Config, demonstration: bool, address: &str, engine: &str) {
    let shown = address.replace("127.0.0.1", "localhost");
    println!("Maillage est ouvert sur http://{shown} ({engine}, {}).", config.database);
    if demonstration {
        println!(
            "Démonstration : pour agir, prenez la place d'un personnage sur http://{shown}/demonstration/personnages."
        );
    }
    println!("Courriels : {}.", config.mail);
    let missing = config.missing_legal_notice();
    if !demonstration && !missing.is_empty() {
        println!("Mentions légales incomplètes : donnez {} dans maillage.toml.", missing.join(", "));
    }
}

/// Until the program is asked to stop. It listens from the call on, not from the first look: whoever is told that the
/// program runs may stop it at once.
pub fn asked_to_stop() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    async fn heard(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        tokio::select! { () = heard(interrupt) => (), () = heard(terminate) => () }
    }
}

/// Asks `/health` of the server on the configured address.
pub async fn healthcheck(config: &Config) -> Result<(), String> {
    let address = match config.listen {
        address if address.ip().is_unspecified() => format!("127.0.0.1:{}", address.port()),
        address => address.to_string(),
    };
    let ask = async {
        let mut stream = TcpStream::connect(&address).await?;
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(Duration::from_secs(5), ask)
        .await
        .map_err(|_| format!("{address} ne répond pas en 5 secondes."))?
        .map_err(|fault| format!("{address} ne répond pas : {fault}."))?;
    match answer.lines().next() {
        Some(line) if line.contains(" 200 ") => {
            println!("{address} va bien.");
            Ok(())
        }
        line => Err(format!("{address} ne va pas bien : {}.", line.unwrap_or("réponse vide"))),
    }
}

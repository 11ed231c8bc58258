//! A provider on the loopback that answers as it is told: honestly, or with one thing forged.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use ring::{digest, hmac};
use serde_json::{Value, json};

/// What time it is in these tests: 2026-11-21 12:00 UTC, in seconds.
pub const NOW: i64 = 1_795_262_400;
pub const ACCESS: &str = "an-access-token-that-is-secret";

/// What is sent back.
pub enum Reply {
    Json(u16, Value),
    Jwt(String),
    /// Status line, headers and body as they are.
    Raw(String),
    /// The head, and then a byte now and then.
    Drip,
    /// A body without an end.
    Endless,
    /// Nothing: the connection stays open.
    Silence,
    /// Nothing: the connection is closed.
    Closed,
}

/// One key of the provider.
pub struct Key {
    pair: EcdsaKeyPair,
    pub id: &'static str,
}

impl Key {
    pub fn new(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { pair, id }
    }

    /// The uncompressed point: 0x04, x, y.
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub fn jwk(&self) -> Value {
        let (x, y) = self.public()[1..].split_at(32);
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": BASE64.encode(x), "y": BASE64.encode(y)})
    }

    pub fn sign(&self, claims: &Value) -> String {
        let message = message(&json!({"alg": "ES256", "kid": self.id}), claims);
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", BASE64.encode(signature))
    }
}

/// The two parts of a token that are signed.
pub fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

/// A token « signed » with a shared secret.
pub fn hs256(secret: &[u8], id: &str, claims: &Value) -> String {
    let message = message(&json!({"alg": "HS256", "kid": id}), claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", BASE64.encode(tag))
}

/// A token that nobody signed.
pub fn unsigned(claims: &Value) -> String {
    format!("{}.", message(&json!({"alg": "none"}), claims))
}

/// What is known of the provider while it answers.
pub struct Stage {
    pub base: String,
    pub key: Key,
    /// Published beside the first once [`Stage::publish_second`] is called.
    pub second: Key,
    published: Mutex<bool>,
    nonce: Mutex<String>,
    asked: Mutex<Vec<String>>,
}

impl Stage {
    pub fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.base);
        json!({
            "issuer": self.base, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/jwks"), "end_session_endpoint": at("/end?from=here"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        })
    }

    pub fn claims(&self) -> Value {
        let nonce = self.nonce.lock().unwrap().clone();
        let hash = digest::digest(&digest::SHA256, ACCESS.as_bytes());
        json!({"iss": self.base, "sub": "somebody", "aud": "maillage", "nonce": nonce, "iat": NOW, "exp": NOW + 60,
            "at_hash": BASE64.encode(&hash.as_ref()[..16])})
    }

    pub fn person(&self) -> Value {
        json!({"iss": self.base, "sub": "somebody", "aud": "maillage", "iat": NOW, "exp": NOW + 60,
            "email": "somebody@exemple.fictif", "given_name": "Sasha", "usual_name": "Quelqu'un",
            "siret": "12345678200010"})
    }

    pub fn tokens(&self, id_token: String) -> Reply {
        Reply::Json(
            200,
            json!({"access_token": ACCESS, "token_type": "Bearer", "expires_in": 60, "id_token": id_token}),
        )
    }

    /// The honest id token with some claims replaced; a null takes one away.
    pub fn tokens_with(&self, changes: &Value) -> Reply {
        self.tokens(self.key.sign(&changed(self.claims(), changes)))
    }

    pub fn person_with(&self, changes: &Value) -> Reply {
        Reply::Jwt(self.key.sign(&changed(self.person(), changes)))
    }

    pub fn publish_second(&self) {
        *self.published.lock().unwrap() = true;
    }

    pub fn expect(&self, nonce: &str) {
        nonce.clone_into(&mut self.nonce.lock().unwrap());
    }

    /// How many requests came for this path.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }

    fn honest(&self, path: &str) -> Reply {
        match path {
            "/.well-known/openid-configuration" => Reply::Json(200, self.discovery()),
            "/jwks" => {
                let mut keys = vec![self.key.jwk()];
                if *self.published.lock().unwrap() {
                    keys.push(self.second.jwk());
                }
                Reply::Json(200, json!({"keys": keys}))
            }
            "/token" => self.tokens(self.key.sign(&self.claims())),
            "/userinfo" => Reply::Jwt(self.key.sign(&self.person())),
            _ => Reply::Json(404, json!({})),
        }
    }
}

fn changed(mut claims: Value, changes: &Value) -> Value {
    let object = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            object.remove(name)
        } else {
            object.insert(name.clone(), value.clone())
        };
    }
    claims
}

/// Answers in place of the honest provider where it gives something.
pub type Twist = fn(&Stage, &str) -> Option<Reply>;

/// Starts it. Its threads end with the process of the tests.
pub fn start(twist: Twist) -> Arc<Stage> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stage = Arc::new(Stage {
        base: format!("http://{}", listener.local_addr().unwrap()),
        key: Key::new("first"),
        second: Key::new("second"),
        published: Mutex::default(),
        nonce: Mutex::default(),
        asked: Mutex::default(),
    });
    let shared = Arc::clone(&stage);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let stage = Arc::clone(&shared);
            std::thread::spawn(move || answer(&stage, twist, stream));
        }
    });
    stage
}

fn answer(stage: &Stage, twist: Twist, stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let path = read(&mut reader)?;
    stage.asked.lock().unwrap().push(path.clone());
    send(stream, twist(stage, &path).unwrap_or_else(|| stage.honest(&path)))
}

/// Reads one request to its end; its path.
fn read(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(path)
}

fn send(mut stream: TcpStream, reply: Reply) -> Option<()> {
    let whole = |status: u16, kind: &str, body: String| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    };
    let head = "HTTP/1.1 200 Said\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    match reply {
        Reply::Json(status, body) => {
            stream.write_all(whole(status, "application/json", body.to_string()).as_bytes()).ok()
        }
        Reply::Jwt(token) => stream.write_all(whole(200, "application/jwt", token).as_bytes()).ok(),
        Reply::Raw(text) => stream.write_all(text.as_bytes()).ok(),
        Reply::Closed => None,
        Reply::Silence => {
            // Until the other side gives up.
            let _ = stream.read(&mut [0]);
            None
        }
        Reply::Drip => {
            stream.write_all(head.as_bytes()).ok()?;
            loop {
                stream.write_all(b" ").ok()?;
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Reply::Endless => {
            stream.write_all(head.as_bytes()).ok()?;
            loop {
                stream.write_all(&[b' '; 16 * 1024]).ok()?;
            }
        }
    }
}

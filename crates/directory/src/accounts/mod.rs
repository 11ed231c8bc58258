//! Persons and their accounts: invitation, sign-in, sessions, second factor.

pub mod acts;
pub mod administration;
pub mod data;
pub mod model;
pub mod openid;
mod pages;
pub mod password;
pub mod retention;
pub mod sessions;
pub mod store;
pub mod throttle;
pub mod totp;
pub mod unused;

use web::{Access, Routes};

pub fn routes() -> Routes {
    use pages::{account, invitation, openid, personas, second_factor, sign_in};
    Routes::new()
        .get("/connexion", Access::Public, sign_in::show)
        .post("/connexion", Access::Public, sign_in::send)
        .get("/connexion/code", Access::Public, sign_in::show_code)
        .post("/connexion/code", Access::Public, sign_in::send_code)
        .get("/connexion/oubli", Access::Public, sign_in::show_forgotten)
        .post("/connexion/oubli", Access::Public, sign_in::send_forgotten)
        .get("/connexion/nouveau-mot-de-passe", Access::Public, invitation::show_reset)
        .post("/connexion/nouveau-mot-de-passe", Access::Public, invitation::send_reset)
        .get("/invitation", Access::Public, invitation::show)
        .post("/invitation", Access::Public, invitation::send)
        .get("/connexion/openid", Access::Public, openid::start)
        .get("/connexion/openid/retour", Access::Public, openid::come_back)
        .post("/deconnexion", Access::Public, sign_in::sign_out)
        .get("/compte", Access::SignedIn, account::show)
        .post("/compte/identite", Access::SignedIn, account::rename)
        .post("/compte/mot-de-passe", Access::SignedIn, account::change_password)
        .post("/compte/adresse", Access::SignedIn, account::ask_new_address)
        .get("/compte/adresse/confirmer", Access::Public, invitation::show_address)
        .post("/compte/adresse/confirmer", Access::Public, invitation::send_address)
        .post("/compte/sessions", Access::SignedIn, account::close_sessions)
        .get("/compte/double-authentification", Access::SignedIn, second_factor::show)
        .post("/compte/double-authentification", Access::SignedIn, second_factor::enable)
        .post("/compte/double-authentification/retirer", Access::SignedIn, second_factor::disable)
        .get("/demonstration/personnages", Access::Demonstration, personas::show)
        .post("/demonstration/personnages", Access::Demonstration, personas::take)
}

//! What the user sees: page layout, components, forms, maps, charts and static files.
//!
//! A page is a struct with an askama template that writes what stands inside `<main>`, and an `impl Page` that gives
//! its title, its trail and its section; [`page::render`] adds the head, header and footer. Components are askama
//! macros (`templates/components.html`, documented at its head) in the structure and class names of the State design
//! system, styled by our own `maillage.css`. No page needs a script.

// The macros of `components.html` name this crate `ui`, from here as from the feature crates.
extern crate self as ui;

pub mod assets;
pub mod chart;
pub mod filters;
pub mod form;
pub mod form_page;
pub mod gallery;
pub mod map;
pub mod page;
pub mod text;

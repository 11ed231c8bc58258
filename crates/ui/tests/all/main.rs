//! One test binary for the crate, so that it links once.

#[cfg(test)]
mod components;
#[cfg(test)]
mod drawings_and_text;
#[cfg(test)]
mod pages;

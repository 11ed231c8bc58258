//! Closed lists: a code for the database and the address bar, a French label for the screen.

use std::fmt::Debug;

/// A value of a closed list. Codes never change once published; labels may.
pub trait Coded: Copy + Eq + Debug + 'static {
    /// Every value, in the order in which a form shows them.
    const ALL: &'static [Self];
    /// The code written in the database, in addresses and in exports.
    fn code(self) -> &'static str;
    /// What is written on screen.
    fn label(self) -> &'static str;

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// Declares a closed list: `coded! { /// doc \n pub enum Tier { National = "national", "Échelon national"; … } }`.
#[macro_export]
macro_rules! coded {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        $visibility enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $crate::coded::Coded for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        // On screen a value reads as its label.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::coded::Coded::label(*self))
            }
        }
    };
}

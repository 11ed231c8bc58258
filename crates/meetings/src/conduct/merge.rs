//! Notes that two people wrote at once: nothing of either is lost. Pure.

use diffy::{ConflictStyle, MergeOptions};

/// Longer than what anybody types: the marks around what both have changed.
const MARKS: usize = 47;
/// Stands before two versions of the same lines, for somebody to choose.
pub const TO_READ_AGAIN: &str = "[À relire : deux versions du passage qui suit]";

/// `mine` and `theirs`, both made of `base`, as one text by lines. Lines that both have written at the same place stand one
/// after the other, theirs first; lines that both have changed stand both under [`TO_READ_AGAIN`].
pub fn merge(base: &str, mine: &str, theirs: &str) -> String {
    // Each text ends its last line, so that a line added after it does not change it.
    let ended = |text: &str| if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end_matches('\n')) };
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Diff3).set_conflict_marker_length(MARKS);
    let merged = match options.merge(&ended(base), &ended(theirs), &ended(mine)) {
        Ok(merged) => merged,
        Err(conflicts) => keep_both(&conflicts),
    };
    merged.trim_end_matches('\n').to_owned()
}

/// Which side of a conflict a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Outside,
    Theirs,
    Base,
    Mine,
}

fn keep_both(conflicts: &str) -> String {
    let (mut out, mut side) = (String::with_capacity(conflicts.len()), Side::Outside);
    let (mut theirs, mut base, mut mine) = (String::new(), String::new(), String::new());
    for line in conflicts.split_inclusive('\n') {
        let is_mark = |sign: char| line.chars().take_while(|found| *found == sign).count() == MARKS;
        match side {
            Side::Outside if is_mark('<') => side = Side::Theirs,
            Side::Theirs if is_mark('|') => side = Side::Base,
            Side::Theirs | Side::Base if is_mark('=') => side = Side::Mine,
            Side::Mine if is_mark('>') => {
                side = Side::Outside;
                // Both deleted and changed, or both changed: somebody chooses. Both added: there is nothing to choose.
                if !base.trim().is_empty() {
                    out.push_str(TO_READ_AGAIN);
                    out.push('\n');
                }
                out.push_str(&theirs);
                out.push_str(&mine);
                theirs.clear();
                base.clear();
                mine.clear();
            }
            Side::Outside => out.push_str(line),
            Side::Theirs => theirs.push_str(line),
            Side::Base => base.push_str(line),
            Side::Mine => mine.push_str(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_who_write_at_different_places_lose_nothing() {
        assert_eq!(merge("a\nb\nc", "a\nb\nc\nmine", "theirs\na\nb\nc"), "theirs\na\nb\nc\nmine");
        assert_eq!(merge("", "mine", "theirs"), "theirs\nmine");
        assert_eq!(merge("a", "a\nmine", "a\ntheirs"), "a\ntheirs\nmine");
        assert_eq!(merge("a", "a", "a\ntheirs"), "a\ntheirs");
        assert_eq!(merge("a\nb", "a", "a\nb"), "a");
    }

    #[test]
    fn the_same_line_written_twice_is_kept_twice_and_said() {
        assert_eq!(merge("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc"), format!("a\n{TO_READ_AGAIN}\ntheirs\nmine\nc"));
        assert_eq!(merge("a\nb", "a\nsame", "a\nsame"), "a\nsame");
    }

    proptest! {
        /// Each line that one of both has added is in the result.
        #[test]
        fn every_line_added_is_there(base in prop::collection::vec("[a-c]{1,2}", 0..8), mine in prop::collection::vec("[d-f]{1,2}", 0..4), theirs in prop::collection::vec("[g-i]{1,2}", 0..4), at in 0usize..8, other in 0usize..8, cut: bool) {
            let insert = |lines: &[String], at: usize| {
                let mut all = base.clone();
                let at = at.min(all.len());
                if cut && at < all.len() {
                    all.remove(at);
                }
                all.splice(at..at, lines.iter().cloned());
                all.join("\n")
            };
            let merged = merge(&base.join("\n"), &insert(&mine, at), &insert(&theirs, other));
            let lines: Vec<&str> = merged.lines().collect();
            for line in mine.iter().chain(&theirs) {
                prop_assert!(lines.contains(&line.as_str()), "{line} lost in {merged:?}");
            }
        }

        #[test]
        fn nothing_written_breaks_anything(base in ".{0,40}", mine in "(?s).{0,40}", theirs in "(?s).{0,40}") {
            let _ = merge(&base, &mine, &theirs);
        }
    }
}

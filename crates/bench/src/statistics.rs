//! Can two lots of times be told apart? Two tests, and what somebody who listens would gain.

/// What is said of two lots.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Largest distance between the two distributions (two-sample Kolmogorov-Smirnov), and how likely one as large is
    /// between two lots of one distribution.
    pub distance: f64,
    pub distance_p: f64,
    /// How likely such an order is between two lots of one distribution (Mann-Whitney, two-sided).
    pub order_p: f64,
    /// Share of right guesses of a listener who has drawn the best threshold from one half of the times and guesses the
    /// other half, from 0 to 100: 50 is a coin.
    pub guessed: f64,
}

/// Compares two lots of times, in the order in which they were measured.
pub fn compare(one: &[f64], other: &[f64]) -> Difference {
    let (distance, distance_p) = kolmogorov_smirnov(one, other);
    let (_, order_p) = mann_whitney(one, other);
    Difference { distance, distance_p, order_p, guessed: guessed(one, other) }
}

/// All values of two lots in ascending order, each with whether it is of the first.
fn together(one: &[f64], other: &[f64]) -> Vec<(f64, bool)> {
    let mut all: Vec<(f64, bool)> =
        one.iter().map(|value| (*value, true)).chain(other.iter().map(|value| (*value, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// The place where the shares of both lots below it differ most: the signed difference, and the value.
fn widest(one: &[f64], other: &[f64]) -> (f64, f64) {
    let (mut ones, mut others, mut widest) = (0.0, 0.0, (0.0f64, 0.0));
    let all = together(one, other);
    for (place, (value, is_one)) in all.iter().enumerate() {
        *if *is_one { &mut ones } else { &mut others } += 1.0;
        // Equal values stand on the same side of any threshold.
        let last_of_its_value = all.get(place + 1).is_none_or(|(next, _)| next > value);
        let apart = ones / one.len().max(1) as f64 - others / other.len().max(1) as f64;
        if last_of_its_value && apart.abs() > widest.0.abs() {
            widest = (apart, *value);
        }
    }
    widest
}

/// The distance and its p value, by the asymptotic distribution with the correction of Stephens.
fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> (f64, f64) {
    let distance = widest(one, other).0.abs();
    let (n, m) = (one.len().max(1) as f64, other.len().max(1) as f64);
    let root = (n * m / (n + m)).sqrt();
    (distance, kolmogorov_tail((root + 0.12 + 0.11 / root) * distance))
}

/// The chance that Kolmogorov's limit variable is larger.
fn kolmogorov_tail(value: f64) -> f64 {
    // The series does not converge near nought, where the answer is 1 to ten digits.
    if value < 0.2 {
        return 1.0;
    }
    let term = |k: f64| (-2.0 * k * k * value * value).exp();
    let sum: f64 = (1..=100).map(|k| if k % 2 == 1 { term(f64::from(k)) } else { -term(f64::from(k)) }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// U of the first lot, and the two-sided p value by the normal approximation, ties considered.
fn mann_whitney(one: &[f64], other: &[f64]) -> (f64, f64) {
    let (n, m) = (one.len() as f64, other.len() as f64);
    let (mut ranks, mut ties, mut before) = (0.0, 0.0, 0.0);
    for group in together(one, other).chunk_by(|a, b| a.0 == b.0) {
        let size = group.len() as f64;
        let of_one = group.iter().filter(|(_, is_one)| *is_one).count() as f64;
        ranks += of_one * (before + (size + 1.0) / 2.0);
        ties += size.powi(3) - size;
        before += size;
    }
    let u = ranks - n * (n + 1.0) / 2.0;
    let all = n + m;
    let variance = n * m / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    if variance <= 0.0 {
        return (u, 1.0);
    }
    let z = (u - n * m / 2.0) / variance.sqrt();
    (u, normal_tails(z.abs()))
}

/// The chance that a normal variable is farther from nought than `z`, which is positive, on either side.
fn normal_tails(z: f64) -> f64 {
    // Beyond, the series would lose its digits, and the answer is below a thousand-millionth.
    if z > 6.0 {
        return 0.0;
    }
    let (mut term, mut sum) = (z, z);
    for k in 1..200 {
        term *= -z * z / (2.0 * f64::from(k));
        sum += term / (2.0 * f64::from(k) + 1.0);
    }
    (1.0 - sum * (2.0 / std::f64::consts::PI).sqrt()).clamp(0.0, 1.0)
}

/// Every second value of a lot.
fn half(lot: &[f64], from: usize) -> Vec<f64> {
    lot.iter().skip(from).step_by(2).copied().collect()
}

fn guessed(one: &[f64], other: &[f64]) -> f64 {
    // A threshold chosen on the times that it then judges would always seem to know something.
    let (apart, threshold) = widest(&half(one, 0), &half(other, 0));
    let below = |lot: &[f64]| {
        let lot = half(lot, 1);
        lot.iter().filter(|value| **value <= threshold).count() as f64 / lot.len().max(1) as f64
    };
    50.0 + 50.0 * (below(one) - below(other)) * if apart < 0.0 { -1.0 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, wanted: f64) -> bool {
        (value - wanted).abs() < 5e-4
    }

    /// Critical values of the tables.
    #[test]
    fn the_tails_are_those_of_the_tables() {
        assert!(close(normal_tails(1.959_964), 0.05) && close(normal_tails(2.575_829), 0.01));
        assert!(close(normal_tails(0.0), 1.0) && normal_tails(5.9) < 1e-8);
        assert!(close(kolmogorov_tail(1.3581), 0.05) && close(kolmogorov_tail(1.6276), 0.01));
        assert!(close(kolmogorov_tail(0.1), 1.0) && close(kolmogorov_tail(0.8276), 0.5));
    }

    /// The tortoises and the hares of the textbook: T H H H H H T T T T T H.
    #[test]
    fn mann_whitney_counts_who_comes_first() {
        let (tortoises, hares) = ([1.0, 7.0, 8.0, 9.0, 10.0, 11.0], [2.0, 3.0, 4.0, 5.0, 6.0, 12.0]);
        let (u, p) = mann_whitney(&tortoises, &hares);
        assert_eq!((u, mann_whitney(&hares, &tortoises).0), (25.0, 11.0));
        assert!(close(p, 0.2623), "{p}");
        // All equal: nothing can be said.
        assert_eq!(mann_whitney(&[1.0; 5], &[1.0; 5]), (12.5, 1.0));
    }

    #[test]
    fn the_distance_is_the_widest_gap() {
        let (distance, _) = kolmogorov_smirnov(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0]);
        assert_eq!(distance, 0.5);
        assert_eq!(kolmogorov_smirnov(&[1.0, 1.0, 2.0], &[1.0, 2.0, 1.0]), (0.0, 1.0));
    }

    #[test]
    fn a_real_difference_is_found_and_none_is_not_invented() {
        // Spread evenly over [0, 1[ in an order without a pattern.
        let spread = |from: f64| (0..1000).map(|k| (f64::from(k) * 0.618_033_988 + from).fract()).collect::<Vec<_>>();
        let same = compare(&spread(0.0), &spread(0.5));
        assert!(same.distance_p > 0.5 && same.order_p > 0.5 && (same.guessed - 50.0).abs() < 2.0, "{same:?}");
        let later: Vec<f64> = spread(0.5).iter().map(|value| value + 0.2).collect();
        let other = compare(&spread(0.0), &later);
        assert!(other.distance_p < 1e-6 && other.order_p < 1e-6 && (other.guessed - 60.0).abs() < 3.0, "{other:?}");
    }
}

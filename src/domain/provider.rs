//! What the word of a ward's sign-in service is worth: how strongly and how recently it knew the person, and when it said so.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// How far the clocks of two machines may stand apart.
pub const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// An answer is given while somebody waits for it: older ones were kept for later.
const LATEST: SignedDuration = SignedDuration::from_mins(5);

/// The words by which a service says that it knew somebody by more than a password (`acr`, `amr`); one of them is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength(Vec<String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no word at all")]
    Empty,
    #[error("more than 200 letters")]
    TooLong,
    #[error("letters such words never have")]
    Letters,
}

impl Strength {
    /// Words by spaces, commas or lines; each once.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let mut words: Vec<String> = Vec::new();
        for word in
            typed.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == '、').filter(|word| !word.is_empty())
        {
            if !word.chars().all(|letter| letter.is_ascii_graphic()) {
                return Err(Refusal::Letters);
            }
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        match words.join(" ").len() {
            0 => Err(Refusal::Empty),
            length if length > 200 => Err(Refusal::TooLong),
            _ => Ok(Self(words)),
        }
    }

    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether the service said one of the words.
    pub fn is_met_by(&self, acr: Option<&str>, amr: &[String]) -> bool {
        self.0.iter().any(|word| acr == Some(word.as_str()) || amr.contains(word))
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// The times of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub issued: Timestamp,
    pub expires: Timestamp,
    pub not_before: Option<Timestamp>,
    /// When the service last asked the person for more than a cookie.
    pub known_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untimely {
    /// Over, not yet, or not just now.
    Answer,
    /// The person was known too long ago, or nobody says when.
    Known,
}

impl Times {
    /// Whether an answer of these times may be believed now.
    pub fn check(&self, now: Timestamp, max_age: SignedDuration) -> Result<(), Untimely> {
        let since = |at: Timestamp| now.duration_since(at);
        let ahead = |at: Timestamp| since(at) < -SKEW;
        if since(self.expires) >= SKEW
            || ahead(self.issued)
            || since(self.issued) > LATEST + SKEW
            || self.not_before.is_some_and(ahead)
        {
            return Err(Untimely::Answer);
        }
        match self.known_at {
            Some(at) if !ahead(at) && since(at) <= max_age + SKEW => Ok(()),
            _ => Err(Untimely::Known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
    }

    fn check(issued: i64, expires: i64, not_before: Option<i64>, known_at: Option<i64>) -> Result<(), Untimely> {
        let times = Times { issued: at(issued), expires: at(expires), not_before: not_before.map(at), known_at: known_at.map(at) };
        times.check(at(0), SignedDuration::from_mins(60))
    }

    #[test]
    fn an_answer_holds_for_its_time_and_a_minute_for_the_clocks() {
        for (times, expected) in [
            ((-1, 300, None, Some(-1)), Ok(())),
            ((-1, -59, None, Some(-1)), Ok(())),
            ((-1, -60, None, Some(-1)), Err(Untimely::Answer)),
            ((60, 300, Some(60), Some(60)), Ok(())),
            ((61, 300, None, Some(0)), Err(Untimely::Answer)),
            ((0, 300, Some(61), Some(0)), Err(Untimely::Answer)),
            ((-360, 300, None, Some(-360)), Ok(())),
            ((-361, 300, None, Some(-361)), Err(Untimely::Answer)),
            ((0, 300, None, Some(-3660)), Ok(())),
            ((0, 300, None, Some(-3661)), Err(Untimely::Known)),
            ((0, 300, None, Some(61)), Err(Untimely::Known)),
            ((0, 300, None, None), Err(Untimely::Known)),
        ] {
            let (issued, expires, not_before, known_at) = times;
            assert_eq!(check(issued, expires, not_before, known_at), expected, "{times:?}");
        }
    }

    #[test]
    fn one_of_the_words_is_enough_and_none_is_too_few() {
        let strength = Strength::parse("urn:mfa、 mfa\nhwk,mfa").unwrap();
        assert_eq!(strength.to_string(), "urn:mfa mfa hwk");
        let amr = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(strength.is_met_by(Some("urn:mfa"), &[]) && strength.is_met_by(None, &amr(&["pwd", "mfa"])));
        assert!(
            !strength.is_met_by(None, &[])
                && !strength.is_met_by(Some("0"), &amr(&["pwd"]))
                && !strength.is_met_by(Some("urn:mfa mfa"), &[])
        );
        assert_eq!(Strength::parse(" 、, "), Err(Refusal::Empty));
        assert_eq!(Strength::parse("強い"), Err(Refusal::Letters));
        assert_eq!(Strength::parse(&"a".repeat(201)), Err(Refusal::TooLong));
    }
}

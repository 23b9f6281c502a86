//! Mails the hub sends by itself: each a kind with neutral words, nothing personal, no free text.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One mail. What it is about stands behind a sign-in; whom it is for is an address and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "fields", rename_all = "snake_case")]
pub enum Mail {
    /// A way in, good once and until then.
    Invitation {
        link: Link,
        until: Timestamp,
    },
    /// Somebody asked that the account be recovered.
    RecoveryAsked,
    /// A second person agreed; a code can be used.
    RecoveryApproved,
    /// The account has a new passkey and no old one.
    RecoveryDone,
    RecoveryCancelled,
    /// One more passkey opens the account.
    PasskeyAdded,
    PasskeyRemoved,
    /// The desk wrote another address down: told to the former one, or whoever changes it could keep everything else quiet.
    AddressChanged {
        former: Former,
    },
    /// An account of the ward's sign-in service opens the account from now on.
    AccountBound,
    /// Another staff code is written down, by which a sign-in service may tell who somebody is.
    StaffCodeChanged,
    /// Somebody failed too often, or showed what looks like the copy of a passkey.
    AccountTried,
    /// Somebody on whom others' rights hang came in from a network they had not used.
    SignedInElsewhere,
    /// Somebody must look; at what, stands behind the sign-in.
    Notice,
    /// A facility is asked something that waits for a short answer; to whoever is called first.
    Question,
    /// The hub itself is not well.
    Trouble,
    /// Today's sheet was not sent; to whoever is called first.
    SheetReminder {
        door: Link,
    },
    /// It still was not; to whoever is called next.
    SheetReminderAgain {
        door: Link,
    },
    /// The month is over and its slip was not sent.
    SlipReminder {
        door: Link,
    },
}

/// How much a mail presses; what presses more goes out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody must look now: a child, or the hub itself, may not be well.
    Now,
    /// Somebody waits for it, or must hear soon what was done to their account.
    Soon,
    /// Comes by the hundred, and in time all the same.
    InTime,
}

impl Urgency {
    /// Its place in the queue, as it is stored.
    pub const fn place(self) -> i16 {
        match self {
            Self::Now => 1,
            Self::Soon => 2,
            Self::InTime => 3,
        }
    }
}

impl Mail {
    /// How much it presses where it is the only one; what one file causes by the hundred is `InTime`, whatever it says.
    pub const fn urgency(&self) -> Urgency {
        match self {
            Self::Notice | Self::Trouble => Urgency::Now,
            Self::RecoveryAsked
            | Self::RecoveryApproved
            | Self::RecoveryDone
            | Self::RecoveryCancelled
            | Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::AddressChanged { .. }
            | Self::AccountBound
            | Self::StaffCodeChanged
            | Self::AccountTried
            | Self::SignedInElsewhere
            | Self::Question => Urgency::Soon,
            Self::Invitation { .. } | Self::SheetReminder { .. } | Self::SheetReminderAgain { .. } | Self::SlipReminder { .. } => {
                Urgency::InTime
            }
        }
    }

    /// The address this mail goes to, when it is not the one that is written down.
    pub fn address(&self) -> Option<&str> {
        if let Self::AddressChanged { former } = self { Some(&former.0) } else { None }
    }

    /// Whether the person is told of it once a day at most, because others could cause it at will.
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::AccountTried | Self::SignedInElsewhere)
    }

    /// Kind and fields, as they are stored.
    pub fn parts(&self) -> (String, Option<Value>) {
        let Ok(Value::Object(mut parts)) = serde_json::to_value(self) else { return (String::new(), None) };
        let kind = parts.remove("kind").and_then(|kind| kind.as_str().map(ToOwned::to_owned)).unwrap_or_default();
        (kind, parts.remove("fields"))
    }

    /// `None` when there is no such kind, or its fields are gone.
    pub fn from_parts(kind: &str, fields: Option<Value>) -> Option<Self> {
        let mut parts = serde_json::Map::from_iter([("kind".to_owned(), Value::from(kind))]);
        parts.extend(fields.map(|fields| ("fields".to_owned(), fields)));
        serde_json::from_value(Value::Object(parts)).ok()
    }
}

/// A link into the hub: with a one-time code in its fragment, which no server's log sees, so that whoever has it may come in; or
/// to the door alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link(String);

impl Link {
    /// `origin` as browsers send it, `path` of the hub, `code` as printed in letters. `None` when it is no code: nothing but a
    /// code may stand there.
    pub fn with_code(origin: &str, path: &str, code: &str) -> Option<Self> {
        let is_code =
            (10..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        let is_path = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_lowercase() || b"/-".contains(&b));
        (is_code && is_path).then(|| Self(format!("{origin}{path}#{code}")))
    }

    /// The page where everybody signs in: nothing of whom the mail is for, or why.
    pub fn to_door(origin: &str) -> Self {
        Self(format!("{origin}/sign-in"))
    }

    /// The text, for the one mail it is sent in.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}

/// A mail address that counts no more. It stands in the queue until its one mail is sent or given up, and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Former(String);

impl Former {
    /// `None` when there was none.
    pub fn of(address: &str) -> Option<Self> {
        (!address.is_empty()).then(|| Self(address.to_owned()))
    }
}

impl fmt::Debug for Former {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Former(…)")
    }
}

/// How often a mail is tried before it is given up.
pub const TRIES: u32 = 12;

/// How long to wait after the `tries`th failed try: a greylisting server wants minutes, one that is being mended hours (RFC 5321
/// 4.5.4.1). `None` when it was the last one.
pub fn pause_after(tries: u32) -> Option<SignedDuration> {
    const MINUTES: [i64; 6] = [1, 5, 10, 20, 30, 60];
    let minutes = MINUTES.get(usize::try_from(tries).unwrap_or(usize::MAX).saturating_sub(1)).copied().unwrap_or(120);
    (tries < TRIES).then(|| SignedDuration::from_mins(minutes))
}

/// One mail of each kind.
#[cfg(test)]
pub(crate) fn one_of_each() -> Vec<Mail> {
    let until = "2026-11-28T00:00:00Z".parse().unwrap();
    each_with("https://tsunagi.example.jp", "AAAAA-BBBBB-CCCCC-DDDDD", until, "former@example.jp")
}

/// One mail of each kind, with these in whatever can be filled in.
#[cfg(test)]
pub(crate) fn each_with(origin: &str, code: &str, until: Timestamp, former: &str) -> Vec<Mail> {
    let invitation = Mail::Invitation { link: Link::with_code(origin, "/enrol", code).unwrap(), until };
    let moved = Mail::AddressChanged { former: Former::of(former).unwrap() };
    let recovery = [Mail::RecoveryAsked, Mail::RecoveryApproved, Mail::RecoveryDone, Mail::RecoveryCancelled];
    let account = [Mail::PasskeyAdded, Mail::PasskeyRemoved, moved, Mail::AccountTried, Mail::SignedInElsewhere];
    let service = [Mail::AccountBound, Mail::StaffCodeChanged];
    let door = || Link::to_door(origin);
    let hub = [
        Mail::Notice,
        Mail::Question,
        Mail::Trouble,
        Mail::SheetReminder { door: door() },
        Mail::SheetReminderAgain { door: door() },
    ];
    let monthly = [Mail::SlipReminder { door: door() }];
    [invitation].into_iter().chain(recovery).chain(account).chain(service).chain(hub).chain(monthly).collect()
}

#[cfg(test)]
mod tests {
    use super::{one_of_each as all, *};

    /// Every kind there is, as serde tells them to whoever names one that there is not.
    fn kinds() -> Vec<String> {
        let refusal = serde_json::from_value::<Mail>(serde_json::json!({ "kind": "?" })).unwrap_err().to_string();
        refusal.split('`').skip(3).step_by(2).map(ToOwned::to_owned).collect()
    }

    #[test]
    fn no_kind_stays_away_from_the_tests_of_all() {
        let (mut known, mut tried) = (kinds(), all().iter().map(|mail| mail.parts().0).collect::<Vec<_>>());
        known.sort_unstable();
        tried.sort_unstable();
        assert!(known.contains(&"invitation".to_owned()) && known.contains(&"slip_reminder".to_owned()), "{known:?}");
        assert_eq!(tried, known, "a new kind joins `each_with`, and every test of what mails say");
    }

    #[test]
    fn what_is_stored_is_the_mail_again() {
        for mail in all() {
            let (kind, fields) = mail.parts();
            assert!(!kind.is_empty());
            let has_fields = ["invitation", "address_changed", "sheet_reminder", "sheet_reminder_again", "slip_reminder"];
            assert_eq!(fields.is_some(), has_fields.contains(&kind.as_str()), "{kind}");
            assert_eq!(Mail::from_parts(&kind, fields), Some(mail));
        }
        assert_eq!(Mail::from_parts("invitation", None), None, "its link is gone");
        assert_eq!(Mail::from_parts("advertisement", None), None);
    }

    #[test]
    fn each_kind_presses_as_much_as_it_should() {
        let expected: [(&str, i16); 18] = [
            ("invitation", 3),
            ("recovery_asked", 2),
            ("recovery_approved", 2),
            ("recovery_done", 2),
            ("recovery_cancelled", 2),
            ("passkey_added", 2),
            ("passkey_removed", 2),
            ("address_changed", 2),
            ("account_tried", 2),
            ("signed_in_elsewhere", 2),
            ("account_bound", 2),
            ("staff_code_changed", 2),
            ("notice", 1),
            ("question", 2),
            ("trouble", 1),
            ("sheet_reminder", 3),
            ("sheet_reminder_again", 3),
            ("slip_reminder", 3),
        ];
        let said: Vec<_> = all().iter().map(|mail| (mail.parts().0, mail.urgency().place())).collect();
        assert_eq!(said, expected.map(|(kind, place)| (kind.to_owned(), place)));
        assert!(Urgency::Now < Urgency::Soon && Urgency::Soon < Urgency::InTime, "what presses more comes first");
    }

    #[test]
    fn a_link_holds_a_code_and_nothing_else() {
        for code in ["", "山田花子", "AAAAA BBBBB", "AAAAA-BBBBB\r\nBcc: x", "aaaaa-bbbbb"] {
            assert_eq!(Link::with_code("https://tsunagi.example.jp", "/enrol", code), None, "{code}");
        }
        let logged = format!("{:?}", all());
        assert!(!logged.contains("AAAAA") && !logged.contains("former@"), "neither links nor addresses are logged: {logged}");
    }

    #[test]
    fn a_server_may_be_away_for_hours_and_not_for_ever() {
        let pauses = (1..).map_while(pause_after).collect::<Vec<_>>();
        assert_eq!(pauses.len(), 11);
        assert_eq!(pauses[0], SignedDuration::from_mins(1));
        assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
        let whole = pauses.iter().copied().sum::<SignedDuration>();
        assert!((SignedDuration::from_hours(10)..=SignedDuration::from_hours(24)).contains(&whole), "{whole}");
    }
}

//! The form of one rule: what was typed, and what to mend beside each field.

use i18n_embed_fl::fl;

use crate::{
    domain::rule::{Change, Fault, Number, Proposal, Route, Rule, RuleCode, Severity, WHY_LENGTH},
    web::{Choice, ErrorLine, Field, Fields, Lang, alert_words, rule_words},
};

#[derive(Debug)]
pub(super) struct Draft {
    pub(super) numbers: Vec<NumberField>,
    pub(super) severity: Field,
    pub(super) route: Field,
    pub(super) enabled: Field,
    /// Only where a rule knows visits.
    pub(super) visits: Vec<Choice>,
    pub(super) why: Field,
}

#[derive(Debug)]
pub(super) struct NumberField {
    pub(super) field: Field,
    pub(super) label: String,
    pub(super) hint: String,
}

impl Draft {
    /// As the rule stands.
    pub(super) fn of(lang: Lang, rule: &Rule) -> Self {
        Self::with(lang, rule, |field| match field {
            "severity" => rule.severity.code().to_owned(),
            "route" => rule.route.code().to_owned(),
            "enabled" => if rule.enabled { "on" } else { "off" }.to_owned(),
            "visits" => if rule.visit_breaks { "1" } else { "" }.to_owned(),
            number => Number::from_code(number).map(|number| rule.number(number).to_string()).unwrap_or_default(),
        })
    }

    pub(super) fn typed(lang: Lang, rule: &Rule, typed: &Fields) -> Self {
        Self::with(lang, rule, |field| typed.get(field).to_owned())
    }

    /// With the reason somebody had given before.
    pub(super) fn because(mut self, why: &str) -> Self {
        why.clone_into(&mut self.why.value);
        self
    }

    fn with(lang: Lang, rule: &Rule, value: impl Fn(&str) -> String) -> Self {
        let texts = lang.texts();
        let code = rule.code;
        let field = |name: &str| Field::required(name, &value(name));
        let number = |number: &Number| {
            let (from, to) = code.range(*number).into_inner();
            NumberField {
                field: field(number.code()),
                label: rule_words::number(lang, code, *number),
                hint: fl!(texts, "rule-number-hint", from = from, to = to),
            }
        };
        // What the guideline does not leave to the ward is not offered.
        let least = code.demanded().unwrap_or(Severity::Notice);
        let levels = Severity::ALL.iter().rev().filter(|level| **level >= least);
        let routes = Route::ALL.iter().filter(|route| **route >= code.narrowest() && code.knows_route(**route));
        let states = [("on".to_owned(), fl!(texts, "rules-on")), ("off".to_owned(), fl!(texts, "rules-off"))];
        let states = states.into_iter().take(if code.demanded().is_some() { 1 } else { 2 });
        let visits =
            Choice { value: "1".to_owned(), label: fl!(texts, "rule-visits"), chosen: value("visits") == "1", asks: false };
        Self {
            numbers: code.numbers().iter().map(number).collect(),
            severity: field("severity")
                .with_choices(levels.map(|level| (level.code().to_owned(), alert_words::severity(lang, *level)))),
            route: field("route")
                .with_choices(routes.map(|route| (route.code().to_owned(), rule_words::route(lang, code, *route)))),
            enabled: field("enabled").with_choices(states),
            visits: if code.knows_visits() { vec![visits] } else { Vec::new() },
            why: field("why"),
        }
    }

    pub(super) fn proposal(&self) -> Proposal {
        let read = |number: &NumberField| digits(&number.field.value);
        Proposal {
            numbers: self.numbers.iter().map(read).collect(),
            severity: Severity::from_code(&self.severity.value),
            route: Route::from_code(&self.route.value),
            enabled: self.enabled.value == "on",
            visit_breaks: self.visits.iter().any(|choice| choice.chosen),
            why: self.why.value.clone(),
        }
    }

    /// The rule after what was typed, to be tried only: nobody has to say why yet.
    pub(super) fn to_try(&self, rule: &Rule) -> Result<Change, Vec<Fault>> {
        let proposal = self.proposal();
        if !proposal.why.trim().is_empty() {
            return rule.changed(&proposal);
        }
        let unsaid = Proposal { why: "?".to_owned(), ..proposal };
        rule.changed(&unsaid).map(|change| Change { why: String::new(), ..change })
    }

    /// Notes each fault at its field.
    pub(super) fn mend(&mut self, lang: Lang, rule: RuleCode, faults: &[Fault]) {
        for fault in faults {
            let text = fault_word(lang, rule, *fault);
            let field = match fault {
                Fault::OutOfRange(number, ..) | Fault::StepsNotRising(number) | Fault::StepsTooClose(number, _) => {
                    self.number(*number)
                }
                Fault::StrictLaxer => self.number(Number::Strict),
                Fault::SeverityMissing | Fault::SeverityDemanded => Some(&mut self.severity),
                Fault::RouteMissing | Fault::RouteDemanded => Some(&mut self.route),
                Fault::Demanded => Some(&mut self.enabled),
                Fault::WhyMissing | Fault::WhyTooLong | Fault::WhyUnprintable | Fault::Unchanged => Some(&mut self.why),
            };
            if let Some(field) = field {
                field.error = Some(text);
            }
        }
    }

    fn number(&mut self, number: Number) -> Option<&mut Field> {
        self.numbers.iter_mut().map(|one| &mut one.field).find(|field| field.name == number.code())
    }

    pub(super) fn errors(&self) -> Vec<ErrorLine> {
        let numbers = self.numbers.iter().map(|number| &number.field);
        ErrorLine::of(numbers.chain([&self.severity, &self.route, &self.enabled, &self.why]))
    }

    /// To be sent once more, as it is.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let numbers = self.numbers.iter().map(|number| &number.field);
        let fields = numbers.chain([&self.severity, &self.route, &self.enabled, &self.why]);
        let visits = self.visits.iter().filter(|choice| choice.chosen).map(|choice| ("visits".to_owned(), choice.value.clone()));
        fields.map(|field| (field.name.clone(), field.value.clone())).chain(visits).collect()
    }
}

/// A whole number in digits of either width.
fn digits(typed: &str) -> Option<u32> {
    let narrow: String = typed.trim().chars().map(narrow).collect();
    let plain = !narrow.is_empty() && narrow.len() <= 4 && narrow.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| narrow.parse().ok()).flatten()
}

fn narrow(letter: char) -> char {
    match letter {
        '０'..='９' => char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')).unwrap_or(letter),
        other => other,
    }
}

fn fault_word(lang: Lang, rule: RuleCode, fault: Fault) -> String {
    let texts = lang.texts();
    match fault {
        Fault::OutOfRange(Number::ThirdStep, from, to) if rule == RuleCode::K1 => {
            fl!(texts, "rule-k1-error-deadline", from = from, to = to)
        }
        Fault::OutOfRange(Number::SecondStep, from, to) if rule == RuleCode::K2 => {
            fl!(texts, "rule-k2-error-second", from = from, to = to)
        }
        Fault::SeverityDemanded | Fault::Demanded if rule.is_clock() => fl!(texts, "rule-error-clock"),
        Fault::StepsTooClose(_, least) => fl!(texts, "rule-error-apart", least = least),
        Fault::OutOfRange(_, from, to) => fl!(texts, "rule-error-range", from = from, to = to),
        Fault::StrictLaxer => fl!(texts, "rule-error-strict"),
        Fault::StepsNotRising(_) => fl!(texts, "rule-error-steps"),
        Fault::SeverityMissing => fl!(texts, "rule-error-severity"),
        Fault::SeverityDemanded => fl!(texts, "rule-error-severity-demanded"),
        Fault::RouteMissing => fl!(texts, "rule-error-route"),
        Fault::RouteDemanded => fl!(texts, "rule-error-route-demanded"),
        Fault::Demanded => fl!(texts, "rule-error-demanded"),
        Fault::WhyMissing => fl!(texts, "rule-error-why"),
        Fault::WhyTooLong => fl!(texts, "rule-error-why-long", max = WHY_LENGTH),
        Fault::WhyUnprintable => fl!(texts, "alert-error-characters"),
        Fault::Unchanged => fl!(texts, "rule-error-unchanged"),
    }
}

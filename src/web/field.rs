//! One field of a form as `parts/field.html` shows it: what was typed, and what to mend.

/// A line of the error summary; it leads to the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLine {
    pub href: String,
    pub text: String,
}

#[derive(Debug, Clone, Default)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub error: Option<String>,
    pub required: bool,
    pub choices: Vec<Choice>,
}

/// One thing to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
    /// Choosing it asks for more (contact and reason of an absence).
    pub asks: bool,
}

impl Field {
    pub fn required(name: &str, value: &str) -> Self {
        Self { required: true, ..Self::optional(name, value) }
    }

    pub fn optional(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), ..Self::default() }
    }

    #[must_use]
    pub fn with_error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// What can be chosen, as (value, label); the one equal to the typed value is chosen.
    #[must_use]
    pub fn with_choices(mut self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        self.choices =
            choices.into_iter().map(|(value, label)| Choice { chosen: value == self.value, value, label, asks: false }).collect();
        self
    }
}

impl ErrorLine {
    /// The summary of some fields: those with an error, in their order.
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Self> {
        fields
            .into_iter()
            .filter_map(|field| field.error.as_ref().map(|text| Self { href: format!("#{}", field.name), text: text.clone() }))
            .collect()
    }
}

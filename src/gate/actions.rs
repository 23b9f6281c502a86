//! One zero-sized type per action, with the name the policies and the trail use.

use super::facts::{AlertFacts, Facts, OrganizationFacts, WatchFacts};

/// Something an actor may or may not do to a thing with the facts `On`.
pub trait Action: sealed::Sealed + 'static {
    type On: Facts;
    const NAME: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

/// An action's name and the kind of thing it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub name: &'static str,
    pub on: &'static str,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal on $facts:ty),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $action {}
            impl sealed::Sealed for $action {}
            impl Action for $action {
                type On = $facts;
                const NAME: &'static str = $name;
            }
        )+

        /// Every action; tests hold it against the policies' schema.
        pub const ALL: &[Known] = &[$(Known { name: $name, on: <$facts as Facts>::KIND }),+];
    };
}

actions! {
    OpenSession = "openSession" on OrganizationFacts,
    EndSession = "endSession" on OrganizationFacts,
    ChooseOrganization = "chooseOrganization" on OrganizationFacts,
    RegisterPasskey = "registerPasskey" on OrganizationFacts,

    ReadSheet = "readSheet" on OrganizationFacts,
    SubmitSheet = "submitSheet" on OrganizationFacts,
    ReadReports = "readReports" on WatchFacts,
    CorrectReport = "correctReport" on WatchFacts,
    ReadCalendar = "readCalendar" on OrganizationFacts,
    EditCalendar = "editCalendar" on OrganizationFacts,

    ListRequests = "listRequests" on OrganizationFacts,
    CreateRequest = "createRequest" on OrganizationFacts,
    ImportRequests = "importRequests" on OrganizationFacts,
    ExportRequests = "exportRequests" on OrganizationFacts,
    ReadRequest = "readRequest" on WatchFacts,
    EndRequest = "endRequest" on WatchFacts,
    AssignRequest = "assignRequest" on WatchFacts,

    ListAlerts = "listAlerts" on OrganizationFacts,
    /// Being told, in an open inbox, that something is new.
    ReceiveAlerts = "receiveAlerts" on OrganizationFacts,
    ReadAlert = "readAlert" on AlertFacts,
    TakeAlert = "takeAlert" on AlertFacts,
    ActOnAlert = "actOnAlert" on AlertFacts,
    HandOnAlert = "handOnAlert" on AlertFacts,
    CloseAlert = "closeAlert" on AlertFacts,
    /// The evening board of children nobody saw today.
    ReadBoard = "readBoard" on OrganizationFacts,
    ListRules = "listRules" on OrganizationFacts,

    SweepFacility = "sweepFacility" on OrganizationFacts,
    CreateWard = "createWard" on OrganizationFacts,
    LoadDemo = "loadDemo" on OrganizationFacts,
    IssueDemoLinks = "issueDemoLinks" on OrganizationFacts,

    ListOrganizations = "listOrganizations" on OrganizationFacts,
    EditHolidays = "editHolidays" on OrganizationFacts,
    ReadTrail = "readTrail" on OrganizationFacts,
    ReadSignIns = "readSignIns" on OrganizationFacts,
}

/// Actions from which an invitation may follow.
pub trait Invites: Action {}
impl Invites for CreateWard {}
impl Invites for IssueDemoLinks {}

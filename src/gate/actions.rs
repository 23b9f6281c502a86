//! One zero-sized type per action, with the name the policies and the trail use.

use super::facts::{AlertFacts, Facts, OpeningFacts, OrganizationFacts, PersonFacts, WatchFacts};

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
    /// 離席: nothing but coming back until the person is verified again.
    LockSession = "lockSession" on OrganizationFacts,
    UnlockSession = "unlockSession" on OrganizationFacts,
    /// Fresh user verification for one action (security B2).
    StepUp = "stepUp" on OrganizationFacts,

    ReadAccount = "readAccount" on PersonFacts,
    AddPasskey = "addPasskey" on PersonFacts,
    RenamePasskey = "renamePasskey" on PersonFacts,
    RemovePasskey = "removePasskey" on PersonFacts,
    EndOwnSessions = "endOwnSessions" on PersonFacts,
    LinkProvider = "linkProvider" on PersonFacts,
    /// How one wants to be told of alerts.
    ReadNotices = "readNotices" on PersonFacts,
    ChooseNotices = "chooseNotices" on PersonFacts,

    ReadSheet = "readSheet" on OrganizationFacts,
    SubmitSheet = "submitSheet" on OrganizationFacts,
    ReadReports = "readReports" on WatchFacts,
    CorrectReport = "correctReport" on WatchFacts,
    /// A short answer to a question about one child's day.
    AnswerInquiry = "answerInquiry" on WatchFacts,
    /// 至急連絡: what cannot wait for the sheet, and its receipt.
    ReportUrgent = "reportUrgent" on OrganizationFacts,
    ReadCalendar = "readCalendar" on OrganizationFacts,
    EditCalendar = "editCalendar" on OrganizationFacts,
    /// 休校・学級閉鎖 of one day, from its sheet.
    CloseDay = "closeDay" on OrganizationFacts,
    /// Who is called when the sheet was not sent.
    EditTurns = "editTurns" on OrganizationFacts,
    /// The page of 出席簿: which months, and the way to files.
    ReadRegister = "readRegister" on OrganizationFacts,
    ExportRegister = "exportRegister" on OrganizationFacts,
    ImportAttendance = "importAttendance" on OrganizationFacts,
    /// The monthly slips of the own facility.
    ReadSlips = "readSlips" on OrganizationFacts,
    PrepareSlip = "prepareSlip" on OrganizationFacts,
    ApproveSlip = "approveSlip" on OrganizationFacts,

    ListRequests = "listRequests" on OrganizationFacts,
    CreateRequest = "createRequest" on OrganizationFacts,
    ImportRequests = "importRequests" on OrganizationFacts,
    ExportRequests = "exportRequests" on OrganizationFacts,
    /// 進級 of the office's own children on April 1.
    PromoteRequests = "promoteRequests" on OrganizationFacts,
    ReadRequest = "readRequest" on WatchFacts,
    EndRequest = "endRequest" on WatchFacts,
    AssignRequest = "assignRequest" on WatchFacts,
    /// 転校・転園・卒園・卒業
    TransferRequest = "transferRequest" on WatchFacts,
    /// 支援措置: putting it on, renewing it, taking it off.
    ProtectRequest = "protectRequest" on WatchFacts,

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
    /// Who has how much in hand, what waits too long, which rules are of use.
    ReadTeam = "readTeam" on OrganizationFacts,
    ListRules = "listRules" on OrganizationFacts,
    /// What raises an alert in the whole ward.
    EditRules = "editRules" on OrganizationFacts,
    /// 当番表
    ReadDuty = "readDuty" on OrganizationFacts,
    EditDuty = "editDuty" on OrganizationFacts,
    /// 休暇
    ListAbsences = "listAbsences" on OrganizationFacts,
    /// One's own.
    EnterAbsence = "enterAbsence" on OrganizationFacts,
    /// A colleague's.
    ArrangeAbsence = "arrangeAbsence" on OrganizationFacts,
    /// The facilities that have not reported yet today.
    ListUnreported = "listUnreported" on OrganizationFacts,
    /// The slips that facilities sent about the own children.
    ListSlips = "listSlips" on OrganizationFacts,

    /// 緊急閲覧: the page that asks, and the openings one has to do with.
    ListOpenings = "listOpenings" on OrganizationFacts,
    /// A child of another office is looked at for an hour.
    OpenEmergency = "openEmergency" on OrganizationFacts,
    ReadOpening = "readOpening" on OpeningFacts,
    /// The second person's word.
    ConfirmOpening = "confirmOpening" on OpeningFacts,
    EndOpening = "endOpening" on OpeningFacts,
    /// 事後確認 by the office whose child it is.
    JudgeOpening = "judgeOpening" on OpeningFacts,

    SweepFacility = "sweepFacility" on OrganizationFacts,
    /// The hub tells people of something strange about their accounts.
    WarnPeople = "warnPeople" on OrganizationFacts,
    /// Tells somebody of an alert nobody has taken.
    RouteAlert = "routeAlert" on AlertFacts,
    RemindFacility = "remindFacility" on OrganizationFacts,
    /// Tries a rule over the ward's past.
    RunBackTest = "runBackTest" on OrganizationFacts,
    CreateWard = "createWard" on OrganizationFacts,
    /// The operator's way out when no admin of a ward can sign in any more.
    RecoverAdmin = "recoverAdmin" on OrganizationFacts,
    LoadDemo = "loadDemo" on OrganizationFacts,
    IssueDemoLinks = "issueDemoLinks" on OrganizationFacts,

    /// What is left to do until the ward can work.
    ReadSetUp = "readSetUp" on OrganizationFacts,
    ListOrganizations = "listOrganizations" on OrganizationFacts,
    ReadOrganization = "readOrganization" on OrganizationFacts,
    CreateOrganization = "createOrganization" on OrganizationFacts,
    EditOrganization = "editOrganization" on OrganizationFacts,
    /// Networks, ways to sign in, how long sessions last.
    EditSecurity = "editSecurity" on OrganizationFacts,
    CloseOrganization = "closeOrganization" on OrganizationFacts,
    MergeOrganization = "mergeOrganization" on OrganizationFacts,
    ListTokens = "listTokens" on OrganizationFacts,
    CreateToken = "createToken" on OrganizationFacts,
    RevokeToken = "revokeToken" on OrganizationFacts,
    /// A school's system looks whether its token works, and whether today is a day to report.
    ReadOwnFacility = "readOwnFacility" on OrganizationFacts,
    /// A school's system delivers attendance. It is told what became of each row, and nothing that people recorded.
    SendAttendance = "sendAttendance" on OrganizationFacts,

    ListPeople = "listPeople" on OrganizationFacts,
    CreatePerson = "createPerson" on OrganizationFacts,
    InvitePeople = "invitePeople" on OrganizationFacts,
    ImportDirectory = "importDirectory" on OrganizationFacts,
    AcceptDirectory = "acceptDirectory" on OrganizationFacts,
    /// Everybody of the ward is out at once, but whoever says so.
    EndAllSessions = "endAllSessions" on OrganizationFacts,
    ExportRights = "exportRights" on OrganizationFacts,
    ReadPerson = "readPerson" on PersonFacts,
    EditPerson = "editPerson" on PersonFacts,
    SuspendPerson = "suspendPerson" on PersonFacts,
    ReinstatePerson = "reinstatePerson" on PersonFacts,
    EndSessions = "endSessions" on PersonFacts,
    RevokeInvitation = "revokeInvitation" on PersonFacts,
    GrantMembership = "grantMembership" on PersonFacts,
    EndMembership = "endMembership" on PersonFacts,
    /// The second person's word on a right that needs two.
    DecideProposal = "decideProposal" on PersonFacts,
    /// The recoveries under way, of the own people.
    ListRecoveries = "listRecoveries" on OrganizationFacts,
    AskRecovery = "askRecovery" on PersonFacts,
    ApproveRecovery = "approveRecovery" on PersonFacts,
    CancelRecovery = "cancelRecovery" on PersonFacts,
    ApproveBinding = "approveBinding" on PersonFacts,
    EndBinding = "endBinding" on PersonFacts,

    EditTemplates = "editTemplates" on OrganizationFacts,
    EditHolidays = "editHolidays" on OrganizationFacts,
    ReadTrail = "readTrail" on OrganizationFacts,
    ExportTrail = "exportTrail" on OrganizationFacts,
    ReadSignIns = "readSignIns" on OrganizationFacts,
    ExportSignIns = "exportSignIns" on OrganizationFacts,
    /// Notices that reached nobody.
    ListUndelivered = "listUndelivered" on OrganizationFacts,
}

/// What everybody may do with their own account, also where their organization asks them to come in by another way: passkeys are
/// made and the account of the ward's sign-in service is proposed there.
pub const OWN_ACCOUNT: [&str; 6] =
    [ReadAccount::NAME, AddPasskey::NAME, RenamePasskey::NAME, RemovePasskey::NAME, EndOwnSessions::NAME, LinkProvider::NAME];

/// Actions from which an invitation may follow.
pub trait Invites: Action {}
impl Invites for CreateWard {}
impl Invites for IssueDemoLinks {}
impl Invites for InvitePeople {}
impl Invites for RecoverAdmin {}

//! Asks the gate by the name of an action, with the facts of things in a world.

use jiff::Timestamp;
use tsunagi::{
    domain::ids::{Id, Organization, Ward},
    gate::{
        Actor, Admission, AlertFacts, Describe, Gate, Member, OpeningFacts, OrganizationFacts, PersonFacts, WatchFacts,
        actions::{self, ALL, Action},
    },
};

use crate::support::{Alerted, NOW, Opened, Place, Staff, Watched, World};

/// Something a path can name.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    Organization(OrganizationFacts),
    Person(PersonFacts),
    Watch(WatchFacts),
    Alert(AlertFacts),
    Opening(OpeningFacts),
    /// What belongs to an organization and is asked for through it: a sheet, an uploaded file.
    Belonging {
        ward: Id<Ward>,
        owner: Id<Organization>,
    },
}

impl Thing {
    pub(crate) fn place(world: &World, place: &Place) -> Self {
        Self::Organization(OrganizationFacts { ward: world.ward, id: place.id, side: place.side() })
    }

    /// Somebody who belongs to the place.
    pub(crate) fn person(world: &World, place: &Place, staff: &Staff) -> Self {
        let places = vec![OrganizationFacts { ward: world.ward, id: place.id, side: place.side() }];
        Self::Person(PersonFacts { ward: world.ward, id: staff.person, places, privileged: staff.role.is_privileged() })
    }

    pub(crate) fn watch(world: &World, watch: &Watched) -> Self {
        Self::Watch(WatchFacts { ward: world.ward, id: watch.id, facility: watch.facility, office: watch.office, live: watch.live })
    }

    pub(crate) fn alert(world: &World, alert: &Alerted) -> Self {
        Self::Alert(AlertFacts { ward: world.ward, id: alert.id, office: alert.office, facility: alert.facility })
    }

    pub(crate) fn opening(world: &World, opened: &Opened) -> Self {
        let Opened { id, person, office, owner } = *opened;
        Self::Opening(OpeningFacts { ward: world.ward, id, person, office, owner })
    }
}

/// Facts of one kind, if the thing is of that kind.
trait Pick: Sized {
    fn pick(thing: &Thing) -> Option<&Self>;
}

impl Pick for OrganizationFacts {
    fn pick(thing: &Thing) -> Option<&Self> {
        if let Thing::Organization(facts) = thing { Some(facts) } else { None }
    }
}

impl Pick for PersonFacts {
    fn pick(thing: &Thing) -> Option<&Self> {
        if let Thing::Person(facts) = thing { Some(facts) } else { None }
    }
}

impl Pick for WatchFacts {
    fn pick(thing: &Thing) -> Option<&Self> {
        if let Thing::Watch(facts) = thing { Some(facts) } else { None }
    }
}

impl Pick for AlertFacts {
    fn pick(thing: &Thing) -> Option<&Self> {
        if let Thing::Alert(facts) = thing { Some(facts) } else { None }
    }
}

impl Pick for OpeningFacts {
    fn pick(thing: &Thing) -> Option<&Self> {
        if let Thing::Opening(facts) = thing { Some(facts) } else { None }
    }
}

fn permits<A: Action>(gate: &Gate, actor: &Actor, thing: &Thing) -> bool
where
    A::On: Pick + Describe,
{
    A::On::pick(thing).is_some_and(|facts| gate.permit::<A>(actor, facts).is_ok())
}

/// How the gate is asked for an action whose type stands behind a name.
pub(crate) type Asked = fn(&Gate, &Actor, &Thing) -> bool;

macro_rules! asked {
    ($($action:ident $words:literal),+ $(,)?) => {
        /// Every action: its name, what it is in Japanese, and how to ask for it.
        pub(crate) const ACTIONS: &[(&str, &str, Asked)] = &[$((actions::$action::NAME, $words, permits::<actions::$action>)),+];
    };
}

asked! {
    OpenSession "サインインを始める",
    EndSession "サインインを終える",
    ChooseOrganization "所属を選ぶ",
    RegisterPasskey "パスキーを登録する",
    LockSession "画面を離れる（離席）",
    UnlockSession "離席から戻る",
    StepUp "大切な操作の前に本人確認をする",
    ReadAccount "自分のアカウントを見る",
    AddPasskey "パスキーを追加する",
    RenamePasskey "パスキーの名前を変える",
    RemovePasskey "パスキーを外す",
    EndOwnSessions "自分のサインインを終わらせる",
    LinkProvider "自治体のアカウントと結び付ける",
    ReadNotices "自分へのお知らせの設定を見る",
    ChooseNotices "自分へのお知らせの設定を変える",
    ReadSheet "出欠入力の画面を見る",
    SubmitSheet "出欠を送る",
    ReadReports "お子さんの報告の履歴を見る",
    CorrectReport "報告を訂正する",
    AnswerInquiry "様子の確認の依頼に答える",
    ReportUrgent "至急連絡を送る",
    ReadCalendar "施設の休業日を見る",
    EditCalendar "施設の休業日を登録する",
    CloseDay "その日の休校・学級閉鎖を入力する",
    EditTurns "入力の当番を決める",
    ReadRegister "出席簿の画面を見る",
    ExportRegister "出席簿を書き出す",
    ImportAttendance "出席簿を取り込む",
    ReadSlips "月ごとの連絡票を見る",
    PrepareSlip "月ごとの連絡票を用意する",
    ApproveSlip "月ごとの連絡票を提出する",
    ListRequests "依頼の一覧を見る",
    CreateRequest "依頼を登録する",
    ImportRequests "名簿を取り込む",
    ExportRequests "依頼を書き出す",
    PromoteRequests "4月1日の進級を登録する",
    ReadRequest "依頼を見る",
    EndRequest "依頼を終える",
    AssignRequest "依頼の担当を決める",
    TransferRequest "転校・転園・卒園を登録する",
    ProtectRequest "支援措置を登録・解除する",
    ListAlerts "アラートの一覧を見る",
    ReceiveAlerts "新着の知らせを受ける",
    ReadAlert "アラートを見る",
    TakeAlert "アラートの対応を始める",
    ActOnAlert "アラートに対応を記録する",
    HandOnAlert "アラートを引き継ぐ",
    CloseAlert "アラートを終える",
    ReadBoard "本日未確認の一覧を見る",
    ReadTeam "係の状況を見る",
    ListRules "アラートの基準を見る",
    EditRules "アラートの基準を変える",
    ReadDuty "当番表を見る",
    EditDuty "当番表を変える",
    ListAbsences "休暇の一覧を見る",
    EnterAbsence "自分の休暇を登録する",
    ArrangeAbsence "職員の休暇を登録する",
    ListUnreported "未報告施設の一覧を見る",
    ListSlips "提出された連絡票を見る",
    ListOpenings "緊急閲覧の画面を見る",
    OpenEmergency "緊急閲覧を開く",
    ReadOpening "緊急閲覧の内容・記録を見る",
    ConfirmOpening "緊急閲覧を本人以外の一人として確認する",
    EndOpening "緊急閲覧を終える",
    JudgeOpening "緊急閲覧を事後に確認する",
    SweepFacility "締切後の未報告を確かめる",
    WarnPeople "サインインの異変を本人に知らせる",
    RouteAlert "対応されていないアラートを次の人へ知らせる",
    RemindFacility "入力していない施設に知らせる",
    RunBackTest "条件の変更を過去の記録で試す",
    CreateWard "自治体を作る",
    RecoverAdmin "最後の管理者を復旧する",
    LoadDemo "架空のデータを入れる",
    IssueDemoLinks "架空の自治体への入口を出す",
    ReadSetUp "準備の一覧を見る",
    ListOrganizations "組織の一覧を見る",
    ReadOrganization "組織を見る",
    CreateOrganization "組織を登録する",
    EditOrganization "組織を変える",
    EditSecurity "回線・サインインの設定を変える",
    CloseOrganization "組織を閉じる",
    MergeOrganization "組織を合わせる",
    ListTokens "トークンの一覧を見る",
    CreateToken "トークンを作る",
    RevokeToken "トークンを止める",
    ReadOwnFacility "自分の施設を確かめる（学校のシステム）",
    SendAttendance "出欠を届ける（学校のシステム）",
    ListPeople "職員の一覧を見る",
    CreatePerson "職員を登録する",
    InvitePeople "職員を招待する",
    ImportDirectory "組織・職員の名簿を読み込む",
    AcceptDirectory "組織・職員の名簿を反映する",
    EndAllSessions "全員のサインインを終わらせる",
    ExportRights "権限の一覧を書き出す",
    ReadPerson "職員を見る",
    EditPerson "職員の登録を変える",
    SuspendPerson "職員の利用を止める",
    ReinstatePerson "職員の利用を再開する",
    EndSessions "職員のサインインを終わらせる",
    RevokeInvitation "招待を取り消す",
    GrantMembership "所属と役割を加える",
    EndMembership "所属と役割を終える",
    DecideProposal "権限の申し出を決める",
    ListRecoveries "アカウントの復旧の一覧を見る",
    AskRecovery "アカウントの復旧を申し出る",
    ApproveRecovery "アカウントの復旧を認める",
    CancelRecovery "アカウントの復旧を取りやめる",
    ApproveBinding "自治体のアカウントとの結び付けを決める",
    EndBinding "自治体のアカウントとの結び付けを終える",
    EditTemplates "休業日のひな形を変える",
    EditHolidays "休日を管理する",
    ReadTrail "操作の記録を見る",
    ExportTrail "操作の記録を書き出す",
    ReadSignIns "サインインの記録を見る",
    ExportSignIns "サインインの記録を書き出す",
    ListUndelivered "届かなかったお知らせを見る",
}

/// The gate's answer to an action known by its name.
pub(crate) fn decide(gate: &Gate, actor: &Actor, action: &str, thing: &Thing) -> bool {
    let (_, _, asked) = ACTIONS.iter().find(|(name, ..)| *name == action).unwrap_or_else(|| panic!("{action} has no row"));
    asked(gate, actor, thing)
}

/// The member behind somebody's session.
pub(crate) fn member(world: &World, place: &Place, staff: &Staff) -> Actor {
    let admission = Admission {
        ward: world.ward,
        session: staff.session,
        person: staff.person,
        membership: staff.membership,
        role: staff.role,
        organization: place.id,
        organizations: below(world, place),
        verified_at: NOW.parse::<Timestamp>().unwrap_or_default(),
        // The tests of step-up ask without; here it is who may at all.
        verified_for: ALL.iter().map(|known| known.name.to_owned()).collect(),
        read_only: false,
        address: None,
    };
    Member::admit(admission).into()
}

/// The organization and those below it; the places of a world stand in the order of the tree.
pub(crate) fn below(world: &World, place: &Place) -> Vec<Id<Organization>> {
    let mut found = vec![place.id];
    for other in world.places() {
        if other.parent.is_some_and(|parent| found.contains(&parent)) && !found.contains(&other.id) {
            found.push(other.id);
        }
    }
    found
}

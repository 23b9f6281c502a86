//! What the mails say: nothing that tells whom or what they are about to somebody who reads over a shoulder.

use jiff::Timestamp;

use crate::domain::{
    clock,
    mail::{Link, Mail},
    notice, wareki,
};

/// Subject and text of a mail, in Japanese. `origin` is where people sign in; no link of a notice leads further.
pub fn words(mail: &Mail, origin: &str) -> (&'static str, String) {
    let (subject, lines) = match mail {
        Mail::Invitation { link, until } => (
            "つなぎ：利用開始のご案内",
            format!(
                "つなぎの利用を始めるためのご案内です。\n\n\
                 次のリンクを、業務で使う端末で開いてください。{}まで、1回だけ使えます。\n\n{}\n\n\
                 このリンクは、入る権利そのものです。ほかの人に転送しないでください。\n\
                 心当たりがないときは、リンクを開かず、勤め先の管理者に知らせてください。",
                moment(*until),
                link.text()
            ),
        ),
        Mail::RecoveryAsked => (
            "つなぎ：アカウントの復旧の申し出がありました",
            "あなたのアカウントについて、復旧の申し出がありました。\n\
             別の担当者が確かめて認めると、これまでのパスキーは使えなくなります。\n\n\
             心当たりがないときは、すぐに勤め先の管理者に知らせてください。サインインできるときは、\n\
             つなぎの「アカウント」の画面から取りやめることもできます。"
                .to_owned(),
        ),
        Mail::RecoveryApproved => (
            "つなぎ：アカウントの復旧が認められました",
            "あなたのアカウントの復旧が認められました。\n\
             復旧のコードは、対面で本人に伝えられます。メールや電話でお知らせすることはありません。\n\n\
             心当たりがないときは、すぐに勤め先の管理者に知らせてください。"
                .to_owned(),
        ),
        Mail::RecoveryDone => (
            "つなぎ：アカウントが復旧されました",
            "あなたのアカウントに新しいパスキーが登録され、これまでのパスキーとサインイン、結び付いていた認証サービスの\n\
             アカウントは、すべて使えなくなりました。復旧してから1時間は、見ることだけができます。\n\n\
             心当たりがないときは、すぐに勤め先の管理者に知らせてください。"
                .to_owned(),
        ),
        Mail::RecoveryCancelled => (
            "つなぎ：アカウントの復旧が取りやめられました",
            "あなたのアカウントについての復旧の申し出は、取りやめられました。\n\
             これまでのパスキーを、そのまま使えます。"
                .to_owned(),
        ),
        Mail::PasskeyAdded => (
            "つなぎ：パスキーが追加されました",
            "あなたのアカウントに、パスキーが1つ追加されました。\n\n\
             追加した覚えがないときは、すぐに勤め先の管理者に知らせてください。"
                .to_owned(),
        ),
        Mail::PasskeyRemoved => (
            "つなぎ：パスキーが外されました",
            "あなたのアカウントから、パスキーが1つ外されました。外したパスキーでは、もう入れません。\n\n\
             外した覚えがないときは、すぐに勤め先の管理者に知らせてください。"
                .to_owned(),
        ),
        Mail::AddressChanged { .. } => ("つなぎ：知らせの届け先が変わりました", ADDRESS_CHANGED.to_owned()),
        Mail::AccountBound => ("つなぎ：サインインに使うアカウントが結び付きました", ACCOUNT_BOUND.to_owned()),
        Mail::StaffCodeChanged => ("つなぎ：登録されている職員番号が変わりました", STAFF_CODE_CHANGED.to_owned()),
        Mail::AccountTried => ("つなぎ：サインインの失敗が続いています", ACCOUNT_TRIED.to_owned()),
        Mail::SignedInElsewhere => ("つなぎ：いつもと違う場所からのサインインがありました", SIGNED_IN_ELSEWHERE.to_owned()),
        Mail::Notice => ("つなぎ：お知らせ", call(origin)),
        Mail::Question => ("【出欠連絡】確認のお願い", question(origin)),
        Mail::Trouble => ("つなぎ：動作の確認のお願い", trouble(origin)),
        Mail::SheetReminder { door } => {
            ("【出欠連絡】本日の入力のお願い", reminder("本日の入力が、まだ済んでいないようです。", door))
        }
        Mail::SheetReminderAgain { door } => {
            ("【出欠連絡】本日の入力のお願い（再）", reminder("本日の入力が、先ほどのお知らせのあとも済んでいないようです。", door))
        }
        Mail::SlipReminder { door } => ("【出欠連絡】月ごとの連絡票のお願い", monthly(door)),
    };
    (subject, format!("{lines}\n\nこのメールは送信専用です。お問い合わせは、勤め先の管理者にお願いします。\n\n-- \nつなぎ\n"))
}

const ADDRESS_CHANGED: &str = "あなたのアカウントの知らせの届け先が、このアドレスではなくなりました。\n\
 このアドレスへの知らせは、これが最後です。\n\n\
 心当たりがないときは、すぐに勤め先の管理者に知らせてください。";

const ACCOUNT_BOUND: &str = "勤め先の認証サービスのアカウントが1つ、あなたのアカウントに結び付きました。\n\
 これからは、そのアカウントでもサインインできます。\n\n\
 心当たりがないときは、すぐに勤め先の管理者に知らせてください。";

const STAFF_CODE_CHANGED: &str = "あなたのアカウントに登録されている職員番号が変わりました。\n\
 これまでのサインインのしかたは、そのまま使えます。\n\n\
 心当たりがないときは、すぐに勤め先の管理者に知らせてください。";

const ACCOUNT_TRIED: &str = "あなたのアカウントに入ろうとして、続けて失敗した人がいるか、複製されたおそれのあるパスキーが使われました。\n\
 入ることは、できていません。\n\n\
 心当たりがないときは、すぐに勤め先の管理者に知らせてください。この知らせは、1日に1回までです。";

const SIGNED_IN_ELSEWHERE: &str = "あなたのアカウントに、この半年使われていなかった回線からサインインがありました。\n\n\
 心当たりがないときは、つなぎの「アカウント」の画面でほかのサインインをすべて終わらせ、\n\
 すぐに勤め先のほかの管理者に知らせてください。この知らせは、1日に1回までです。";

/// Somebody must look; at what, stands behind the sign-in.
fn call(origin: &str) -> String {
    format!(
        "{}。\n\n業務で使う端末でサインインして、確認してください。\n\n{origin}/sign-in\n\n\
         There is something for you to look at.\nPlease sign in on your work computer.",
        notice::SENTENCE
    )
}

/// Asks for a short answer; to what, stands behind the sign-in.
fn question(origin: &str) -> String {
    format!(
        "確かめて、短く答えていただきたいことが届いています。\nサインインして、確かめてください。\n\n{origin}/sign-in\n\n\
         すでに答えたときは、このメールは不要です。\n\
         だれに届くかは、つなぎの「入力の当番」の画面で変えられます。\n\n\
         Something waits for a short answer of yours. Please sign in and check.\n\
         If you have answered already, ignore this mail."
    )
}

/// The hub itself is not well.
fn trouble(origin: &str) -> String {
    format!(
        "つなぎの動作の一部が止まっているか、遅れています。\n\
         サインインして画面の案内を確かめ、運用の担当に連絡してください。\n\n{origin}/sign-in\n\n\
         A part of the system has stopped or is late.\nPlease tell whoever operates it."
    )
}

/// Asks to go in and look; what for is said behind the door.
fn reminder(why: &str, door: &Link) -> String {
    format!(
        "{why}\nサインインして、確かめてください。\n\n{}\n\n\
         すでに済んでいるときは、このメールは不要です。\n\
         だれに届くかは、つなぎの「入力の当番」の画面で変えられます。\n\n\
         Today's entry seems to be missing. Please sign in and check.\n\
         If it has been made already, ignore this mail.",
        door.text()
    )
}

fn monthly(door: &Link) -> String {
    format!(
        "先月分の連絡票が、まだ提出されていないようです。\nサインインして、確かめてください。\n\n{}\n\n\
         すでに済んでいるときは、このメールは不要です。\n\
         だれに届くかは、つなぎの「入力の当番」の画面で変えられます。\n\n\
         Last month's slip seems to be missing. Please sign in and check.\n\
         If it has been sent already, ignore this mail.",
        door.text()
    )
}

/// 令和8年11月20日（金） 9:00, in Japan.
fn moment(at: Timestamp) -> String {
    let local = clock::in_japan(at);
    format!("{} {}:{:02}", wareki::full(local.date()), local.hour(), local.minute())
}

#[cfg(test)]
mod tests;

//! What a facility may know of what became of its report: three neutral words, never why.

use super::coded::coded;

coded! {
    /// Beside a child's day on the facility's pages; without one, 受付済.
    pub enum Reply {
        /// 受け取りました
        Received = "received",
        /// 対応中
        Handling = "handling",
        /// 引き続き見守りを
        Watching = "watching",
    }
}

coded! {
    /// A facility's short answer to 「本日の様子をお知らせください」.
    pub enum Answer {
        /// 元気に過ごしています
        Well = "well",
        /// 今日は来ていません
        NotHere = "not_here",
        /// 電話をください
        PleaseCall = "please_call",
    }
}

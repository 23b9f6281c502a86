# つなぎ: texts of the portal. Japanese is the source; en/tsunagi.ftl has the same ids.
# $kind is the kind of facility: school | nursery | after-school.

## 枠
frame-name = つなぎ
frame-skip = 本文へ移動
frame-nav = 主なメニュー
frame-breadcrumb = 現在位置
frame-sign-out = サインアウト
frame-unhandled = 未対応{ $count }件
frame-unhandled-template = 未対応%d件
frame-help = お困りのときは
frame-accessibility = アクセシビリティ方針
frame-version = 版 { $version }
frame-law = 児童福祉法第25条の5（守秘義務）・児童虐待防止法第13条の4に基づき取り扱う情報です。目的外の閲覧・提供を禁じます。閲覧は記録されます。

nav-sheet = 今日の出欠
nav-alerts = アラート
nav-board = 本日未確認
nav-requests = 見守り依頼
nav-import = 名簿の取り込み
nav-calendar = 休業日
nav-rules = アラートの条件
nav-organizations = 施設・組織
nav-trail = 操作記録

## 入力の誤り
errors-heading = 入力内容を確認してください
errors-title = エラー:{" "}
field-required = ※必須
field-optional = ※任意
field-choose = 選んでください
error-required = { $field }を入力してください。
error-choose = { $field }を選んでください。
error-too-long = { $field }は{ $max }文字以内で入力してください（いま{ $now }文字です）。
error-not-a-date = { $field }を日付として読めません。2026-11-20、令和8年11月20日、R8.11.20 のように入力してください。
error-future-date = { $field }に今日より後の日付は使えません。今日か、それより前の日付を入力してください。
error-past-date = { $field }に今日より前の日付は使えません。今日か、それより後の日付を入力してください。
error-date-order = { $field }は、{ $other }と同じ日か、それより後の日付を入力してください。
error-closed-day = { $date }はこの施設の休業日です。開所していた場合は、先に休業日の設定を変えてください。
error-not-a-choice = { $field }の選択が一覧にありません。一覧から選び直してください。
error-not-a-number = { $field }は数字で入力してください。
error-out-of-range = { $field }は{ $min }から{ $max }までの数で入力してください。
error-characters = { $field }に使えない文字「{ $characters }」があります。別の文字で入力してください。
error-contact = { $name }さんの「家庭からの連絡」を選んでください。
error-reason = { $name }さんの欠席の理由を選んでください。分からないときは「理由不明」を選べます。
error-note-long = { $name }さんのメモは{ $max }文字以内で入力してください（いま{ $now }文字です）。
error-sign-note = { $name }さんの気になる様子を、見たこと・聞いたことのまま入力してください。
error-status = { $name }さんの出欠の選択が一覧にありません。選び直してください。
error-nothing-entered = まだだれの出欠も選ばれていません。1人以上選んでから送信してください。
error-not-on-sheet = この施設の一覧にないお子さんが含まれています。画面を開き直して、もう一度入力してください。
error-code = 招待コードが正しくないか、期限が切れています。手紙のコードをもう一度確かめてください。
error-code-used = 招待コードが正しくないか、期限が切れています。新しいコードは、招待した人に頼んでください。
error-file-missing = ファイルを選んでください。
error-file-type = このファイルは読み込めません。CSV（.csv）か Excel（.xlsx）のファイルを選んでください。
error-file-large = ファイルが大きすぎます（上限{ $max }MB）。ファイルを分けて読み込んでください。
error-file-rows = 行が多すぎます（上限{ $max }行）。ファイルを分けて読み込んでください。
error-file-empty = 読み込める行がありません。見出しの行と、1行以上のデータが必要です。
error-column-missing = { $column }にあたる列を選んでください。
error-column-twice = { $column }が2つの列に選ばれています。どちらか1つにしてください。

## 一覧の見出しと部品
col-child = お子さん
col-report = 報告
col-state = 状態
col-action = 操作
col-severity = 重要度
col-why = 理由
col-days = 最近の出欠
col-raised = 発生
col-due = 期限
col-owner = 担当
col-date = 日付
col-status = 出欠
col-contact = 家庭からの連絡
col-reason = 欠席の理由
col-counted = 数え方
steps-now = 全{ $all }ステップ中、{ $now }ステップ目
pager-label = ページの移動
pager-prev = 前のページ
pager-next = 次のページ
pager-line = { $all }件中 { $from }–{ $to }件
list-filter = 絞り込む
list-all = すべて

## 今日の出欠
sheet-title = 今日の出欠
sheet-title-day = { $date }の出欠
sheet-prev-day = 前の日
sheet-next-day = 次の日
sheet-intro = 対象は{ $all }人です。{ $deadline }までに送信してください。
sheet-sent = { $at } 送信済み
sheet-unsent = 未送信
sheet-late = 締切を過ぎています。今からでも送信できます
sheet-bulk = { $kind ->
    [nursery] 未入力の全員を「登園」にする
    [after-school] 未入力の全員を「来所」にする
   *[school] 未入力の全員を「登校」にする
  }
sheet-yesterday = 前回 { $word }
sheet-recorded = { $word } 報告済み
sheet-more = そのほかの状況
sheet-contact = 家庭からの連絡
sheet-reason = 理由
sheet-note = メモ（任意・100文字まで）
sheet-note-hint = 診断名や家庭の事情の詳細は書かないでください。
sheet-signs = 気になる様子がある
sheet-signs-which = 当てはまるものを選んでください（いくつでも）
sheet-signs-phone = 切迫している場合は110、児童相談所は189、支援センターは{ $phone }に電話してください。この画面だけで終わらせないでください。
sheet-sign-note = 見たこと・聞いたこと（お子さんの言葉は「」でそのまま）
sheet-history = これまでの報告
sheet-count = { $all }人中{ $done }人 入力済み
sheet-count-template = { $all }人中%d人 入力済み
sheet-send = 送信する
sheet-unsaved = ただいま保存できません。入力は残っています。少し待って、もう一度「送信する」を押してください。
sheet-sending = 送信しています
sheet-offline = 通信できません。入力は残っています。電波の届く所で、もう一度「送信する」を押してください。

## 受付
receipt-title = 送信しました
receipt-heading = { $sent }人分を受け付けました（{ $at }）
receipt-late = 締切のあとに届いた報告として受け付けました。
receipt-unreported = { $count }人は未報告です。
receipt-go-on = 続けて入力する
receipt-caption = 受け付けた内容
receipt-signs = 気になる様子 { $count }件
receipt-correct = 訂正する
receipt-free = { $until }までは自由に訂正できます。そのあとは理由を添えて訂正します。前の報告も履歴に残ります。
receipt-back = 今日の出欠に戻る
receipt-state-received = 受付済
receipt-state-handled = 対応中

## サインイン
signin-title = サインイン
signin-heading = サインイン
signin-lead = 登録したパスキー（指紋・顔・PIN・セキュリティキー）で入ります。パスワードはありません。
signin-field = パスキー
signin-field-hint = 欄を選ぶと、この端末のパスキーが候補に出ます。
signin-button = パスキーでサインイン
signin-failed = サインインできませんでした。もう一度お試しください。続くときは、下の連絡先へお電話ください。
signin-cancelled = サインインは行われませんでした。もう一度お試しください。
signin-offline = 通信できません。電波を確かめて、もう一度お試しください。
signin-trouble = サインインできないとき
signin-trouble-new = はじめての方は、招待の手紙のコードで登録します。
signin-trouble-new-link = 招待コードを入力する
signin-trouble-lost = 端末やセキュリティキーをなくした方は、施設長か区の担当者に伝えてください。新しい招待を発行します。
signin-trouble-phone = お電話は{ $phone }（{ $hours }）へ。
signin-signed-out = サインアウトしました。
signin-expired = しばらく操作がなかったため、サインアウトしました。もう一度サインインしてください。
passkey-unsupported = このブラウザではパスキーを使えません。Chrome、Edge、Safari の新しい版でお開きください。
passkey-noscript = パスキーを使うには、ブラウザの JavaScript を有効にしてください。
passkey-busy = 端末の案内に従ってください

enrol-title = パスキーの登録
enrol-step-code = 招待コード
enrol-step-first = パスキー
enrol-step-second = 予備
enrol-heading = 招待コードを入力
enrol-lead = 招待の手紙にあるコードを入力してください。コードは1回だけ使えます。
enrol-code = 招待コード
enrol-code-hint = 大文字と小文字、ハイフンの有無は区別しません。
enrol-next = 次へ
enrol-first-heading = この端末にパスキーを登録
enrol-second-heading = 予備のパスキーを登録
enrol-greeting = { $person }さん、ようこそ。
enrol-first-lead = これからは、このパスキーで入ります。次のどれかを選べます。
enrol-second-lead = 1つ目を登録しました。端末の故障や紛失に備えて、別の端末かセキュリティキーも登録してください。
enrol-kind-device = この端末
enrol-kind-device-line = 指紋・顔・PIN。自分専用の端末のときに選びます。
enrol-kind-key = セキュリティキー（USB）
enrol-kind-key-line = 職員室などの共用パソコンでは、こちらを選びます。
enrol-kind-phone = スマートフォン
enrol-kind-phone-line = 画面のQRコードを読み取ります。Bluetoothが必要です。
enrol-button = パスキーを登録する
enrol-button-second = 予備のパスキーを登録する
enrol-failed = 登録できませんでした。もう一度お試しください。
enrol-known = このパスキーはすでに登録されています。別の端末かセキュリティキーを使ってください。
enrol-cancelled = 登録は行われませんでした。もう一度お試しください。
enrol-later = あとで登録して、はじめる
enrol-later-line = 予備がないと、端末をなくしたときに招待のやり直しが必要です。

choose-title = 組織を選ぶ
choose-heading = どの組織として入りますか
choose-lead = 別の組織に変えるときは、いったんサインアウトしてください。
choose-error = 組織を一覧から選んでください。

## アラート受信箱
inbox-title = アラート
inbox-feed = 最終確認 { $at } ・ 全施設 { $reported }/{ $expected } 報告済み
inbox-feed-stopped = { $since }以降のデータが届いていません。最新の状況は施設へお電話で確かめてください。
inbox-news-template = 新着%d件 – 表示を更新
inbox-tabs = アラートの分類
inbox-tab-unhandled = 未対応
inbox-tab-mine = 自分の担当
inbox-tab-team = 係の対応中
inbox-tab-unassigned = 担当なし
inbox-tab-closed = 終結
inbox-filter-severity = 重要度
inbox-filter-facility = 施設
inbox-filter-rule = 種類
inbox-filter-owner = 担当
inbox-empty = 条件に合うアラートはありません
inbox-empty-line = 最終確認 { $at }。全施設 { $reported }/{ $expected } が報告済みです。

## アラート
alert-title = アラートの内容
alert-summary = 概要
alert-take = 担当する
alert-take-long = このアラートを担当する
alert-overdue = 期限超過
alert-no-owner = 担当なし
alert-lapsed = 訂正により条件不成立
alert-why = なぜ出たか
alert-history = これまでの対応
alert-do = 対応する
alert-nothing-to-do = このアラートで行える操作はありません。
alert-act = 行ったことを記録する
alert-act-kind = 行ったこと
alert-act-note = 内容
alert-act-note-hint = いつ、だれに、何を確かめたかを書いてください。
alert-act-save = 記録する
alert-hand = 引き継ぐ
alert-hand-to = 引き継ぐ相手
alert-hand-note = 申し送り
alert-hand-save = 引き継ぐ
alert-close = 終結する
alert-close-outcome = 結果
alert-close-note = 判断の理由
alert-close-note-hint = 会議や上司の確認があれば、それも書いてください。
alert-close-save = 終結する
alert-rule-version = 条件の版
alert-threshold = しきい値
alert-calendar = 使ったカレンダー
why-caption = 判断に使った日
why-not-counted = 数えない
why-counted = { $number }日目
alert-done-taken = 担当になりました。
alert-done-acted = 記録しました。
alert-done-handed = { $person }さんに引き継ぎました。
alert-done-closed = 終結しました。
alert-event-raised = アラートが出ました
alert-event-rose = { $level }に上がりました
alert-event-taken = 担当になりました
alert-event-handed = { $person }さんに引き継ぎました
alert-event-closed = 終結しました（{ $outcome }）
alert-event-escalated = { $person }さんに知らせました（期限超過）
alert-event-lapsed = 報告の訂正により、条件が成り立たなくなりました

## ことば: 重要度、アラートの状態・対応・結果
severity-urgent = 緊急
severity-guard = 警戒
severity-caution = 注意
severity-info = 情報
alert-state-open = 未対応
alert-state-taken = 対応中
alert-state-watching = 経過観察
alert-state-closed = 終結
action-call-facility = 施設に電話した
action-call-home = 家庭に電話した
action-visit = 家庭訪問した
action-visit-planned = 家庭訪問を予定した
action-seen = 本人の安全を目で確かめた
action-meeting = 会議で検討した
action-other-office = 他機関に連絡した
action-note = その他の記録
outcome-handled = 対応済
outcome-watching = 経過観察
outcome-false-alarm = 誤報
outcome-other-office = 他機関へ

## ことば: 出欠
status-present = { $kind ->
    [nursery] 登園
    [after-school] 来所
   *[school] 登校
  }
status-late = 遅刻
status-left-early = { $kind ->
    [nursery] 早退（降園）
   *[school] 早退
  }
status-late-and-left-early = 遅刻・早退
status-separate-room = 別室・保健室登校
status-seen-outside = 校外で確認（家庭訪問などで面会）
status-absent = 欠席
status-suspended-infection = 出席停止（感染症）
status-bereavement = 忌引
status-suspended-other = 出席停止（その他）・公欠
status-hospital = 入院
status-in-care = 一時保護・入所中
status-not-scheduled = { $kind ->
    [after-school] 利用日でない
   *[nursery] 登園予定なし（利用日でない）
  }
status-stay-home-request = { $kind ->
    [school] 登校自粛（要請）
   *[nursery] 登園自粛（要請）
  }
status-closed = 休業日
status-class-closed = 臨時休業・学級閉鎖
status-left = 転出・退園・卒業
status-unreported = 未報告
contact-before-start = あり（始業前）
contact-after-start = あり（始業後）
contact-by-facility = 施設から連絡して確認
contact-not-reached = 連絡つかず
contact-none = なし
reason-illness = 病気
reason-injury = けが
reason-family = 家庭の都合
reason-clinic = 通院
reason-reluctance = { $kind ->
    [nursery] 登園しぶり
   *[school] 登校しぶり・不登校
  }
reason-family-illness = 家族の病気・事情
reason-travel = 旅行・帰省
reason-unknown = 理由不明
reason-other = その他
mark-seen = ○
mark-late = 遅
mark-left-early = 早
mark-absent = 欠
mark-silent = 無
mark-excused = 停
mark-unknown = ？
mark-closed = ・
sign-injury = 不自然な外傷
sign-statement = 虐待についての証言
sign-fear-of-home = 帰宅を嫌がる
sign-home-change = 家庭環境の変化
sign-pressure = 保護者の威圧的な要求・面会拒否
sign-other = その他の気になる様子

## ことば: アラートの条件
rule-a1-name = 連絡なしの欠席（当日）
rule-a1-why = 家庭から連絡がない欠席は、その日のうちに確かめる必要があるためです。
rule-a2-name = 連絡なし・理由不明の欠席が続く
rule-a2-why = 理由の分からない欠席や連絡のない欠席が続くときは、定期の報告を待たずに知らせることとされているためです。
rule-a3-name = 連続欠席（3日）
rule-a3-why = 理由を問わず欠席が続き始めた段階で、様子を確かめるためです。
rule-a5-name = 連続欠席（7日以上）
rule-a5-why = 休業日を除き7日以上の欠席は、理由の説明があっても速やかに情報提供することとされているためです。
rule-a7-name = 連続未確認（7日）
rule-a7-why = 停止・忌引・自粛・未報告も含め、7日間だれも本人の姿を見ていないためです。
rule-a11-name = きょうだいの同日欠席（連絡なし）
rule-a11-why = きょうだいが同じ日に連絡なく休んだときは、家庭全体の状況を確かめる必要があるためです。
rule-s1-name = 不自然な外傷
rule-s1-why = 不自然な外傷は、直ちに確かめる必要があるためです。
rule-s2-name = 虐待についての証言
rule-s2-why = 本人から虐待についての話があったときは、直ちに対応する必要があるためです。
rule-s3-name = 帰宅を嫌がる
rule-s3-why = 帰宅を嫌がる様子は、その日のうちに安全を確かめる必要があるためです。
rule-i1-name = 本日未報告
rule-i1-why = 報告がないことは「無事」を意味しないため、締切を過ぎた時点で確かめます。
finding-a1 = 連絡のない欠席（当日）
finding-a2 = 連絡なし・理由不明の欠席 { $days }日連続
finding-a3 = 欠席 { $days }日連続
finding-a5 = 欠席 { $days }日連続（7日以上）
finding-a7 = 姿を確認できない日 { $days }日連続
finding-a11 = きょうだい{ $count }人が同じ日に連絡なく欠席
finding-s1 = 不自然な外傷の報告
finding-s2 = 虐待についての証言の報告
finding-s3 = 帰宅を嫌がる様子の報告
finding-i1 = 本日の報告がまだありません

## ことば: 役割、施設、根拠
role-reporter = 報告担当
role-facility-head = 施設長
role-caseworker = ケースワーカー
role-supervisor = 係長・スーパーバイザー
role-ward-admin = 区の管理者
role-auditor = 監査担当
role-operator = 運用担当
facility-nursery = 保育所
facility-certified-centre = 認定こども園
facility-kindergarten = 幼稚園
facility-small-nursery = 地域型保育
facility-unlicensed-nursery = 認可外保育施設
facility-elementary = 小学校
facility-junior-high = 中学校
facility-compulsory = 義務教育学校
facility-high = 高等学校
facility-secondary = 中等教育学校
facility-special-needs = 特別支援学校
facility-technical-college = 高等専門学校
facility-vocational = 専修学校（高等課程）
facility-day-support = 障害児通所支援
facility-after-school = 放課後児童クラブ
facility-other = その他
organization-office = 支援センター
organization-guidance-centre = 児童相談所
organization-board = 教育委員会
organization-ward = 区役所
ground-guideline = 指針（要対協登録）
ground-guidance-centre = 児相依頼
ground-support = 要対協（要支援）
ground-article-13-4 = 虐待防止法13条の4
ground-other = その他
rank-a = 厳しめ（A）
rank-b = 標準（B）

## 出欠: 休業日・対象なし・訂正・履歴
form-cancel = やめて戻る
field-date-hint = 例: 2026-11-20、令和8年11月20日、R8.11.20
closed-heading = この日は休業日です
closed-line = { $why }のため、入力は不要です。
closed-worry = お子さんの様子で気になることがあれば、休業日でもお電話ください（{ $phone }）。
closed-change = 開所している場合は、休業日の設定を変える
sheet-empty = 現在、対象のお子さんはいません
sheet-empty-line = 入力は不要です。
correction-title = 報告の訂正
correction-recorded = いまの報告:
correction-why = 訂正の理由
correction-why-hint = 例: 昼に登校したため
correction-save = 訂正を送信する
correction-done = 訂正を受け付けました（{ $at }）。
history-title = これまでの報告
history-why = 訂正の理由: { $why }

## 競合
conflict-title = 先に更新されました
conflict-heading = 先に{ $by }さんが更新しました
conflict-line = { $at }に更新されています。あなたの入力はまだ保存されていません。両方を見て、必要ならもう一度入力してください。
conflict-theirs = 保存されている内容
conflict-yours = あなたの入力
conflict-reload = 最新の内容を開く

## 見守り依頼
col-facility = 施設
col-grade = 学年・組
col-ground = 根拠
col-period = 期間
request-list-title = 見守り依頼
request-show-title = 見守り依頼の内容
request-new = 新しい依頼
request-new-title = 新しい見守り依頼
request-new-lead = 施設に出欠の情報提供を依頼するお子さんを登録します。施設の画面には、氏名・フリガナ・学年・組だけが出ます。
request-import = 名簿を取り込む
request-search = 氏名・フリガナ
request-filter-facility = 施設
request-filter-owner = 担当
request-filter-state = 状態
request-empty = 条件に合う見守り依頼はありません
request-empty-line = 条件を変えるか、新しい依頼を登録してください。
request-name = 氏名
request-name-hint = 登録されているとおりの字で入力してください。
request-kana = フリガナ
request-kana-hint = 分からないときは空のままにしてください。
request-grade = 学年
request-class = 組
request-class-hint = 例: 1組、ひよこ組
request-ground-hint = 施設の画面には出ません。
request-strictness = 見守りの基準
request-strictness-hint = 厳しめでは、より少ない日数でアラートを出します。施設の画面には出ません。
request-starts-on = 情報提供の開始日
request-ends-on = 情報提供の終了日
request-save = 登録する
request-saved = 見守り依頼を登録しました。
request-days = 最近の出欠
request-alerts = アラート
request-no-alerts = アラートはありません。
request-history = 経緯
request-facts = 依頼の内容
request-assign = 担当を決める
request-assign-title = 担当を決める
request-assign-save = 担当を決める
request-assigned = 担当を{ $person }さんに決めました。
request-end = 依頼を終える
request-end-title = 見守り依頼を終える
request-end-warning = 終了日の翌日から、施設の一覧に出なくなります。これまでの報告とアラートは残ります。
request-end-reason = 終える理由
request-end-reason-hint = 会議などの決定があれば、その日付も書いてください。
request-end-save = 依頼を終える
request-ended = 見守り依頼を終えました。
request-state-active = 実施中
request-state-planned = 開始前
request-state-ending = まもなく終了
request-state-ended = 終了
request-event-created = 依頼を登録しました
request-event-imported = 名簿から登録しました（{ $file }）
request-event-assigned = 担当が{ $person }さんになりました
request-event-ended = 依頼を終えました
request-duplicate = 同じ施設に、同じ氏名・学年のお子さんの依頼がすでにあります。
days-finding = { $from }から{ $to }まで。欠席{ $absent }日、うち連絡なし{ $silent }日、未報告{ $unknown }日。

## 名簿の取り込み
import-title = 名簿の取り込み
import-columns-title = 列の対応
import-check-title = 取り込みの確認
import-result-title = 取り込みの結果
import-step-file = ファイル
import-step-columns = 列の対応
import-step-check = 確認
import-step-result = 結果
import-file = 名簿のファイル
import-file-hint = CSV（UTF-8・Shift_JIS）か Excel（.xlsx）。
import-hint-columns = 1行目を見出しとして読みます。列の順番や名前は、次の画面で合わせられます。
import-hint-save = 確認画面で「取り込む」を押すまで、何も保存しません。
import-hint-class = 組は「1年1組」のように書いてください。「1-1」は Excel で日付に変わることがあります。
import-read = 読み込む
import-read-again = この文字コードで読み直す
import-encoding = 文字コード
import-columns-lead = 「{ $file }」から{ $rows }行を読みました。それぞれの列が何にあたるかを確かめてください。
import-col-header = ファイルの列
import-col-samples = はじめの数行
import-col-target = 取り込む項目
import-col-line = 行
import-col-column = 列
import-col-value = 値
import-col-mend = 直し方
import-col-verdict = 取り込み
import-line = { $line }行目
import-target-none = 取り込まない
import-target-facility = 施設名
import-target-grade = 学年
import-target-class = 組
import-target-grade-class = 学年・組（1つの列）
import-target-name = 氏名
import-target-kana = フリガナ
import-target-starts-on = 情報提供の開始日
import-target-ends-on = 情報提供の終了日
import-target-ground = 根拠
import-defaults = 列にない項目
import-defaults-lead = ファイルに列がない項目は、全員に同じ値を入れます。
import-go-check = 確認へ進む
import-check-lead = 「{ $file }」を取り込むと、次のようになります。まだ何も保存していません。
import-added = 追加
import-changed = 変更
import-skipped = 変更なし
import-refused-count = 取り込めない
import-refused = 取り込めない行
import-refused-line = { $count }行は取り込めません。このまま進めると、残りの行だけを取り込みます。
import-accepted = 取り込む行
import-verdict-add = 追加
import-verdict-change = 変更
import-verdict-same = 変更なし
import-note-class-date = 組「{ $value }」は日付に変わりやすい書き方です
import-note-kana-missing = フリガナがありません
import-note-file-duplicate = 同じ行がファイルの中にもう1つあります
import-more-rows = ほかに{ $count }行あります（表示は省いています）。
import-accept = { $count }件を取り込む
import-back = 列の対応に戻る
import-cancel = 取り込みをやめる
import-done = { $count }件を取り込みました
import-to-list = 見守り依頼の一覧へ
import-download = 取り込めない行をダウンロード（CSV）
import-mend-facility = この名前の施設はありません。施設の一覧にある名前に直してください。
import-mend-grade = この学年は読めません。「小1」「3歳児」「年長」のように書いてください。
import-mend-grade-kind = この施設の種類（{ $kind }）にない学年です。施設か学年を直してください。
import-mend-name = 氏名がありません。氏名を入れてください。
import-mend-name-long = 氏名が長すぎます。{ $max }文字以内にしてください。
import-mend-kana = フリガナはカタカナかひらがなで書いてください。
import-mend-date = 日付として読めません。2026-11-20 や令和8年11月20日のように書いてください。
import-mend-date-order = 終了日が開始日より前です。どちらかを直してください。
import-mend-ground = この根拠はありません。「指針（要対協登録）」「児相依頼」「要対協（要支援）」「虐待防止法13条の4」「その他」のどれかにしてください。
import-mend-duplicate = { $line }行目と同じお子さんです。どちらか1行にしてください。

## 本日未確認
board-title = 本日未確認
board-empty = 今日、姿を確認できていないお子さんはいません
board-empty-line = 全施設 { $reported }/{ $expected } の報告をもとにしています。
board-not-reported = 未報告の施設
board-today = 今日
board-unseen = 未確認
board-last-seen = 最後に確認
board-never = 記録なし
board-days = { $count }日
board-stat-unseen = 未確認のお子さん
board-stat-absent = 欠席
board-stat-unreported = 未報告
board-stat-facilities = 未報告の施設

## 休業日
calendar-title = 休業日
calendar-prev = 前の月
calendar-next = 次の月
calendar-list = 休業日と変更
calendar-kind = 区分
calendar-note = 名称・メモ
calendar-origin = 設定した所
calendar-add = 休業日を加える・変える
calendar-class = 組
calendar-class-hint = 学級閉鎖のときだけ。空のときは施設全体です。
calendar-save = 設定する
calendar-remove = 取り消す
calendar-saved = 休業日の設定を変えました。
calendar-removed = 設定を取り消しました。
calendar-kind-closed = 休業日
calendar-kind-class-closed = 学級閉鎖・臨時休業
calendar-kind-open = 開所する（休日の授業・保育など）
calendar-kind-holiday = 祝日
calendar-origin-holiday = 国民の祝日
calendar-origin-template = 区の標準
calendar-origin-facility = 施設
calendar-origin-class = 組
calendar-weekday-sunday = 日
calendar-weekday-monday = 月
calendar-weekday-tuesday = 火
calendar-weekday-wednesday = 水
calendar-weekday-thursday = 木
calendar-weekday-friday = 金
calendar-weekday-saturday = 土

## アラートの条件
rules-title = アラートの条件
rules-lead = どんなときにアラートを出すかの一覧です。条件を変えたときは版が上がり、出たアラートにはその時の版が残ります。
rules-code = 番号
rules-name = 条件
rules-threshold = 標準
rules-strict = 厳しめ
rules-to = 知らせる相手
rules-on = 有効
rules-off = 無効
rules-days = { $count }日
rules-version = 第{ $version }版
rules-to-facility = 施設
rules-to-worker = 担当者
rules-to-worker-supervisor = 担当者・係長

## 施設・組織
organizations-title = 施設・組織
organizations-search = 名称
organizations-name = 名称
organizations-kind = 種類
organizations-parent = 上位の組織
organizations-people = 利用者
organizations-watches = 対象
organizations-today = 今日
organizations-last = 最後のサインイン
organizations-never = なし
organizations-today-done = 報告済み
organizations-today-waiting = 未報告
organizations-today-closed = 休業
organizations-today-none = 対象なし

## 操作記録
trail-title = 操作記録
trail-lead = だれが、いつ、何を見て、何をしたかの記録です。書き換えはできません。この画面の閲覧も記録されます。
trail-since = 開始日
trail-until = 終了日
trail-filter-person = 人
trail-filter-action = 操作
trail-filter-outcome = 結果
trail-empty = 条件に合う記録はありません
trail-at = 日時
trail-person = 人
trail-network = 接続元
trail-action = 操作
trail-object = 対象
trail-outcome = 結果
trail-allowed = 許可
trail-refused = 拒否

## エラーの画面
fault-reference = お問い合わせ番号
fault-phone = お困りのときは{ $phone }（{ $hours }）へお電話ください。
fault-back = 前の画面に戻る
fault-home = はじめの画面へ
fault-400-title = 受け付けられませんでした
fault-400-line = 送られた内容を読み取れませんでした。前の画面に戻り、もう一度お試しください。
fault-403-title = この操作を行う権限がありません
fault-403-line = 必要な場合は、施設長か区の管理者にご相談ください。
fault-404-title = ページが見つかりません
fault-404-line = このページはないか、見る権限がありません。アドレスを確かめてください。
fault-409-title = 先に更新されました
fault-409-line = ほかの人が先に更新しました。画面を開き直して、最新の内容を確かめてください。
fault-413-title = 送られた内容が大きすぎます
fault-413-line = ファイルを小さくするか、分けてお送りください。
fault-422-title = 入力内容を確認してください
fault-422-line = 直す所があります。前の画面に戻って確かめてください。
fault-429-title = しばらくお待ちください
fault-429-line = 短い時間に何度も操作が行われました。{ $seconds }秒ほど待って、もう一度お試しください。
fault-500-title = 処理できませんでした
fault-500-line = システムの中で問題が起きました。お電話のときは、下のお問い合わせ番号をお伝えください。
fault-503-title = ただいま保存できません
fault-503-line = ただいま保存できません。入力は残っています。前の画面に戻り、少し待ってからもう一度お試しください。
fault-csrf-title = 受け付けられませんでした
fault-csrf-line = 別の画面から送られた操作のため、受け付けませんでした。つなぎの画面を開き直して、もう一度お試しください。
fault-csrf-mend = ブックマークではなく、画面の中のボタンから操作してください。

## アクセシビリティ
accessibility-title = アクセシビリティ方針
accessibility-line = つなぎは JIS X 8341-3:2016 の適合レベルAAと WCAG 2.2 のレベルAAを目標にしています。使いにくい所があれば、お電話でお知らせください。

## 補い
passkey-first-name = 1つ目のパスキー
nav-holidays = 祝日・休業日
nav-sign-ins = サインインの記録
fault-retry = もう一度送る
mark-contact = 連絡{ $answer }
mark-with = { $word }（{ $more }）
list-comma = ・
closed-holiday = 祝日
closed-weekday = 曜日による休業
closed-vacation = 長期休業
closed-facility = 施設の休業日
closed-class = 学級閉鎖・臨時休業
closed-own-week = 利用日でない
closed-not-watched = 依頼期間の外
error-note-characters = { $name }さんのメモに、画面に出せない文字が入っています。打ち直してください。
error-confirmation = { $name }さんの入院を確認した人と日付を、両方入力してください（分からなければ両方とも空のままにします）。
error-sheet-future = 今日より後の日の出欠は入力できません。
error-sheet-closed = { $name }さんの組は、この日は休業日です。開所していた場合は、先に休業日の設定を変えてください。
error-sheet-stale = { $name }さんは、先にほかの人が報告しました（{ $now }）。内容を確かめて、変えるときはもう一度送信してください。
error-sheet-why = { $name }さんの報告を変えるには、訂正の理由が必要です。ここから訂正してください。
error-characters-hidden = { $field }に、画面に出せない文字が入っています。打ち直してください。
history-somebody = （異動などで表示できません）
pager-range = { $first }–{ $last }件目
sheet-confirmer = 入院のとき: 確認した人（病院の担当者など）
sheet-confirmed-on = 確認した日（例 2026-11-20）

## アラート受信箱と対応（続き）
age-minutes = { $count }分前
age-hours = { $count }時間前
age-days = { $count }日前
action-called = 電話した
outcome-reported-later = 遅れて報告あり
alert-raised-age = { $at }（{ $age }）
alert-due-by = { $at }まで
alert-by-hub = つなぎ（自動）
alert-event-continued = 同じ状況が続いています
alert-event-restored = 報告の訂正により、条件が再び成り立ちました
alert-as-of = 判断した日
alert-began = 続き始めた日
alert-older-days = このほかに、これより前の{ $count }日も見ています。
alert-choose = 選んでください
alert-candidate = { $name }（{ $organization }）
alert-wanted = しようとしたこと
alert-last-step = 最後の対応
alert-error-kind = 行ったことを選んでください。
alert-error-note = 内容を書いてください（「その他の記録」には必要です）。
alert-error-close-note = 判断の理由を書いてください。
alert-error-to = 引き継ぐ相手を一覧から選んでください。
alert-error-to-same = その方がすでに担当しています。別の方を選んでください。
alert-error-outcome = 結果を選んでください。
alert-error-long = { $max }文字以内で書いてください。
alert-error-characters = 画面に出せない文字が入っています。打ち直してください。
alert-error-not-taken = まだ担当者がいません。先に「このアラートを担当する」を押してください。
alert-error-closed = このアラートは終結しています。
alert-error-yours = すでにあなたが担当しています。
why-counted-child = { $number }人目
rules-children = { $count }人
rules-once = 1回
rules-due = 担当するまでの期限
rules-due-urgent = 60分以内（夜間・休日も）
rules-due-guard = その日の17:15まで
rules-due-caution = 翌開庁日の17:15まで
rules-due-info = 5開庁日後の17:15まで
board-count = { $count }人
board-facilities = { $count }施設
days-comma = 、

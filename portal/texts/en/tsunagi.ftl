# Tsunagi: texts of the portal in English. Same ids as ja/tsunagi.ftl, which is the source.
# $kind is the kind of facility: school | nursery | after-school.

## Frame
frame-name = つなぎ Tsunagi
frame-skip = Skip to content
frame-nav = Main menu
frame-breadcrumb = You are here
frame-sign-out = Sign out
frame-unhandled = { $count ->
    [one] { $count } unhandled alert
   *[other] { $count } unhandled alerts
  }
frame-unhandled-template = Unhandled alerts: %d
frame-help = Need help?
frame-accessibility = Accessibility
frame-version = Version { $version }
frame-law = This information is handled under Article 25-5 of the Child Welfare Act (confidentiality) and Article 13-4 of the Child Abuse Prevention Act. Viewing or passing it on for any other purpose is forbidden. Every view is recorded.

nav-sheet = Today's attendance
nav-alerts = Alerts
nav-board = Not seen today
nav-requests = Watch requests
nav-import = Import a roster
nav-calendar = Closed days
nav-rules = Alert conditions
nav-organizations = Organizations
nav-trail = Activity log
nav-holidays = Public holidays
nav-sign-ins = Sign-ins

## Mistakes in a form
errors-heading = Please check what you entered
errors-title = Error:{" "}
field-required = (required)
field-optional = (optional)
field-choose = Choose
field-leave-open = Not stated
error-required = Enter { $field }.
error-choose = Choose { $field }.
error-too-long = { $field } must be { $max } characters or fewer (now { $now }).
error-not-a-date = { $field } cannot be read as a date. Write it like 2026-11-20, 令和8年11月20日 or R8.11.20.
error-future-date = { $field } cannot be after today. Enter today or an earlier date.
error-past-date = { $field } cannot be before today. Enter today or a later date.
error-date-order = { $field } must be the same day as { $other } or later.
error-closed-day = { $date } is a closed day of this facility. If it was open, change the closed days first.
error-not-a-choice = The choice for { $field } is not on the list. Choose again from the list.
error-not-a-number = { $field } must be written in digits.
error-out-of-range = { $field } must be a number from { $min } to { $max }.
error-characters = { $field } contains characters that cannot be used: "{ $characters }". Use other characters.
error-contact = Choose whether the home of { $name } made contact.
error-contact-without = { $name }: when there was no word from home, set who was spoken to and how back to “Not stated”.
error-sheet-collided = Something else was sent at the same moment. Please check and send again.
error-reason = Choose the reason for the absence of { $name }. "Reason unknown" is allowed.
error-note-long = The note for { $name } must be { $max } characters or fewer (now { $now }).
error-sign-note = Describe the worrying sign of { $name } as it was seen or heard.
error-status = The attendance chosen for { $name } is not on the list. Choose again.
error-nothing-entered = Nobody's attendance is chosen yet. Choose at least one, then send.
error-not-on-sheet = The form contains a child who is not on this facility's list. Open the page again and enter it once more.
error-code = The invitation code is wrong or has expired. Please check the code in your letter.
error-code-used = The invitation code is wrong or has expired. Ask the person who invited you for a new one.
error-file-missing = Choose a file.
error-file-type = This file cannot be read. Choose a CSV (.csv) or Excel (.xlsx) file.
error-file-large = The file is too large (limit { $max } MB). Split it and import the parts.
error-file-rows = The file has too many rows (limit { $max }). Split it and import the parts.
error-file-empty = There is no row to read. A row of headings and at least one row of data are needed.
error-column-missing = Choose the column that holds { $column }.
error-column-twice = { $column } is chosen for two columns. Keep one of them.

## Headings of lists and shared parts
col-child = Child
col-report = Report
col-state = State
col-action = Actions
col-severity = Severity
col-why = Reason
col-days = Recent days
col-raised = Raised
col-due = Due
col-owner = Owner
col-date = Date
col-status = Attendance
col-contact = Contact from home
col-reason = Reason for absence
col-counted = Counted
steps-now = Step { $now } of { $all }
pager-label = Pages
pager-prev = Previous page
pager-next = Next page
pager-line = { $from }–{ $to } of { $all }
list-filter = Filter
list-all = All

## Today's attendance
sheet-title = Today's attendance
sheet-title-day = Attendance on { $date }
sheet-prev-day = Previous day
sheet-next-day = Next day
sheet-intro = { $all ->
    [one] { $all } child. Please send by { $deadline }.
   *[other] { $all } children. Please send by { $deadline }.
  }
sheet-sent = Sent { $at }
sheet-sent-partly = Sent in part { $at }, { $left } to go
sheet-unsent = Not sent
sheet-late = Past the deadline; you can still send
sheet-bulk = { $kind ->
    [nursery] Set all open ones to "present"
    [after-school] Set all open ones to "came"
   *[school] Set all open ones to "present"
  }
sheet-yesterday = last time { $word }
sheet-recorded = { $word }, reported
sheet-more = Other situations
sheet-contact = Contact from home
sheet-contact-more = Who was spoken to, and how (optional)
sheet-contact-by = Who was spoken to
sheet-contact-via = How
sheet-reason = Reason
sheet-note = Note (optional, up to 100 characters)
sheet-note-hint = Do not write diagnoses or details of the family's circumstances.
sheet-signs = Something worries me
sheet-signs-which = Choose all that apply
sheet-signs-phone = In immediate danger call 110, the child guidance centre at 189, or the support centre at { $phone }. Do not leave it at this page.
sheet-sign-note = What was seen or heard (quote the child's own words)
sheet-history = Earlier reports
sheet-count = { $done } of { $all } entered
sheet-count-template = %d of { $all } entered
sheet-send = Send
sheet-unsaved = It cannot be saved just now. Your entries are still here. Please wait a moment and press "Send" again.
sheet-sending = Sending
sheet-offline = No connection. Your entries are still here. Move to where there is a signal and press "Send" again.

## Receipt
receipt-title = Sent
receipt-heading = { $sent ->
    [one] { $sent } report received ({ $at })
   *[other] { $sent } reports received ({ $at })
  }
receipt-late = Received as reports after the deadline.
receipt-unreported = { $count ->
    [one] { $count } child is not reported yet.
   *[other] { $count } children are not reported yet.
  }
receipt-go-on = Go on entering
receipt-caption = What was received
receipt-signs = { $count ->
    [one] { $count } worrying sign
   *[other] { $count } worrying signs
  }
receipt-correct = Correct
receipt-free = You can correct freely until { $until }. After that, a reason is needed. Earlier reports stay in the history.
receipt-back = Back to today's attendance
receipt-state-received = Received
receipt-state-handled = Being handled

## Sign-in
signin-title = Sign in
signin-heading = Sign in
signin-lead = Use your passkey (fingerprint, face, PIN or security key). There is no password.
signin-field = Passkey
signin-field-hint = Select the field to see the passkeys of this device.
signin-button = Sign in with a passkey
signin-failed = You could not be signed in. Please try again. If it keeps happening, call the number below.
signin-cancelled = Nothing was signed in. Please try again.
signin-offline = No connection. Check the signal and try again.
signin-trouble = I cannot sign in
signin-trouble-new = New here? Register with the code in your invitation letter.
signin-trouble-new-link = Enter an invitation code
signin-trouble-lost = Lost your device or security key? Tell your head of facility or the ward office. They will issue a new invitation.
signin-trouble-phone = Call { $phone } ({ $hours }).
signin-signed-out = You are signed out.
signin-expired = You were signed out because nothing happened for a while. Please sign in again.
passkey-unsupported = This browser cannot use passkeys. Please use a recent Chrome, Edge or Safari.
passkey-noscript = To use a passkey, switch on JavaScript in your browser.
passkey-first-name = First passkey
passkey-busy = Follow the instructions of your device

enrol-title = Register a passkey
enrol-step-code = Invitation code
enrol-step-first = Passkey
enrol-step-second = Spare
enrol-heading = Enter your invitation code
enrol-lead = Enter the code in your invitation letter. It works once.
enrol-code = Invitation code
enrol-code-hint = Capital or small letters, with or without hyphens.
enrol-next = Next
enrol-first-heading = Register a passkey
enrol-second-heading = Register a spare passkey
enrol-greeting = Welcome, { $person }.
enrol-first-lead = From now on you sign in with this passkey. You can choose one of these.
enrol-second-lead = The first one is registered. In case the device breaks or is lost, register another device or a security key too.
enrol-kind-device = This device
enrol-kind-device-line = Fingerprint, face or PIN. For a device only you use.
enrol-kind-key = Security key (USB)
enrol-kind-key-line = For shared computers such as in a staff room.
enrol-kind-phone = Smartphone
enrol-kind-phone-line = Scan the QR code on the screen. Needs Bluetooth.
enrol-button = Register a passkey
enrol-button-second = Register a spare passkey
enrol-failed = It could not be registered. Please try again.
enrol-known = This passkey is registered already. Use another device or a security key.
enrol-cancelled = Nothing was registered. Please try again.
enrol-later = Register later and start
enrol-later-line = Without a spare, losing the device means a new invitation.

choose-title = Choose an organization
choose-heading = For which organization do you sign in?
choose-lead = To change to another organization later, sign out first.
choose-error = Choose an organization from the list.

## Alert inbox
inbox-title = Alerts
inbox-feed = Last checked { $at } · { $reported }/{ $expected } facilities reported
inbox-feed-stopped = No data has arrived since { $since }. Please call the facilities to learn the latest.
inbox-news-template = New: %d – refresh
inbox-tabs = Kinds of alerts
inbox-tab-unhandled = Unhandled
inbox-tab-mine = Mine
inbox-tab-team = Team, in hand
inbox-tab-unassigned = No owner
inbox-tab-closed = Closed
inbox-filter-severity = Severity
inbox-filter-facility = Facility
inbox-filter-rule = Kind
inbox-filter-owner = Owner
inbox-empty = No alerts match
inbox-empty-line = Last checked { $at }. { $reported }/{ $expected } facilities have reported.

## Alert
alert-title = Alert
alert-summary = Summary
alert-take = Take
alert-take-long = Take this alert
alert-overdue = Overdue
alert-no-owner = No owner
alert-lapsed = No longer holds after a correction
alert-why = Why it was raised
alert-history = What was done
alert-do = Act
alert-nothing-to-do = There is nothing to do on this alert.
alert-act = Record what was done
alert-act-kind = What was done
alert-act-note = Details
alert-act-note-hint = Write when, with whom and what was confirmed.
alert-act-save = Record
alert-hand = Hand on
alert-hand-to = To
alert-hand-note = Message
alert-hand-save = Hand on
alert-close = Close
alert-close-outcome = Outcome
alert-close-note = Grounds for the decision
alert-close-note-hint = If a meeting or a supervisor confirmed it, write that too.
alert-close-save = Close
alert-rule-version = Version of the condition
alert-threshold = Threshold
alert-calendar = Calendar used
why-caption = Days looked at
why-not-counted = Not counted
why-counted = Day { $number }
alert-done-taken = You took the alert.
alert-done-acted = Recorded.
alert-done-handed = Handed on to { $person }.
alert-done-closed = Closed.
alert-event-raised = Alert raised
alert-event-rose = Rose to { $level }
alert-event-taken = Taken
alert-event-handed = Handed on to { $person }
alert-event-closed = Closed ({ $outcome })
alert-event-escalated = { $person } was notified (overdue)
alert-event-lapsed = A correction took away the ground of the alert

## Words: severity, states, actions and outcomes of alerts
severity-urgent = Urgent
severity-guard = Guard
severity-caution = Caution
severity-info = Info
alert-state-open = Unhandled
alert-state-taken = In hand
alert-state-watching = Under observation
alert-state-closed = Closed
action-call-facility = Called the facility
action-call-home = Called the home
action-visit = Visited the home
action-visit-planned = Planned a home visit
action-seen = Saw the child safe in person
action-meeting = Discussed in a meeting
action-other-office = Contacted another office
action-note = Other note
outcome-handled = Handled
outcome-watching = Under observation
outcome-false-alarm = False alarm
outcome-other-office = Passed to another office

## Words: attendance
status-present = { $kind ->
    [nursery] Present
    [after-school] Came
   *[school] Present
  }
status-late = Late
status-left-early = { $kind ->
    [nursery] Left early
   *[school] Left early
  }
status-late-and-left-early = Late and left early
status-separate-room = Separate room or nurse's room
status-seen-outside = Seen outside (home visit or similar)
status-absent = Absent
status-suspended-infection = Suspended (infection)
status-bereavement = Bereavement
status-suspended-other = Suspended (other) or official leave
status-hospital = In hospital
status-in-care = In temporary or residential care
status-not-scheduled = { $kind ->
    [after-school] Not a day of use
   *[nursery] Not scheduled
  }
status-stay-home-request = { $kind ->
    [school] Kept home on request
   *[nursery] Kept home on request
  }
status-closed = Closed day
status-class-closed = Closed (class or facility)
status-left = Moved, left or graduated
status-unreported = Not reported
contact-before-start = Yes (before the start)
contact-after-start = Yes (after the start)
contact-by-facility = Confirmed by calling home
contact-not-reached = Could not reach
contact-none = None
contact-by-mother = mother
contact-by-father = father
contact-by-grandparent = grandparent
contact-by-guardian = another guardian
contact-by-child = the child
contact-by-agency = another agency
contact-via-phone = telephone
contact-via-app = app
contact-via-visit = in person
contact-via-notebook = contact notebook
list-within = {", "}
reason-illness = Illness
reason-injury = Injury
reason-family = Family matters
reason-clinic = Clinic visit
reason-reluctance = { $kind ->
    [nursery] Reluctant to come
   *[school] Reluctant to come or school refusal
  }
reason-family-illness = Illness or matters of a relative
reason-travel = Travel
reason-unknown = Reason unknown
reason-other = Other
mark-seen = ○
mark-late = L
mark-left-early = E
mark-absent = A
mark-silent = N
mark-excused = S
mark-unknown = ?
mark-closed = ·
sign-injury = Unnatural injury
sign-statement = Statement about abuse
sign-fear-of-home = Does not want to go home
sign-home-change = Change in the home
sign-pressure = Threatening demands or refusal by a guardian
sign-other = Other worrying sign

## Words: conditions of alerts
rule-a1-name = Absence without contact (same day)
rule-a1-why = An absence of which the home says nothing must be looked into the same day.
rule-a2-name = Repeated absence without contact or known reason
rule-a2-why = Repeated absence without contact or reason is to be reported without waiting for the regular report.
rule-a3-name = Absences in a row (3 days)
rule-a3-why = Whatever the reason, the child is looked after as absences begin to repeat.
rule-a5-name = Absences in a row (7 days or more)
rule-a5-why = Absence of 7 open days or more is to be reported promptly, even when a reason is given.
rule-a7-name = Not seen in a row (7 days)
rule-a7-why = Counting suspension, bereavement, staying home and missing reports, nobody has seen the child for 7 days.
rule-a11-name = Siblings absent on the same day (no contact)
rule-a11-why = When siblings are absent on the same day without contact, the whole home must be looked at.
rule-s1-name = Unnatural injury
rule-s1-why = An unnatural injury must be looked into at once.
rule-s2-name = Statement about abuse
rule-s2-why = When the child speaks of abuse, one must act at once.
rule-s3-name = Does not want to go home
rule-s3-why = When a child does not want to go home, safety must be confirmed the same day.
rule-i1-name = Not reported today
rule-i1-why = No report does not mean "all well", so it is looked into once the deadline has passed.
finding-a1 = Absent without contact (today)
finding-a2 = { $days } days in a row absent without contact or reason
finding-a3 = { $days } days absent in a row
finding-a5 = { $days } days absent in a row (7 or more)
finding-a7 = { $days } days in a row not seen
finding-a11 = { $count } siblings absent without contact on the same day
finding-s1 = Unnatural injury reported
finding-s2 = Statement about abuse reported
finding-s3 = Does not want to go home, reported
finding-i1 = No report yet today

## Words: roles, facilities, grounds
role-reporter = Reporter
role-facility-head = Head of facility
role-caseworker = Caseworker
role-supervisor = Supervisor
role-ward-admin = Ward administrator
role-auditor = Auditor
role-operator = Operator
facility-nursery = Nursery
facility-certified-centre = Certified children's centre
facility-kindergarten = Kindergarten
facility-small-nursery = Small-scale nursery
facility-unlicensed-nursery = Unlicensed nursery
facility-elementary = Elementary school
facility-junior-high = Junior high school
facility-compulsory = Compulsory education school
facility-high = High school
facility-secondary = Secondary school
facility-special-needs = Special needs school
facility-technical-college = College of technology
facility-vocational = Vocational school (upper secondary)
facility-day-support = Day support for disabled children
facility-after-school = After-school club
facility-other = Other
organization-office = Support centre
organization-guidance-centre = Child guidance centre
organization-board = Board of education
organization-ward = Ward office
ground-guideline = Guideline (registered with the regional council)
ground-guidance-centre = Requested by the child guidance centre
ground-support = Regional council (needs support)
ground-article-13-4 = Child Abuse Prevention Act, Article 13-4
ground-other = Other
rank-a = Strict (A)
rank-b = Standard (B)

## Attendance: closed day, nobody, correction, history
form-cancel = Cancel
field-date-hint = For example 2026-11-20, 令和8年11月20日, R8.11.20
closed-heading = This is a closed day
closed-line = { $why }: nothing needs to be entered.
closed-worry = If something about a child worries you, call on closed days too ({ $phone }).
closed-change = If the facility is open, change the closed days
sheet-empty = There are no children to report at present
sheet-empty-line = Nothing needs to be entered.
correction-title = Correct a report
correction-recorded = Reported now:
correction-why = Reason for the correction
correction-why-hint = For example: came at noon
correction-save = Send the correction
correction-done = Correction received ({ $at }).
history-title = Earlier reports
history-why = reason for the correction: { $why }

## Conflict
conflict-title = Updated by someone else
conflict-heading = { $by } updated this first
conflict-line = It was updated at { $at }. Your entry is not saved yet. Compare both and enter yours again if it is needed.
conflict-theirs = What is saved
conflict-yours = What you entered
conflict-reload = Open the latest

## Watch requests
col-facility = Facility
col-grade = Grade and class
col-ground = Ground
col-period = Period
request-list-title = Watch requests
request-show-title = Watch request
request-new = New request
request-new-title = New watch request
request-new-lead = Register a child whose attendance a facility is asked to report. The facility sees only name, kana, grade and class.
request-import = Import a roster
request-search = Name or kana
request-filter-facility = Facility
request-filter-owner = Owner
request-filter-state = State
request-empty = No watch requests match
request-empty-line = Change the filters or register a new request.
request-name = Name
request-name-hint = Write it with the characters as registered.
request-kana = Kana
request-kana-hint = Leave it empty when unknown.
request-grade = Grade
request-class = Class
request-class-hint = For example 1組, ひよこ組
request-ground-hint = Not shown to the facility.
request-strictness = Strictness
request-strictness-hint = Strict raises alerts after fewer days. Not shown to the facility.
request-starts-on = First day of reporting
request-ends-on = Last day of reporting
request-save = Register
request-saved = The watch request is registered.
request-days = Recent days
request-alerts = Alerts
request-no-alerts = There are no alerts.
request-history = History
request-facts = The request
request-assign = Assign an owner
request-assign-title = Assign an owner
request-assign-save = Assign
request-assigned = Assigned to { $person }.
request-end = End the request
request-end-title = End a watch request
request-end-warning = From the day after the last day, the child no longer appears on the facility's list. Reports and alerts so far remain.
request-end-reason = Reason for ending
request-end-reason-hint = If a meeting decided it, write its date too.
request-end-save = End the request
request-ended = The watch request is ended.
request-state-active = Active
request-state-planned = Not started
request-state-ending = Ending soon
request-state-ended = Ended
request-event-created = Request registered
request-event-imported = Registered from a roster ({ $file })
request-event-assigned = Assigned to { $person }
request-event-ended = Request ended
request-duplicate = There is already a request for a child of the same name and grade at this facility.
days-finding = From { $from } to { $to }: absent { $absent }, of these without contact { $silent }; not reported { $unknown }.

## Import of rosters
import-title = Import a roster
import-columns-title = Columns
import-check-title = Check the import
import-result-title = Result of the import
import-step-file = File
import-step-columns = Columns
import-step-check = Check
import-step-result = Result
import-file = Roster file
import-file-hint = CSV (UTF-8 or Shift_JIS) or Excel (.xlsx).
import-hint-columns = The first row is read as headings. Order and names of columns can be matched on the next page.
import-hint-save = Nothing is saved until you press "Import" on the check page.
import-hint-class = Write classes like 1年1組. Excel may turn 1-1 into a date.
import-read = Read the file
import-read-again = Read again with this encoding
import-encoding = Encoding
import-columns-lead = { $rows } rows were read from "{ $file }". Please check what each column holds.
import-col-header = Column of the file
import-col-samples = First rows
import-col-target = Goes into
import-col-line = Row
import-col-column = Column
import-col-value = Value
import-col-mend = How to mend it
import-col-verdict = Import
import-line = Row { $line }
import-target-none = Do not import
import-target-facility = Facility
import-target-grade = Grade
import-target-class = Class
import-target-grade-class = Grade and class (one column)
import-target-name = Name
import-target-kana = Kana
import-target-starts-on = First day of reporting
import-target-ends-on = Last day of reporting
import-target-ground = Ground
import-defaults = Not in the file
import-defaults-lead = What the file has no column for gets the same value for everybody.
import-go-check = Go to the check
import-check-lead = This is what importing "{ $file }" would do. Nothing is saved yet.
import-added = New
import-changed = Changed
import-skipped = Unchanged
import-refused-count = Refused
import-refused = Refused rows
import-refused-line = { $count ->
    [one] { $count } row cannot be imported. If you go on, only the other rows are imported.
   *[other] { $count } rows cannot be imported. If you go on, only the other rows are imported.
  }
import-accepted = Rows to import
import-verdict-add = New
import-verdict-change = Change
import-verdict-same = Unchanged
import-note-class-date = Class "{ $value }" is easily turned into a date
import-note-kana-missing = No kana
import-note-file-duplicate = The file has the same row once more
import-more-rows = { $count } more rows (not shown).
import-accept = Import { $count }
import-back = Back to the columns
import-cancel = Cancel the import
import-done = { $count } imported
import-to-list = To the watch requests
import-download = Download refused rows (CSV)
import-mend-facility = There is no facility of this name. Use a name from the list of facilities.
import-mend-grade = This grade cannot be read. Write it like 小1, 3歳児 or 年長.
import-mend-grade-kind = This grade does not exist at this kind of facility ({ $kind }). Mend the facility or the grade.
import-mend-name = The name is missing. Enter a name.
import-mend-name-long = The name is too long. Keep it within { $max } characters.
import-mend-kana = Write the kana in katakana or hiragana.
import-mend-date = It cannot be read as a date. Write it like 2026-11-20 or 令和8年11月20日.
import-mend-date-order = The last day is before the first day. Mend one of them.
import-mend-ground = There is no such ground. Use one of 指針（要対協登録）, 児相依頼, 要対協（要支援）, 虐待防止法13条の4, その他.
import-mend-duplicate = Same child as in row { $line }. Keep one of the rows.

## Not seen today
board-title = Not seen today
board-empty = There is no child who was not seen today
board-empty-line = Based on the reports of { $reported }/{ $expected } facilities.
board-not-reported = Facility has not reported
board-today = Today
board-unseen = Not seen for
board-last-seen = Last seen
board-never = No record
board-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
board-stat-unseen = Children not seen
board-stat-absent = Absent
board-stat-unreported = Not reported
board-stat-facilities = Facilities without report

## Closed days
calendar-title = Closed days
calendar-prev = Previous month
calendar-next = Next month
calendar-list = Closed days and changes
calendar-kind = Kind
calendar-note = Name or note
calendar-origin = Set by
calendar-add = Add or change a day
calendar-class = Class
calendar-class-hint = Only when a class is closed. Empty means the whole facility.
calendar-save = Set
calendar-remove = Remove
calendar-saved = The closed days are changed.
calendar-removed = The setting is removed.
calendar-kind-closed = Closed day
calendar-kind-class-closed = Class or facility closed at short notice
calendar-kind-open = Open (classes or care on a holiday)
calendar-kind-holiday = Public holiday
calendar-origin-holiday = Public holiday
calendar-origin-template = Ward standard
calendar-origin-facility = Facility
calendar-origin-class = Class
calendar-weekday-sunday = Sun
calendar-weekday-monday = Mon
calendar-weekday-tuesday = Tue
calendar-weekday-wednesday = Wed
calendar-weekday-thursday = Thu
calendar-weekday-friday = Fri
calendar-weekday-saturday = Sat

## Conditions of alerts
rules-title = Alert conditions
rules-lead = When an alert is raised. A change makes a new version, and each alert keeps the version it was raised with.
rules-code = No.
rules-name = Condition
rules-threshold = Standard
rules-strict = Strict
rules-to = Goes to
rules-on = On
rules-off = Off
rules-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
rules-version = Version { $version }
rules-to-facility = Facility
rules-to-worker = Caseworker
rules-to-worker-supervisor = Caseworker, supervisor

## Organizations
organizations-title = Organizations
organizations-search = Name
organizations-name = Name
organizations-kind = Kind
organizations-parent = Belongs to
organizations-people = People
organizations-last = Last sign-in
organizations-never = None

## Activity log
trail-title = Activity log
trail-lead = Who saw and did what, and when. It cannot be rewritten. Viewing this page is recorded too.
trail-since = From
trail-until = To
trail-filter-person = Person
trail-filter-action = Action
trail-filter-outcome = Outcome
trail-empty = No entries match
trail-at = Time
trail-person = Person
trail-network = Network
trail-action = Action
trail-object = Object
trail-outcome = Outcome

## Error pages
fault-reference = Reference number
fault-phone = Need help? Call { $phone } ({ $hours }).
fault-back = Back
fault-home = To the first page
fault-retry = Send again
fault-400-title = It could not be accepted
fault-400-line = What was sent could not be read. Go back and try again.
fault-403-title = You are not allowed to do this
fault-403-line = If you need to, ask your head of facility or the ward administrator.
fault-404-title = Page not found
fault-404-line = This page does not exist or you may not see it. Please check the address.
fault-409-title = Updated by someone else
fault-409-line = Someone else updated it first. Open the page again to see the latest.
fault-413-title = What was sent is too large
fault-413-line = Make the file smaller or send it in parts.
fault-422-title = Please check what you entered
fault-422-line = Something needs mending. Go back and check.
fault-429-title = Please wait a moment
fault-429-line = Too many attempts in a short time. Wait about { $seconds } seconds and try again.
fault-500-title = It could not be done
fault-500-line = Something went wrong inside the system. If you call, please tell us the reference number below.
fault-503-title = It cannot be saved just now
fault-503-line = It cannot be saved just now. Your entries are still there. Go back, wait a moment and try again.
fault-csrf-title = It could not be accepted
fault-csrf-line = It was not accepted because it came from another page. Open Tsunagi again and try once more.
fault-csrf-mend = Use the buttons on the page rather than a bookmark.

## Accessibility
accessibility-title = Accessibility
accessibility-line = Tsunagi aims at level AA of JIS X 8341-3:2016 and of WCAG 2.2. If something is hard to use, please call us.

## Words: why a day is closed, marks joined to words
mark-contact = contact: { $answer }
mark-with = { $word } ({ $more })
list-comma = {" · "}
closed-holiday = Public holiday
closed-weekday = Closed on this weekday
closed-vacation = School vacation
closed-facility = Closed day of the facility
closed-class = Class or facility closed at short notice
closed-own-week = Not a day of use
closed-not-watched = Outside the period of the request

## Words: added by the sheet
error-note-characters = The note on { $name } contains characters that cannot be shown. Please type it again.
error-confirmation = Give both who confirmed the hospital stay of { $name } and when (or leave both empty if unknown).
error-sheet-future = Attendance of days to come cannot be entered.
error-sheet-closed = The class of { $name } is closed on this day. If it was open, change the closed days first.
error-sheet-stale = Somebody else has reported { $name } first ({ $now }). Please check, and send again if you want to change it.
error-sheet-why = Changing the report on { $name } needs a reason. Please correct it here.
error-characters-hidden = { $field } contains characters that cannot be shown. Please type it again.
history-somebody = (cannot be shown, for example after a transfer)
pager-range = { $first }–{ $last }
sheet-confirmer = In hospital: who confirmed it
sheet-confirmed-on = Day of confirmation (for example 2026-11-20)

## Inbox and work on alerts (continued)
age-minutes = { $count } min ago
age-hours = { $count } h ago
age-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
  }
action-called = Telephoned
outcome-reported-later = Reported late
alert-raised-age = { $at } ({ $age })
alert-due-by = by { $at }
alert-by-hub = Tsunagi (automatic)
alert-event-continued = The same continues
alert-event-restored = After a correction of the report, the condition holds again
alert-as-of = Judged for
alert-began = Began on
alert-older-days = { $count } earlier days were looked at too.
alert-choose = Choose
alert-candidate = { $name } ({ $organization })
alert-wanted = What you wanted to do
alert-last-step = Last step
alert-error-kind = Choose what was done.
alert-error-note = Write the details (needed for "Other note").
alert-error-close-note = Write the grounds for the decision.
alert-error-to = Choose from the list to whom it is handed on.
alert-error-to-same = That person has it already. Choose somebody else.
alert-error-outcome = Choose the outcome.
alert-error-long = Write at most { $max } characters.
alert-error-characters = It holds characters that cannot be shown. Please type it again.
alert-error-not-taken = Nobody has taken it yet. Press "Take this alert" first.
alert-error-closed = This alert is closed.
alert-error-yours = You have it already.
why-counted-child = child { $number }
rules-children = { $count } children
rules-once = Once
rules-due = To be taken
rules-due-urgent = Within 60 minutes, also at night and on holidays
rules-due-guard = By 17:15 of the same day
rules-due-caution = By 17:15 of the next working day
rules-due-info = By 17:15 of the fifth working day
board-count = { $count ->
    [one] 1 child
   *[other] { $count } children
  }
board-facilities = { $count ->
    [one] 1 facility
   *[other] { $count } facilities
  }
days-comma = {", "}
## Reading rosters: how to mend, and words
text-empty = This is empty. Please fill it in.
text-too-long = This has { $written } characters. Please use at most { $most }.
text-control = This holds an invisible character ({ $character }). Please delete it and type the text again.
text-formula = A value that begins with “{ $character }” would be run as a spreadsheet formula. Please remove the sign.
text-lost-character = “{ $character }” suggests that a character was lost when the file was saved. Correct it and save as “CSV UTF-8” or as a workbook.
text-not-kana = “{ $character }” is not kana. Use hiragana or katakana; leave it empty or write 不明 if the reading is not known.
text-not-mail = This is not a mail address. Example: aoki@example.lg.jp
date-empty = The date is empty. Examples: 令和8年4月1日, R8.4.1, 2026/4/1
date-unreadable = This cannot be read as a date. Examples: 令和8年4月1日, R8.4.1, 2026/4/1
date-no-year = The year is missing. Example: 令和8年4月1日
date-no-era = The year has two digits and no era. Add the era or write four digits. Examples: R8.4.1, 2026/4/1
date-impossible = There is no such day. Please check month and day.
date-other-era = That day belongs to another era. It is { $right }.
date-other-weekday = The weekday does not fit. It is { $right }. Please check the date or the weekday.
date-out-of-range = The date lies before 1873 or far in the future. Please check the year.
date-number-signs = Only “#” signs were saved. Widen the column in the spreadsheet and save again.
grade-empty = The grade is empty.
grade-unreadable = This cannot be read as a grade. Write it as in { $possible }.
grade-impossible = This facility has no such grade. Check the grade or the facility. Its grades: { $possible }
grade-ambiguous = It is unclear which grade this is. Write 小2 or 中2. Grades of this facility: { $possible }
row-short = Cells are missing ({ $cells } instead of { $expected }). Please fill in what is missing.
row-long = There are too many cells ({ $cells } instead of { $expected }). Check whether a comma inside a value shifted the columns.
row-swallowed-rows = A quotation mark is not closed and the following rows became one cell. Please check the quotation marks.
row-error-value = This is an error value of the spreadsheet. Please correct it.
row-facility-empty = The facility is empty. Unmerge cells and write the facility in every row.
row-facility-unknown = No facility of this name is registered. Check the name or register the facility first.
row-facility-unknown-nearest = No facility of this name is registered. Did you mean “{ $nearest }”? Please use the registered name.
row-facility-ambiguous = Several facilities have this name. Ask the administrator to tell them apart.
row-class-is-date = The class turned into a date (from something like 1-1). Please write it as 1年1組.
row-far-ahead = The start lies more than a year ahead. Please check the year.
row-long-ago = The start lies more than 20 years back. Please check the year.
row-ends-before-it-begins = The end lies before the start.
row-ended = The end has passed. Check the date or remove the row.
row-ground-empty = The legal ground is empty. Fill it in, or choose the ground for rows without one.
row-ground-unknown = The legal ground is not understood. Use one of 指針（要対協登録）, 児相依頼, 要対協（要支援）, 虐待防止法13条の4, その他.
row-duplicate = This is the same child as in row { $line } (facility, grade, class and name). Remove one, or tell two children apart by class.
row-grade-guessed = Only a number stood here; it was read as an age.
row-class-like-date = A spreadsheet may turn “1-1” into a date. 1年1組 is safer.
row-private-character = This holds a private character (外字) that other machines may not show.
roster-passed-blank = Blank row
roster-passed-total = Total
roster-passed-header = Repeated header
roster-passed-footnote = Footnote
roster-file-empty = The file is empty.
roster-file-too-large = The file is too large. The limit is { $megabytes } MB.
roster-too-many-rows = There are too many rows. Split the file into parts of at most { $most } rows.
roster-too-many-columns = There are too many columns. The limit is { $most }.
roster-workbook-swollen = The workbook unpacks to too much. Copy the sheet you need into a new workbook.
roster-workbook-damaged = This cannot be opened as a workbook. Open it in the spreadsheet program and save it again.
roster-workbook-old = This is an old .xls workbook or one with a password. Remove the password and save as .xlsx.
roster-workbook-no-sheet = The workbook has no visible sheet.
roster-utf16 = This was saved as “Unicode Text”. Save it as “CSV UTF-8” or as a workbook.
roster-not-text = This is neither CSV nor a workbook.
roster-unreadable-line = Line { $line } holds characters that cannot be read. Save as “CSV UTF-8” or as a workbook.
roster-other-sheets = Only the first sheet was read. Not read: { $sheets }
mapping-twice = Several columns are “{ $field }”. Please keep one.
mapping-missing = No column is “{ $field }”. Please choose one.
mapping-both = “{ $field }” and “{ $other }” exclude each other. Please keep one.
mapping-half = “{ $field }” also needs a column “{ $other }”.
mapping-ground-not-chosen = There is no column for the legal ground. Choose the ground for all rows.
mapping-no-such-row = The header row is not in the table.
mapping-no-such-column = A column outside the table was given a meaning.
roster-field-facility = Facility
roster-field-name = Name
roster-field-family_name = Family name
roster-field-given_name = Given name
roster-field-kana = Reading
roster-field-family_kana = Reading of the family name
roster-field-given_kana = Reading of the given name
roster-field-grade = Grade
roster-field-class = Class
roster-field-grade_and_class = Grade and class in one column
roster-field-from = Start
roster-field-until = End
roster-field-ground = Legal ground
roster-field-ignored = Not imported
roster-encoding-utf8_bom = UTF-8 with byte order mark
roster-encoding-utf8 = UTF-8
roster-encoding-cp932 = Shift_JIS (CP932)
roster-encoding-xlsx = Excel workbook (.xlsx)
ground-guideline_registered = Guideline (registered with the council)
ground-guidance_centre_request = Request of a child guidance centre
ground-council_support = Council (in need of support)
ground-act_13_4 = Child Abuse Prevention Act, article 13-4

## Pages of requests to watch
request-filter-live = Active or to begin
request-export = Save this list:
request-export-utf8 = CSV (UTF-8)
request-export-cp932 = CSV (Shift_JIS)
request-seen-by-facility = What the facility sees
request-seen-by-facility-line = The facility sees this during the period of the request only, never the reason or the legal ground.
request-office-only = What only this office sees
request-office = Requesting office
request-kana-unknown = Not known
request-siblings = Siblings
request-add-sibling = Add a request for a sibling
request-sibling = Name of a sibling
request-sibling-hint = Fill this in if a sibling is already watched. The facility does not see it.
request-sibling-which = Which child is it?
request-sibling-unknown = There is no request for a child of this name. Check the registered name or leave this empty.
request-sibling-several = Several requests have this name. Choose the sibling.
request-duplicate-confirm = There seems to be a request for this child already. Please check, and tick the box if it is another child.
request-duplicate-tick = I have checked: this is another child
request-grade-elsewhere = This facility has no such grade. Choose another facility or grade.
request-assigned-flash = The assignment was changed.
request-event-unassigned = Nobody is assigned any more
request-by-operator = Operator
request-no-days = There are no reports yet.
request-days-words = The last { $count } reported days ({ $from } to { $to }): absent { $absent }, of these without contact { $silent }.
request-end-before-start = The last day must not lie before the first ({ $from }).
request-end-after-end = This request ends on { $until } already. Enter that day or an earlier one.
import-already = Already watched
import-verdict-already = Already watched
import-header-line = Line of the headings
import-header-line-hint = Which line of the file holds the headings, as a number. Leave empty if there is none.
import-default-ground = Legal ground for rows that name none
import-default-ground-hint = Required when no column holds the legal ground.
import-column-number = Column { $number }
import-not-this-encoding = The file cannot be read as { $encoding }. Choose another encoding.
import-whole-row = The whole row
import-total-differs = The total in line { $line } says { $stated }, but { $read } rows were read. Check whether rows are missing.
import-passed-over = Line { $line } is not imported ({ $why }).
import-download-cp932 = The same in Shift_JIS
lost-title = Characters that Shift_JIS lacks
lost-lead = { $count } cells hold characters that cannot be written in Shift_JIS. The file would change as follows. What is stored stays as it is.
lost-characters = What is lost
lost-geta = “{ $character }” ({ $code }) becomes 〓
lost-usual-form = The mark of the form ({ $code }) is dropped; the usual form remains
lost-unicode = Save as UTF-8 (nothing is lost)
lost-go-on = Save as Shift_JIS all the same

## Organizations, activity log, sign-in log (continued)
organizations-side = Side
organizations-side-all = All
organizations-side-facility = Facilities
organizations-side-office = Offices
organizations-empty = No organizations match
organizations-district = District
organizations-signed-in = Have signed in
organizations-signed-in-of = { $count } of { $people }
organizations-closed = Closed on { $day }
trail-all = All
trail-nobody = (automatic)
trail-detail = Details
trail-object-watch = Request …{ $number }
trail-object-alert = Alert …{ $number }
duty-entry = Entry
duty-clock = Clock
duty-command-line = Operator’s command
sign-ins-title = Sign-in log
sign-ins-lead = Who signed in, and attempts that failed. People are not told why an attempt failed. Viewing this page is recorded too.
sign-ins-agent = Device
sign-ins-unknown = (not known)
sign-in-signed-in = Signed in
sign-in-enrolled = Enrolled
sign-in-signed-out = Signed out
sign-in-refused = Refused
sign-in-stale-ceremony = Too late, or answered already
sign-in-unknown-passkey = Passkey not registered
sign-in-bad-passkey = The passkey did not hold
sign-in-unknown-invitation = No such invitation code
sign-in-spent-invitation = Invitation code used already
sign-in-expired-invitation = Invitation code expired
sign-in-no-membership = No membership in force
sign-in-malformed = Unreadable request

## Words: actions
action-openSession = Signed in
action-endSession = Signed out
action-chooseOrganization = Chose an organization
action-registerPasskey = Registered a passkey
action-readSheet = Looked at the sheet
action-submitSheet = Sent the sheet
action-readReports = Looked at earlier reports
action-correctReport = Corrected a report
action-readCalendar = Looked at closed days
action-editCalendar = Changed closed days
action-listRequests = Listed requests
action-createRequest = Made a request
action-importRequests = Imported a roster
action-exportRequests = Exported requests
action-readRequest = Looked at a request
action-endRequest = Ended a request
action-assignRequest = Assigned a request
action-listAlerts = Listed alerts
action-receiveAlerts = Was told of new alerts
action-readAlert = Looked at an alert
action-takeAlert = Took an alert
action-actOnAlert = Recorded an action
action-handOnAlert = Handed an alert on
action-closeAlert = Closed an alert
action-readBoard = Looked at who was not seen
action-listRules = Looked at the alert conditions
action-sweepFacility = Checked for missing reports
action-createWard = Made a ward
action-loadDemo = Loaded the fictional ward
action-issueDemoLinks = Gave out demo links
action-listOrganizations = Listed organizations
action-editHolidays = Looked at or changed holidays
action-readTrail = Looked at the activity log
action-readSignIns = Looked at the sign-in log

## Closed days and holidays (continued)
calendar-from = First day
calendar-until = Last day
calendar-until-hint = Leave empty for a single day.
calendar-span = { $from } to { $until }
calendar-class-closed = { $class } off
calendar-error-reported = Attendance of { $day } has been reported already. A day with reports cannot be closed. Enter only days without reports.
calendar-error-long = At most { $most } days can be set at once. Enter the period in parts.
calendar-error-class-long = A class has at most 20 characters, all of which can be shown.
calendar-error-class-alone = A class can be given only with “Class or facility closed at short notice”. Leave it empty for the whole facility.
holidays-lead = Public holidays, and the usual closed days of each kind of facility. When a law moves a holiday, change it here.
holidays-list = Public holidays
holidays-name = Name
holidays-add = Add a holiday
holidays-open = Open on { $days }, closed on holidays
holidays-open-always = Open on { $days }, holidays too
holidays-error-twice = { $day } is a holiday already. Enter another day, or remove it first.

## What the trail tells
trail-key-action = action
trail-key-added = added
trail-key-alerts = alerts
trail-key-already = already there
trail-key-bytes = size in bytes
trail-key-children = children
trail-key-corrected = corrected
trail-key-day = day
trail-key-days = days
trail-key-encoding = encoding
trail-key-entered = entered
trail-key-from = from
trail-key-holidays = holidays
trail-key-import = import
trail-key-invitation = invitation
trail-key-kind = kind
trail-key-last_day = last day
trail-key-late = after the cut-off
trail-key-lines = lines
trail-key-links = links
trail-key-membership = membership
trail-key-missing = unreported
trail-key-month = month
trail-key-open = open
trail-key-organizations = organizations
trail-key-outcome = outcome
trail-key-page = page
trail-key-passed = time of day
trail-key-passkey = passkey
trail-key-person = person
trail-key-refused = refused rows
trail-key-removed = removed
trail-key-repeated = sent again
trail-key-reports = reports
trail-key-revision = revision
trail-key-rows = rows
trail-key-rules = rules
trail-key-session = session
trail-key-since = since
trail-key-submission = submission
trail-key-to = to
trail-key-until = until
trail-key-version = version
trail-key-versions = versions
trail-key-view = view
trail-key-watch = request
trail-key-watches = requests
trail-step-accepted = confirmed
trail-step-accepted_before = had been done before
trail-step-check = only looked at the check page
trail-step-columns = only looked at the columns
trail-step-conflict = not done, somebody was first
trail-step-discarded = gave it up
trail-step-encoding = changed the encoding
trail-step-filter = narrowed the list
trail-step-form = only opened the form
trail-step-mapping = set the columns
trail-step-not_yet = not done, before the check
trail-step-refused = looked at refused rows
trail-step-result = looked at the result
trail-step-same = asked about the same child
trail-step-too_late = not done, the import was over
trail-step-upload = sent the file
trail-yes = yes
trail-no = no
calendar-none = No closed days or changes in this month.
alert-remarks = What the facility wrote

## Files that leave
xlsx-too-many-rows = There would be { $written } rows; an Excel sheet holds { $most } with its header. Narrow the period or the conditions, or save as CSV.
xlsx-too-many-columns = There would be { $written } columns; an Excel sheet holds { $most }.
xlsx-text-too-long = Row { $row }, column { $column } is too long for an Excel cell ({ $most } characters). Save as CSV.
xlsx-impossible = The workbook could not be made. Save as CSV.

## Codes of schools and municipalities, networks
school-code-empty = Enter the school code.
school-code-length = A school code has 13 characters. { $written } were entered.
school-code-character = “{ $written }” cannot stand there. A school code is one letter and twelve digits.
school-code-kind = No school code begins with “{ $written }”. Elementary schools begin with B1, junior high schools with C1.
school-code-prefecture = There is no prefecture “{ $written }”. The third and fourth characters are 01 to 47.
school-code-founder = There is no founder “{ $written }”. The fifth character is 1 (national), 2 (public) or 3 (private).
school-code-check-digit = The check digit does not fit: one of the 13 characters is wrong. Compare with the ministry’s list of school codes.
municipality-code-empty = Enter the code of the municipality.
municipality-code-length = The code of a municipality has 6 digits. { $written } were entered.
municipality-code-five-digits = Five digits. With the check digit it would be { $whole }. Look also whether a leading 0 was lost.
municipality-code-character = “{ $written }” cannot be used. Enter six digits.
municipality-code-prefecture = There is no prefecture “{ $written }”. The first two digits are 01 to 47.
municipality-code-check-digit = The check digit does not fit: one of the 6 digits is wrong. Compare with the ministry’s list.
networks-unreadable = This cannot be read as an address. Write it like 203.0.113.0/24 or 2001:db8::/32.
networks-length = The number after the slash is not right: 1 to 32 for IPv4, 1 to 128 for IPv6.
networks-host-bits = The network would be { $network }. For a single machine remove the slash and what follows.
networks-mask = Write { $network } instead of a mask.
networks-everywhere = That would allow every address. For no restriction leave the list empty.
networks-too-many = At most { $most } networks.
founder-national = National
founder-public = Public
founder-private = Private

## Words: kinds in law
kind-nursery = Nursery
kind-certified_centre = Certified centre (kindergarten and nursery)
kind-certified_kindergarten = Certified centre (kindergarten type)
kind-certified_nursery = Certified centre (nursery type)
kind-certified_local = Certified centre (local type)
kind-kindergarten = Kindergarten
kind-family_daycare = Family day care
kind-small_scale = Small-scale day care
kind-workplace = Workplace day care
kind-home_visit = Home-visit day care
kind-enterprise_led = Enterprise-led day care
kind-baby_hotel = Baby hotel
kind-unlicensed = Other unlicensed day care
kind-elementary = Elementary school
kind-junior_high = Junior high school
kind-compulsory = Compulsory education school
kind-high = High school
kind-secondary = Secondary school
kind-special_support = Special needs school
kind-technical = College of technology
kind-vocational = Vocational school (upper secondary course)
kind-child_development = Child development support
kind-after_school_day = After-school day service
kind-after_school_club = After-school club
kind-other_facility = Other facility
kind-ward_office = Ward office
kind-child_family_centre = Child and family centre
kind-guidance_centre = Child guidance centre
kind-board_of_education = Board of education

## Taking in organizations and people
text-not-phone = Enter a telephone number like 03-1234-5678. Look whether a leading 0 was lost.
staff-code-empty = Enter the staff number.
staff-code-too-long = A staff number has at most { $most } characters. There are { $written }.
staff-code-character = “{ $written }” cannot stand in a staff number. Use letters, digits and hyphens.
mapping-not-chosen = There is no column “{ $field }”. Choose the value for all rows.
directory-long-ago = The date is too long ago. Check the year.
directory-duplicate = The same as row { $line }. Remove one of the two.
directory-kind-empty = A new organization needs its kind.
directory-kind-unknown = The kind cannot be read. Write it as in the list of kinds.
directory-kind-several = This word stands for several kinds. Write one of: { $possible }.
directory-kind-not-of-code = Kind and school code do not fit. Correct one of the two.
directory-kind-of-another-side = A facility cannot become an office, nor an office a facility. Register a new one.
directory-name-taken = Another organization has this name. Choose names that can be told apart.
directory-name-ambiguous = Several organizations have this name. Add the school code, or tell the names apart.
directory-code-differs = The facility of this name has another school code. Check name and code.
directory-closed = This organization is closed. Reopen it on its page, and remove this row.
directory-parent-unknown = The organization above is not known. Write a registered name, or add a row for it.
directory-parent-unknown-nearest = The organization above is not known. Did you mean “{ $nearest }”?
directory-parent-ambiguous = Several organizations above have this name. Tell the names apart.
directory-parent-refused = Row { $line }, of the organization above, is in error. Correct that one first.
directory-parent-below-itself = Going up leads back to this organization. Correct the organization above.
directory-template-unknown = There is no such calendar template. Write one of: { $known }.
directory-organization-empty = The organization is missing.
directory-organization-unknown = No organization has this name. Check it, or take the organizations in first.
directory-organization-unknown-nearest = No organization has this name. Did you mean “{ $nearest }”? Write the registered name.
directory-organization-ambiguous = Several organizations have this name. Write the school code, or tell the names apart.
directory-organization-closed = This organization is closed. Correct the organization.
directory-role-empty = The role is missing. Add it, or choose the role of rows without one.
directory-role-unknown = The role cannot be read. Write it as in the list of roles.
directory-role-misplaced = This role cannot be held in an organization of this kind. Correct the role or the organization.
directory-from-empty = The first day is missing. Add it, or choose the day of rows without one.
directory-staff-code-needed = Somebody has the same name, so it cannot be known who is meant. Add the staff number.
directory-staff-code-differs = Somebody of this name and organization has another staff number. Correct the number if it is the same person; otherwise register the person on the page of people.
directory-staff-code-zeros = The staff number differs from that of the same name here by zeros in front only. Look whether zeros were lost.
directory-differs-from-row = This differs from row { $line }. Make both agree if it is the same person; otherwise correct the staff number.
directory-person-left = This person has retired. Look on the page of people.
directory-term-overlaps = Another term of the same role here would overlap. Correct the days.
directory-leaving-unknown = This cannot be read. Write 転出 or 退職 and the date.
directory-leaving-no-date = The date of leaving is missing. Enter the last day.
directory-leaver-unknown = Nobody of this name or number is known here. Check name, organization and staff number.
directory-not-there = This person holds nothing in this organization. Check the organization.
directory-begins-after-leaving = Something is registered that begins after the last day. Take it back on the page of people first.
directory-leaves-in-row = This person retires by row { $line }. Correct the days, or one of the rows.
directory-opens-today = There is no opening day, so it opens today.
directory-other-name = The staff number is known, but the name is quite another. Check that this is the same person.
directory-stays-suspended = Suspended, and stays so.
organization-field-name = Name
organization-field-kind = Kind
organization-field-district = District
organization-field-school_code = School code
organization-field-parent = Organization above
organization-field-phone = Telephone
organization-field-opened_on = Opening day
organization-field-closed_on = Closing day
organization-field-template = Calendar template
organization-field-ignored = Not taken
person-field-name = Name
person-field-family_name = Family name
person-field-given_name = Given name
person-field-kana = Reading
person-field-family_kana = Reading of the family name
person-field-given_kana = Reading of the given name
person-field-staff_code = Staff number
person-field-organization = Organization
person-field-role = Role
person-field-from = First day
person-field-until = Last day
person-field-mail = Mail
person-field-leaving = Leaving
person-field-leaving_on = Day of leaving
person-field-ignored = Not taken
leaving-transfer = Transfer
leaving-retirement = Retirement
turn-arrives = Arrives
turn-moves = Moves
turn-adds = Takes on another duty
turn-leaves = Leaves
lack-no_credential = No passkey
lack-only_one_credential = Only one passkey
lack-never_signed_in = Has never signed in
lack-long_away = Has not signed in for long
right-in_force = In force
right-not_enrolled = In force (no passkey)
right-suspended = Suspended
right-over = Over
## Verification and leaving the screen
locked-title = Away from the screen
locked-lead = The screen is closed. Verify with your passkey to come back.
locked-button = Verify and come back
locked-sign-out = Sign out
verify-title = Verify it is you
verify-lead = Before an important step, please verify with your passkey once more.
verify-kept = What you entered is sent as it is once you are verified.
verify-button = Verify
verify-failed = You could not be verified. Please try again with your own passkey.
verify-cancelled = You were not verified. Please try again.
verify-leave = Leave and go to the first page
fault-locked-line = The screen is locked, so nothing was changed. Verify to go on.
fault-verify-line = This step needs a fresh verification.
fault-read-only-title = You can only look for now
fault-read-only-line = For an hour after an account was recovered it can change nothing. Nothing was changed.
fault-network-title = Not from this place
fault-network-line = Pages of this organization work from set networks only. This attempt was recorded.
fault-network-mend = Connect to the office network and try again.
frame-me = Account
frame-lock = Away
frame-lock-hint = Covers the screen (pressing Esc twice does the same)
frame-set-up = You have one passkey only. If you lose it, you cannot get in.
frame-set-up-link = Register a spare
passkey-kind-device = This device
passkey-kind-key = Security key
passkey-kind-phone = Phone
sign-in-verified = Verified again
sign-in-recovered = Account recovered
sign-in-outside-network = Outside the set networks
sign-in-revoked-invitation = Withdrawn invitation code
sign-in-synced-passkey = Passkey of more than one device
action-lockSession = Left the screen
action-unlockSession = Came back to the screen
action-stepUp = Verified again
action-readAccount = Looked at own account
action-addPasskey = Added a passkey
action-renamePasskey = Renamed a passkey
action-removePasskey = Removed a passkey
action-endOwnSessions = Ended own sessions
action-linkProvider = Asked to link the city account
action-readSetUp = Looked at the set-up list
action-readOrganization = Looked at an organization
action-createOrganization = Created an organization
action-editOrganization = Changed an organization
action-editSecurity = Changed networks or sign-in
action-closeOrganization = Closed an organization
action-mergeOrganization = Merged organizations
action-listTokens = Looked at tokens
action-createToken = Created a token
action-revokeToken = Revoked a token
action-listPeople = Looked at the people
action-createPerson = Created a person
action-invitePeople = Invited people
action-importDirectory = Read in a directory
action-acceptDirectory = Accepted a directory
action-exportRights = Exported the rights
action-readPerson = Looked at a person
action-editPerson = Changed a person
action-suspendPerson = Suspended a person
action-reinstatePerson = Reinstated a person
action-endSessions = Ended a person's sessions
action-revokeInvitation = Withdrew an invitation
action-grantMembership = Added a role
action-endMembership = Ended a role
action-decideProposal = Decided on a proposed right
action-askRecovery = Asked for an account recovery
action-approveRecovery = Approved an account recovery
action-cancelRecovery = Cancelled an account recovery
action-approveBinding = Decided on linking a city account
action-endBinding = Ended the link to a city account
action-editTemplates = Changed calendar templates
action-exportTrail = Exported the trail
action-exportSignIns = Exported the sign-in log
action-recoverAdmin = Recovered an admin's account
## Limits
fault-429-mend = If this goes on, or if it was not you, tell your head of facility or the ward's office.
sign-in-limited = Turned away for a while after many failures
sign-in-flood = Far too many requests (one line for many)

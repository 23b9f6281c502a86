-- 緊急閲覧 (decision 33): what was asked for about a child of another office of the ward, what came of it, and who judged it. ---------

CREATE TABLE desk.openings
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    -- who asked, as what, for which office
    , person_id uuid NOT NULL
    , membership_id uuid NOT NULL
    , office_id uuid NOT NULL
    , reason text NOT NULL CHECK (reason IN ('inquiry', 'danger', 'other'))
    , words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500)
    , asked_at timestamptz NOT NULL
    , outcome text NOT NULL CHECK (outcome IN ('opened', 'nothing', 'several'))
    -- the child it led to, and whose it is; what was typed in vain is kept nowhere
    , watch_id uuid
    , owner_id uuid
    , until_at timestamptz
    , confirmed_by uuid
    , confirmed_at timestamptz
    , ended_by uuid
    , ended_at timestamptz
    , judged_by uuid
    , judged_at timestamptz
    , judgement text CHECK (judgement IN ('proper', 'doubtful'))
    , judgement_words text NOT NULL DEFAULT '' CHECK (length(judgement_words) <= 500)
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, membership_id) REFERENCES hub.memberships (ward_id, id)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, owner_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    , CHECK ((outcome = 'opened') = (watch_id IS NOT NULL AND owner_id IS NOT NULL AND until_at IS NOT NULL))
    -- at most an hour
    , CHECK (until_at > asked_at AND until_at <= asked_at + interval '60 minutes')
    , CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
    , CHECK ((ended_by IS NULL) = (ended_at IS NULL))
    , CHECK ((judged_by IS NULL) = (judged_at IS NULL) AND (judged_by IS NULL) = (judgement IS NULL))
    -- the second word is another person's
    , CHECK (confirmed_by <> person_id)
    , CHECK (judged_by <> person_id)
    );
CREATE INDEX openings_person ON desk.openings (ward_id, person_id, asked_at DESC);
CREATE INDEX openings_office ON desk.openings (ward_id, office_id, asked_at DESC) WHERE outcome = 'opened';
CREATE INDEX openings_owner ON desk.openings (ward_id, owner_id, asked_at DESC) WHERE outcome = 'opened';
CREATE INDEX openings_unjudged ON desk.openings (ward_id, owner_id) WHERE outcome = 'opened' AND confirmed_at IS NULL AND judged_at IS NULL;

ALTER TABLE desk.openings ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_both_sides ON desk.openings FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward())
       AND ( person_id = (SELECT hub.person())
          OR office_id = ANY ((SELECT hub.organizations())::uuid[])
          OR owner_id = ANY ((SELECT hub.organizations())::uuid[]) ));
CREATE POLICY answered_by_both_sides ON desk.openings FOR UPDATE TO tsunagi_office
    USING (ward_id = (SELECT hub.ward())
       AND ( person_id = (SELECT hub.person())
          OR office_id = ANY ((SELECT hub.organizations())::uuid[])
          OR owner_id = ANY ((SELECT hub.organizations())::uuid[]) ))
    WITH CHECK (ward_id = (SELECT hub.ward()));
-- Nobody writes one down or changes what was asked: that is hub.open_emergency's alone.
GRANT SELECT
    , UPDATE (confirmed_by, confirmed_at, ended_by, ended_at, judged_by, judged_at, judgement, judgement_words)
    ON desk.openings TO tsunagi_office;

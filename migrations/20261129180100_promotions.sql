-- 進級: the grade a child has from April 1 on, decided before and taken over on the day. Whoever leaves has a row in desk.transfers.

CREATE TABLE desk.promotions
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , on_day date NOT NULL
    , grade text NOT NULL
    , class text NOT NULL DEFAULT '' CHECK (length(class) <= 20)
    , entered_by uuid
    , entered_at timestamptz NOT NULL
    -- nothing while the day has not come
    , applied_at timestamptz
    , PRIMARY KEY (ward_id, watch_id, on_day)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES desk.requests (ward_id, watch_id)
    , FOREIGN KEY (ward_id, entered_by) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX promotions_to_apply ON desk.promotions (ward_id, on_day) WHERE applied_at IS NULL;

ALTER TABLE desk.promotions ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_the_request ON desk.promotions TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = promotions.ward_id AND r.watch_id = promotions.watch_id));
CREATE POLICY on_duty ON desk.promotions TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
GRANT SELECT, INSERT ON desk.promotions TO tsunagi_office;
GRANT SELECT, UPDATE (applied_at) ON desk.promotions TO tsunagi_system;

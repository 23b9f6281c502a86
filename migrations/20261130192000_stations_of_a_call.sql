-- Two stations more: whoever has the child's other request, and whoever supervises the office above.

ALTER TABLE desk.hops DROP CONSTRAINT hops_station_check;
ALTER TABLE desk.hops ADD CONSTRAINT hops_station_check
    CHECK (station IN ('worker', 'substitute', 'other_worker', 'supervisor', 'head', 'desk'));

-- How much a mail presses is said by whoever queues it: what one file causes by the hundred presses less than the same for one person.

ALTER TABLE hub.mails ALTER COLUMN urgency DROP EXPRESSION;
ALTER TABLE hub.mails
    -- what the database queues by itself ('notice' for a push that died, 'trouble') is for somebody to look at now
      ALTER COLUMN urgency SET DEFAULT 1
    , ADD CONSTRAINT mails_urgency_known CHECK (urgency BETWEEN 1 AND 3);

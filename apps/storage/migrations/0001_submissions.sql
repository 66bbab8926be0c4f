-- Submissions, append-only: the service may add rows and read them, and nothing else. A correction is a new version.
-- Every table carries the tenant in its key, and shows and takes rows of the tenant of the transaction alone.

CREATE TABLE storage.submission (
  tenant_id text NOT NULL CHECK (tenant_id <> ''),
  submission_id uuid NOT NULL DEFAULT uuidv7(),
  patient_id text NOT NULL CHECK (patient_id <> ''),
  study_id text NOT NULL,
  site_id text NOT NULL,
  questionnaire_id text NOT NULL,
  questionnaire_url text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, submission_id)
);
CREATE INDEX submission_of_patient ON storage.submission (tenant_id, patient_id, submission_id DESC);

CREATE TABLE storage.submission_version (
  tenant_id text NOT NULL,
  submission_id uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  questionnaire_version text NOT NULL,
  response jsonb NOT NULL,
  -- SHA-256 of the response's canonical form, RFC 8785.
  response_sha256 bytea NOT NULL CHECK (octet_length(response_sha256) = 32),
  submitted_by text NOT NULL CHECK (submitted_by <> ''),
  trace_id text NOT NULL CHECK (trace_id ~ '^([0-9a-f]{32})?$'),
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, submission_id, version),
  FOREIGN KEY (tenant_id, submission_id) REFERENCES storage.submission
);

CREATE TABLE storage.score (
  tenant_id text NOT NULL,
  submission_id uuid NOT NULL,
  version integer NOT NULL,
  instrument text NOT NULL,
  -- NULL where the form is incomplete; the reason says what is missing.
  score double precision,
  severity text NOT NULL,
  reason text NOT NULL,
  algorithm_id text NOT NULL,
  algorithm_version text NOT NULL,
  PRIMARY KEY (tenant_id, submission_id, version, instrument),
  FOREIGN KEY (tenant_id, submission_id, version) REFERENCES storage.submission_version
);

CREATE TABLE storage.alert (
  tenant_id text NOT NULL,
  alert_id uuid NOT NULL DEFAULT uuidv7(),
  submission_id uuid NOT NULL,
  version integer NOT NULL,
  rule text NOT NULL,
  level text NOT NULL CHECK (level IN ('high', 'critical')),
  raised_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, alert_id),
  UNIQUE (tenant_id, submission_id, version, rule),
  FOREIGN KEY (tenant_id, submission_id, version) REFERENCES storage.submission_version
);

CREATE TABLE storage.idempotency_record (
  tenant_id text NOT NULL,
  user_id text NOT NULL CHECK (user_id <> ''),
  idempotency_key text NOT NULL CHECK (idempotency_key <> ''),
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  submission_id uuid NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id, idempotency_key),
  FOREIGN KEY (tenant_id, submission_id, version) REFERENCES storage.submission_version
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['submission', 'submission_version', 'score', 'alert', 'idempotency_record'] LOOP
    EXECUTE format('ALTER TABLE storage.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE storage.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON storage.%I USING (tenant_id = current_setting(''app.tenant'', true))', name);
    EXECUTE format('GRANT SELECT, INSERT ON storage.%I TO epro_storage', name);
  END LOOP;
END
$$;

-- A version as it is given back. With the rights, and so with the tenant, of whoever reads it.
CREATE VIEW storage.submission_record WITH (security_invoker = true) AS
SELECT
  v.tenant_id, v.submission_id, v.version, s.patient_id,
  s.questionnaire_id, s.questionnaire_url, v.questionnaire_version,
  v.received_at, v.trace_id, v.response,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'instrument', c.instrument, 'score', c.score, 'severity', c.severity, 'reason', c.reason) ORDER BY c.instrument)
    FROM storage.score c
    WHERE (c.tenant_id, c.submission_id, c.version) = (v.tenant_id, v.submission_id, v.version)
  ), '[]') AS scores,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('rule', a.rule, 'level', a.level) ORDER BY a.alert_id)
    FROM storage.alert a
    WHERE (a.tenant_id, a.submission_id, a.version) = (v.tenant_id, v.submission_id, v.version)
  ), '[]') AS alerts
FROM storage.submission_version v
JOIN storage.submission s USING (tenant_id, submission_id);
GRANT SELECT ON storage.submission_record TO epro_storage;

-- First statement of the transaction that saves: sets its tenant and says what became of the idempotency key.
--   new     not used yet, and until the end of this transaction nobody else can use it
--   busy    another transaction is using it now
--   stored  used: the rest of the row is what was stored then
CREATE FUNCTION storage.open_submission(p_tenant_id text, p_user_id text, p_key text)
RETURNS TABLE (
  state text, request_hash bytea, submission_id uuid, version integer, patient_id text,
  questionnaire_id text, questionnaire_url text, questionnaire_version text,
  received_at timestamptz, trace_id text, scores jsonb, alerts jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER ROWS 1
AS $$
BEGIN
  PERFORM set_config('app.tenant', p_tenant_id, true);
  -- Twice: whoever held the lock may have committed between the first look and the lock. The second look sees it,
  -- because within a VOLATILE function each statement has a snapshot of its own.
  FOR attempt IN 1..2 LOOP
    RETURN QUERY
      SELECT 'stored', i.request_hash, r.submission_id, r.version, r.patient_id,
        r.questionnaire_id, r.questionnaire_url, r.questionnaire_version,
        r.received_at, r.trace_id, r.scores, r.alerts
      FROM storage.idempotency_record i
      JOIN storage.submission_record r
        ON (r.tenant_id, r.submission_id, r.version) = (i.tenant_id, i.submission_id, i.version)
      WHERE i.tenant_id = p_tenant_id AND i.user_id = p_user_id AND i.idempotency_key = p_key;
    IF FOUND THEN
      RETURN;
    END IF;
    EXIT WHEN attempt = 2;
    IF NOT pg_try_advisory_xact_lock(
      hashtextextended(jsonb_build_array(p_tenant_id, p_user_id, p_key)::text, 0)
    ) THEN
      state := 'busy';
      RETURN NEXT;
      RETURN;
    END IF;
  END LOOP;
  state := 'new';
  RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION storage.open_submission(text, text, text) TO epro_storage;

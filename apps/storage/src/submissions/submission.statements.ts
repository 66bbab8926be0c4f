/** Static, parameterised, and named, so that a connection parses and plans each once. */

export const OPEN_SUBMISSION = {
  name: 'open_submission',
  text: `SELECT * FROM storage.open_submission($1, $2, $3)`,
} as const;

/** All rows of one submission in one statement: they are stored together or not at all. */
export const INSERT_SUBMISSION = {
  name: 'insert_submission',
  text: `
    WITH new_submission AS (
      INSERT INTO storage.submission (tenant_id, patient_id, study_id, site_id, questionnaire_id, questionnaire_url)
      VALUES ($1, $2, $3, $4, $5, $6)
      RETURNING tenant_id, submission_id
    ), new_version AS (
      INSERT INTO storage.submission_version
        (tenant_id, submission_id, version, questionnaire_version, response, response_sha256, submitted_by, trace_id)
      SELECT tenant_id, submission_id, $7::integer, $8, $9::jsonb, $10::bytea, $11, $12 FROM new_submission
      RETURNING tenant_id, submission_id, version, received_at
    ), new_scores AS (
      INSERT INTO storage.score
        (tenant_id, submission_id, version, instrument, score, severity, reason, algorithm_id, algorithm_version)
      SELECT v.tenant_id, v.submission_id, v.version, s.instrument, s.score, s.severity, s.reason, $14, $15
      FROM new_version v,
        jsonb_to_recordset($13::jsonb) AS s (instrument text, score double precision, severity text, reason text)
    ), new_alerts AS (
      INSERT INTO storage.alert (tenant_id, submission_id, version, rule, level)
      SELECT v.tenant_id, v.submission_id, v.version, a.rule, a.level
      FROM new_version v, jsonb_to_recordset($16::jsonb) AS a (rule text, level text)
    ), new_key AS (
      INSERT INTO storage.idempotency_record
        (tenant_id, user_id, idempotency_key, request_hash, submission_id, version)
      SELECT tenant_id, $11, $17, $10::bytea, submission_id, version FROM new_version
    )
    SELECT submission_id, received_at FROM new_version`,
} as const;

export const FIND_SUBMISSION = {
  name: 'find_submission',
  text: `
    SELECT submission_id, version, patient_id, questionnaire_id, questionnaire_url, questionnaire_version,
      received_at, trace_id, response::text AS response, scores, alerts
    FROM storage.submission_record
    WHERE tenant_id = $1 AND submission_id = $2 AND ($3 = '' OR patient_id = $3)
    ORDER BY version DESC
    LIMIT 1`,
} as const;

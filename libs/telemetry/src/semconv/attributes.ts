/**
 * Every attribute, baggage key and header that this project adds to OpenTelemetry's own.
 * Names that the semantic conventions have are imported from there, never repeated here.
 */

/** Values that say whose request this is; carried between processes and put on every span. */
export const ATTR_REQUEST_ID = 'request.id';
export const ATTR_BIZ_ID = 'biz.id';
export const ATTR_TENANT_ID = 'tenant.id';
/** The pseudonymous subject code, never a name. */
export const ATTR_PATIENT_ID = 'patient.id';
export const ATTR_STUDY_ID = 'study.id';
export const ATTR_SITE_ID = 'site.id';
export const ATTR_USER_ID = 'user.id';
export const ATTR_USER_ROLE = 'user.role';
export const ATTR_SUBMISSION_ID = 'epro.submission.id';
export const ATTR_QUESTIONNAIRE = 'epro.questionnaire';

/** Why an expected failure was one: the stable reason of a domain error, UPPER_SNAKE_CASE. */
export const ATTR_FAILURE_REASON = 'epro.failure.reason';
/** `expected` for a failure that is a part of normal work, such as bad input; `fault` for any other. */
export const ATTR_FAILURE_SEVERITY = 'epro.failure.severity';
/** What the error was, to a program: a SQLSTATE, `ECONNREFUSED`, `NOT_FOUND`. */
export const ATTR_FAILURE_CODE = 'epro.failure.code';
/** The service or database that failed, and the rule that was broken, where a domain error says so. */
export const ATTR_FAILURE_SERVICE = 'epro.failure.service';
export const ATTR_FAILURE_RULE = 'epro.failure.rule';

/** `true` on an HTTP server span whose client went away before the response was sent. */
export const ATTR_HTTP_ABORTED = 'epro.http.aborted';

/** On the span that begins a trace: which rule kept it, and which share of such traces it keeps, 0 to 1. */
export const ATTR_SAMPLING_RULE = 'epro.sampling.rule';
export const ATTR_SAMPLING_RATIO = 'epro.sampling.ratio';

export const HEADER_REQUEST_ID = 'x-request-id';
export const HEADER_BIZ_ID = 'x-biz-id';
export const HEADER_TRACE_ID = 'x-trace-id';
/** W3C Trace Context level 2, response header. */
export const HEADER_TRACERESPONSE = 'traceresponse';

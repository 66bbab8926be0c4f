/**
 * Where a value of the business context can come from, strongest first: what a weaker source says never replaces what
 * a stronger one has said.
 *
 * - `token`: the verified token of the caller
 * - `header`: a request header of the caller's own
 * - `baggage`: the process that called this one, or was called by it
 * - `local`: what this process found out itself
 * - `default`: configuration, `EPRO_TELEMETRY_DEFAULTS`; stays in the process
 */
export const SOURCES = ['token', 'header', 'baggage', 'local', 'default'] as const;

export type Source = (typeof SOURCES)[number];

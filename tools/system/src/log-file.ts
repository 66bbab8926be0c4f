import { readFileSync } from 'node:fs';

interface LogEntry {
  time?: string;
  level?: string;
  component?: string;
  msg?: string;
  err?: { type?: string; message?: string; stack?: string };
}

/** The last lines of a service's log, as a person reads them. */
export function lastLines(file: string, count = 20): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return '';
  }
  return text.trimEnd().split('\n').flatMap(readable).slice(-count).join('\n');
}

/** One line of a log, which may be a JSON object, as lines of text. */
export function readable(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  let entry: LogEntry;
  try {
    entry = JSON.parse(line) as LogEntry;
  } catch {
    return [line];
  }
  const { time, level, component, msg, err } = entry;
  if (msg === undefined) return [line];
  const head = [time?.slice(11, 23), level?.toUpperCase(), component && `[${component}]`, msg];
  const cause = err && [err.message, err.stack].filter(Boolean).join('\n');
  return [head.filter(Boolean).join(' '), ...(cause ? cause.split('\n').map((part) => `  ${part.trim()}`) : [])];
}

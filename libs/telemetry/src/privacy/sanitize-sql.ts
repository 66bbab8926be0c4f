/** Statements are static, so there are few; the bound is for a program that breaks that rule. */
const MAX_STATEMENTS = 1000;
const MAX_LENGTH = 4096;

/** What a statement of PostgreSQL begins with. A text that begins otherwise is none, and may be anything. */
const STATEMENT =
  /^\s*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE|CALL|DO|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|LOCK|LISTEN|NOTIFY|UNLISTEN|COPY|ANALYZE|VACUUM|EXPLAIN|PREPARE|EXECUTE|DEALLOCATE|DECLARE|FETCH|MOVE|CLOSE|DISCARD|REFRESH|COMMENT)\b/i;

/** A comment within a comment, which PostgreSQL knows and {@link PRIVATE} does not. */
const NESTED_COMMENT = /\/\*(?:(?!\*\/)[\s\S])*\/\*/;

/**
 * In this order: comments, `$$texts$$`, texts with escapes, texts, quoted names, numbers; those that do not end too.
 * A parameter such as `$1` is none of them. In one pass, because each may look as if it held another.
 */
const PRIVATE =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\2\$|$)|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(?<![\w$])\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?/g;
const QUOTED_NAME = /^"\w{1,63}"$/;

/** By statement; empty for what is none. */
const known = new Map<string, string>();

/**
 * A statement with `?` for each literal and without comments, because people write values into both; the text itself
 * where it has neither. `undefined` for what is no statement of PostgreSQL.
 */
export function sanitizeSql(text: string): string | undefined {
  let sanitized = known.get(text);
  if (sanitized === undefined) {
    sanitized = sanitize(text);
    if (known.size < MAX_STATEMENTS) known.set(text, sanitized);
  }
  return sanitized || undefined;
}

function sanitize(text: string): string {
  if (NESTED_COMMENT.test(text)) return '';
  const sql = text.replace(PRIVATE, (found, comment?: string) => {
    if (comment !== undefined) return ' ';
    return QUOTED_NAME.test(found) ? found : '?';
  });
  return STATEMENT.test(sql) ? sql.slice(0, MAX_LENGTH) : '';
}

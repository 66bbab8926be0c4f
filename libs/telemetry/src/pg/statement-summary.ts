/** What a statement does, for the name of its span. Low cardinality as long as statements are parameterised. */
export interface StatementSummary {
  /** First word, upper case: `SELECT`, `INSERT`, `BEGIN`; for a `WITH` the operation of its first writing part. */
  readonly operation: string;
  /** The table, or the function that is called, with its schema; absent for statements about neither. */
  readonly target?: string;
}

const COMMENT = /\/\*[\s\S]*?\*\/|--[^\n]*/g;
const NAME = String.raw`("?[A-Za-z_][\w$]*"?(?:\."?[A-Za-z_][\w$]*"?)?)`;
const WRITE = new RegExp(String.raw`\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?${NAME}`, 'i');
const FROM = new RegExp(String.raw`\bFROM\s+(?:ONLY\s+)?${NAME}`, 'i');
const CALL = new RegExp(String.raw`^(?:SELECT|CALL)\s+${NAME}\s*\(`, 'i');

/** Reads operation and target from a statement of ours. It looks for names, and does not parse SQL. */
export function summarizeStatement(text: string): StatementSummary {
  const sql = text.replace(COMMENT, ' ').trim();
  const first = /^[A-Za-z]+/.exec(sql)?.[0].toUpperCase() ?? 'SQL';
  if (first === 'WITH' || first === 'INSERT' || first === 'UPDATE' || first === 'DELETE') {
    const write = WRITE.exec(sql);
    if (write) return { operation: (write[1] as string).split(/\s/)[0]!.toUpperCase(), target: unquote(write[2]) };
  }
  if (first === 'SELECT' || first === 'WITH' || first === 'CALL') {
    const target = unquote(CALL.exec(sql)?.[1] ?? FROM.exec(sql)?.[1]);
    return { operation: first === 'WITH' ? 'SELECT' : first, ...(target && { target }) };
  }
  return { operation: first };
}

function unquote(name: string | undefined): string | undefined {
  return name?.replaceAll('"', '');
}

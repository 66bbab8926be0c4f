import type pg from 'pg';
import { toDatabaseError } from '../errors/database-error.js';

/** One static, parameterised statement. With a name the server parses and plans it once a connection. */
export interface Statement {
  name?: string;
  text: string;
  values?: readonly unknown[];
}

/**
 * Runs one statement as its own transaction and gives back its rows.
 *
 * @throws DomainError `UNAVAILABLE` where the database cannot be reached or does not answer in time
 */
export async function runStatement<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { name, text, values = [] }: Statement,
): Promise<Row[]> {
  try {
    const { rows } = await pool.query<Row>({ ...(name && { name }), text, values: [...values] });
    return rows;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

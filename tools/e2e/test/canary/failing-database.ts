import pg from 'pg';

/** The database of the platform under test, with ways to make it fail that nobody foresaw. */
export class FailingDatabase {
  private readonly client: pg.Client;

  /** @param url of the superuser */
  constructor(url: string) {
    const own = new URL(url);
    own.pathname = '/epro';
    this.client = new pg.Client({ connectionString: own.href });
  }

  connect(): Promise<unknown> {
    return this.client.connect();
  }

  /** From now on a function fails with all that it was given as its message, as careless ones do. */
  async breakFunction(name: string): Promise<void> {
    const { rows } = await this.client.query<{ signature: string; result: string }>(
      `SELECT p.oid::regprocedure::text AS call, pg_get_function_arguments(p.oid) AS signature,
         pg_get_function_result(p.oid) AS result
       FROM pg_proc p WHERE p.oid = $1::regproc`,
      [name],
    );
    const { signature, result } = rows[0]!;
    const values = signature.split(',').map((_argument, index) => `$${index + 1}::text`);
    await this.client
      .query(`CREATE OR REPLACE FUNCTION ${name}(${signature}) RETURNS ${result} LANGUAGE plpgsql AS $body$
      BEGIN RAISE EXCEPTION 'cannot do it for %', concat_ws(' ', ${values.join(', ')}); END $body$`);
  }

  /** From now on no row can be inserted into a table, and the message is the whole row. */
  async breakInsert(table: string): Promise<void> {
    await this.client.query(`CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN RAISE EXCEPTION 'cannot store %', NEW::text USING DETAIL = NEW::text, HINT = NEW::text; END $body$`);
    await this.client.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION public.refuse()`,
    );
  }

  async revokeRead(view: string, role: string): Promise<void> {
    await this.client.query(`REVOKE SELECT ON ${view} FROM ${role}`);
  }

  end(): Promise<void> {
    return this.client.end();
  }
}

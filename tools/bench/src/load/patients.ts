/** A patient who has signed in. */
export interface Patient {
  readonly tenant: string;
  /** Subject code. */
  readonly id: string;
  /** Value of the Authorization header, renewed before it expires. */
  authorization: string;
}

const TENANTS = ['aurora', 'borealis'];
const USERS = ['patient-1', 'patient-2', 'patient-3', 'patient-4', 'patient-5'];
const PASSWORD = 'demo-password';

/** The demo's patients, signed in. */
export class Patients {
  private renewal: NodeJS.Timeout | undefined;

  private constructor(
    private readonly url: string,
    readonly all: readonly Patient[],
  ) {}

  /** @throws Error where one cannot sign in */
  static async signIn(url: string): Promise<Patients> {
    const accounts = TENANTS.flatMap((tenant) => USERS.map((username) => ({ tenant, username })));
    let lifetime = Infinity;
    const all: Patient[] = [];
    for (const { tenant, username } of accounts) {
      const { access_token, expires_in } = await token(url, tenant, username);
      lifetime = Math.min(lifetime, expires_in);
      const authorization = `Bearer ${access_token}`;
      const me = await answer<{ patientId?: string }>(`${url}/api/v1/me`, { headers: { authorization } });
      if (me.patientId === undefined) throw new Error(`${username} of ${tenant} is no patient`);
      all.push({ tenant, id: me.patientId, authorization });
    }
    const patients = new Patients(url, all);
    patients.renewEvery(lifetime / 2);
    return patients;
  }

  /** Stops renewing tokens. */
  dispose(): void {
    clearInterval(this.renewal);
  }

  private renewEvery(seconds: number): void {
    const renew = async () => {
      for (const [index, patient] of this.all.entries()) {
        const { access_token } = await token(this.url, patient.tenant, USERS[index % USERS.length]!);
        patient.authorization = `Bearer ${access_token}`;
      }
    };
    // One that fails shows in the answers to submissions.
    this.renewal = setInterval(() => void renew().catch(() => {}), seconds * 1000).unref();
  }
}

function token(url: string, tenant: string, username: string): Promise<{ access_token: string; expires_in: number }> {
  return answer(`${url}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenant, username, password: PASSWORD }),
  });
}

async function answer<Body>(url: string, init: RequestInit): Promise<Body> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url} was answered ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

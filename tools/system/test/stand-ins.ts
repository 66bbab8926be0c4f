import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemOptions } from '../src/index.js';
import { SERVICE_NAMES, SERVICES, type ServiceName } from '../src/service-definition.js';

export type StandInMode = 'fails' | 'never-ready' | 'stubborn';

/** Tiny programs in the place of the platform's services, which write down when they are ready and when they end. */
export class StandIns {
  private readonly folder = mkdtempSync(join(tmpdir(), 'epro-stand-ins-'));
  readonly diaryFile = join(this.folder, 'diary');

  options(modes: Partial<Record<ServiceName, StandInMode>> = {}): SystemOptions {
    return {
      ports: 'free',
      env: { STAND_IN_DIARY: this.diaryFile },
      serviceEnv: Object.fromEntries(
        SERVICE_NAMES.map((name) => [name, { STAND_IN: name, ...(modes[name] && { STAND_IN_MODE: modes[name] }) }]),
      ),
      definitions: SERVICES.map((definition) => ({
        ...definition,
        entry: 'tools/system/test/stand-in.fixture.mjs',
        readiness: '/',
        traced: false,
        schema: undefined,
      })),
    };
  }

  diary(): string[] {
    return readFileSync(this.diaryFile, 'utf8').trimEnd().split('\n');
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

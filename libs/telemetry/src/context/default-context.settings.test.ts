import { describe, expect, it } from 'vitest';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';

describe('EPRO_TELEMETRY_DEFAULTS', () => {
  it('is a list of business fields', () => {
    const { defaultContext } = readTelemetryConfig({
      EPRO_TELEMETRY_DEFAULTS: 'tenant.id=aurora, site.id = AUR-SITE-1',
    });
    expect(defaultContext).toEqual({ tenantId: 'aurora', siteId: 'AUR-SITE-1' });
    expect(readTelemetryConfig({}).defaultContext).toEqual({});
  });

  it.each([
    ['a field that is none', 'name=aurora'],
    ['a field that has no default', 'request.id=r-1'],
    ['a value that is no identifier', 'tenant.id=jane@example.org'],
    ['no value', 'tenant.id'],
  ])('names the entry that cannot be used, and does not quote it: %s', (_what, entry) => {
    const read = () => readTelemetryConfig({ EPRO_TELEMETRY_DEFAULTS: `site.id=S-1,${entry}` });
    expect(read).toThrow(/EPRO_TELEMETRY_DEFAULTS: entry 2 must be like tenant\.id=aurora/);
    expect(read).not.toThrow(/jane|name|r-1/);
  });
});

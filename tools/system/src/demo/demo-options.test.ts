import { describe, expect, it } from 'vitest';
import { standardPorts } from '../ports.js';
import { readDemoOptions } from './demo-options.js';

describe('readDemoOptions', () => {
  it('is the standard ports and trace-desk without options', () => {
    expect(readDemoOptions([], {})).toEqual({
      help: false,
      verbose: false,
      keepLogs: false,
      ports: standardPorts(),
      postgresPort: undefined,
      traceBackend: { kind: 'trace-desk' },
    });
  });

  it('adds the offset to every port that has no setting of its own', () => {
    expect(readDemoOptions(['--offset', '10'], { AUTH_PORT: '9000', POSTGRES_PORT: '5433' })).toMatchObject({
      ports: { ...standardPorts(10), auth: 9000 },
      postgresPort: 5433,
    });
  });

  it.each([
    [['--jaeger', 'http://jaeger:16686/'], { url: 'http://jaeger:16686', otlpUrl: 'http://jaeger:4318' }],
    [['--jaeger', 'https://j/ui'], { url: 'https://j/ui', otlpUrl: 'https://j:4318' }],
    [['--jaeger=http://j:1', '--otlp=http://c:2/v1/traces'], { url: 'http://j:1', otlpUrl: 'http://c:2' }],
  ])('reads %j', (args, backend) => {
    expect(readDemoOptions(args, {}).traceBackend).toEqual({ kind: 'jaeger', ...backend });
  });

  it.each([
    [['--offset', 'ten'], {}, /--offset must be a whole number, not "ten"/],
    [[], { AUTH_PORT: 'x' }, /AUTH_PORT must be a whole number/],
    [['--jaeger', 'localhost:16686'], {}, /--jaeger must be a URL/],
    [['--otlp', 'http://c:2'], {}, /goes with --jaeger/],
    [['--verbos'], {}, /--verbos/],
    [[], { npm_config_offset: '10' }, /Put "--" before the options/],
  ])('refuses %j with %j', (args, env, message) => {
    expect(() => readDemoOptions(args, env)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, flag, hostPort, loadConfig, port } from './index.js';

const schema = z.object({
  PORT: port(8080),
  PEER: hostPort('localhost:1'),
  DEMO: flag(false),
  SECRET: z.string().min(8),
});

describe('loadConfig', () => {
  it('gives defaults, converts values and is frozen', () => {
    const config = loadConfig(schema, { SECRET: 'long enough', DEMO: 'true', PORT: '' });
    expect(config).toEqual({ PORT: 8080, PEER: 'localhost:1', DEMO: true, SECRET: 'long enough' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('lists every problem and shows no value', () => {
    const load = () => loadConfig(schema, { PORT: '99999', PEER: 'nowhere', DEMO: 'yes', SECRET: 's3cret' });
    expect(load).toThrow(ConfigError);
    for (const name of ['PORT', 'PEER', 'DEMO', 'SECRET']) expect(load).toThrow(new RegExp(`^  ${name}: `, 'm'));
    expect(load).not.toThrow(/s3cret/);
  });
});

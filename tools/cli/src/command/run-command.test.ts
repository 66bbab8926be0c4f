import { describe, expect, it } from 'vitest';
import { UnreachableError, UsageError, type Command } from './command.js';
import { parseDuration } from './parse-options.js';
import { runCommand } from './run-command.js';

const command = (name: string, run: Command['run']): Command => ({ name, summary: `does ${name}`, help: 'Usage', run });
const commands = [
  command('done', () => Promise.resolve(0)),
  command('misused', () => Promise.reject(new UsageError('--x is wrong.'))),
  command('alone', () => Promise.reject(new UnreachableError('Nobody answers.'))),
];

async function run(...args: string[]) {
  const written = { out: '', err: '' };
  const terminal = {
    out: (text: string) => void (written.out += text),
    err: (text: string) => void (written.err += text),
    color: false,
    width: 80,
  };
  return { code: await runCommand(commands, args, { terminal, env: {} }), ...written };
}

describe('runCommand', () => {
  it('runs the command that is named', async () => {
    expect(await run('done')).toEqual({ code: 0, out: '', err: '' });
  });

  it('shows what there is: without a command as a mistake, with --help not', async () => {
    expect(await run()).toMatchObject({ code: 2, out: expect.stringContaining('misused  does misused') as string });
    expect(await run('--help')).toMatchObject({ code: 0 });
    expect(await run('alone', '--help')).toMatchObject({ code: 0, out: 'alone: does alone\n\nUsage' });
    expect(await run('none')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^There is no command "none"/) as string,
    });
  });

  it('says what was wrong with the arguments, and what could not be reached', async () => {
    expect(await run('misused')).toMatchObject({ code: 2, err: expect.stringContaining('--x is wrong.') as string });
    expect(await run('alone')).toEqual({ code: 4, out: '', err: 'Nobody answers.' });
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ])('%s is %i ms', (text, expected) => {
    expect(parseDuration('--since', text)).toBe(expected);
  });

  it.each(['', '5', 'h', '-1h', '1 h', '1w'])('refuses "%s"', (text) => {
    expect(() => parseDuration('--since', text)).toThrow(UsageError);
  });
});

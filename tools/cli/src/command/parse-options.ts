import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command.js';

type OptionDefinitions = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads options, and refuses what is not one.
 *
 * @throws UsageError
 */
export function parseOptions<Definitions extends OptionDefinitions>(args: readonly string[], options: Definitions) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Its own text is a sentence that names the option; what follows is advice on `--`.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `90s`, `15m`, `1.5h` or `2d` in milliseconds.
 *
 * @throws UsageError
 */
export function parseDuration(option: string, text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const size = UNIT_MS[unit];
  if (amount === undefined || size === undefined) {
    throw new UsageError(`${option} must be a time such as 90s, 15m, 1h or 2d, and is ${JSON.stringify(text)}.`);
  }
  return Number(amount) * size;
}

/** @throws UsageError */
export function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`${option} must be a whole number above 0, and is ${JSON.stringify(text)}.`);
  }
  return Number(text);
}

/** @throws UsageError */
export function parseUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${option} must be an http or https address, and is ${JSON.stringify(text)}.`);
  }
  return text.replace(/\/+$/, '');
}

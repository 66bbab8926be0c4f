import { OtlpFormatError } from './otlp-format.error.js';
import { SPAN_KINDS } from './otlp-json.js';

/** Where in a JSON body a value stands, for messages: `resourceSpans[0].scopeSpans`. */
export type JsonPath = string;

/** A JSON object whose fields are read one by one, each checked for its type. Absent and `null` are the default value. */
export interface JsonFields {
  readonly path: JsonPath;
  has(name: string): boolean;
  text(name: string): string;
  flag(name: string): boolean;
  /** An unsigned 32-bit number. */
  count(name: string): number;
  double(name: string): number;
  int64(name: string): bigint;
  unsigned64(name: string): bigint;
  /** An enum, as OTLP's number or as the name that other writers send. */
  enumeration(name: string, names: readonly string[]): number;
  hex(name: string, bytes: number): Uint8Array | undefined;
  base64(name: string): Uint8Array;
  object(name: string): JsonFields | undefined;
  objects(name: string): JsonFields[];
}

export const SPAN_KIND_NAMES = SPAN_KINDS.map((kind) => `SPAN_KIND_${kind.toUpperCase()}`);
export const STATUS_CODE_NAMES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

/** @throws OtlpFormatError, here or when a field of the wrong type is read; it names the place, never the value */
export function jsonFields(value: unknown, path: JsonPath = ''): JsonFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'must be an object');
  const fields = value as Readonly<Record<string, unknown>>;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);

  /** Reads a field, or gives `absent` where there is none. */
  const read = <Result>(name: string, absent: Result, parse: (given: unknown) => Result | undefined, rule: string) => {
    const given = fields[name];
    if (given === undefined || given === null) return absent;
    const result = parse(given);
    if (result === undefined) throw wrong(at(name), rule);
    return result;
  };
  const list = (name: string) =>
    read<unknown[]>(name, [], (given) => (Array.isArray(given) ? given : undefined), 'must be an array');

  return {
    path,
    has: (name) => fields[name] !== undefined && fields[name] !== null,
    text: (name) => read(name, '', (given) => (typeof given === 'string' ? given : undefined), 'must be a string'),
    flag: (name) => read(name, false, (given) => (typeof given === 'boolean' ? given : undefined), 'must be a boolean'),
    count: (name) => read(name, 0, toCount, 'must be a whole number from 0 to 4294967295'),
    double: (name) => read(name, 0, toDouble, 'must be a number'),
    int64: (name) => read(name, 0n, toInt64, 'must be a 64-bit integer'),
    unsigned64: (name) => read(name, 0n, toUnsigned64, 'must be a 64-bit integer not below 0'),
    enumeration: (name, names) =>
      read(
        name,
        0,
        (given) => (typeof given === 'string' ? indexIn(names, given) : toCount(given)),
        'must be a number of the enum',
      ),
    hex: (name, bytes) => read(name, undefined, (given) => toBytes(given, bytes), `must be ${bytes * 2} hex digits`),
    base64: (name) =>
      read(
        name,
        new Uint8Array(),
        (given) => (typeof given === 'string' ? decodeBase64(given) : undefined),
        'must be base64',
      ),
    object: (name) =>
      fields[name] === undefined || fields[name] === null ? undefined : jsonFields(fields[name], at(name)),
    objects: (name) => list(name).map((item, index) => jsonFields(item, `${at(name)}[${index}]`)),
  };
}

const wrong = (path: JsonPath, rule: string) => new OtlpFormatError(`${path === '' ? 'the body' : path} ${rule}`);

function toCount(given: unknown): number | undefined {
  const number = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : given;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffffffff
    ? number
    : undefined;
}

function toDouble(given: unknown): number | undefined {
  if (typeof given === 'number') return given;
  if (given === 'NaN' || given === 'Infinity' || given === '-Infinity') return Number(given);
  return typeof given === 'string' && given.trim() !== '' && !Number.isNaN(Number(given)) ? Number(given) : undefined;
}

function toInt64(given: unknown): bigint | undefined {
  const integer = toBigInt(given);
  return integer !== undefined && BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

function toUnsigned64(given: unknown): bigint | undefined {
  const integer = toBigInt(given);
  return integer !== undefined && BigInt.asUintN(64, integer) === integer ? integer : undefined;
}

function toBigInt(given: unknown): bigint | undefined {
  if (typeof given === 'number' && Number.isInteger(given)) return BigInt(given);
  return typeof given === 'string' && /^-?\d{1,20}$/.test(given) ? BigInt(given) : undefined;
}

function indexIn(names: readonly string[], name: string): number | undefined {
  const index = names.indexOf(name);
  return index < 0 ? undefined : index;
}

/** An empty id is an absent one. */
function toBytes(given: unknown, length: number): Uint8Array | undefined {
  if (typeof given !== 'string') return undefined;
  if (given === '') return new Uint8Array();
  return given.length === length * 2 && /^[0-9a-f]+$/i.test(given) ? Buffer.from(given, 'hex') : undefined;
}

function decodeBase64(given: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(given) ? Buffer.from(given, 'base64') : undefined;
}

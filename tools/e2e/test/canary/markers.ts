/** No word, and no part of one: where it turns up, even cut short, something that was planted did. */
const PREFIX = 'Zqxjk';

const planted = new Set<string>();

/**
 * A text that is nowhere else, named after where it is planted. Letters only: it is no number that a filter could know
 * it by, and it is the same in a URL, in JSON and in a header.
 */
export function marker(place: string): string {
  const text = PREFIX + place;
  planted.add(text);
  return text;
}

/** Something that is secret by itself, such as a token that was issued on the way. */
export function plant(secret: string): void {
  planted.add(secret);
}

/** Where something was found, for a message that explains itself. */
export interface Find {
  readonly what: string;
  readonly context: string;
}

interface Needle {
  readonly what: string;
  readonly bytes: string;
  readonly ignoreCase: boolean;
}

/** Everything planted that is in these bytes: as it is, in other case, cut short, as base64, as hex. */
export function findPlanted(bytes: Buffer, ignored: ReadonlySet<string> = new Set()): Find[] {
  const text = bytes.toString('latin1');
  const lower = text.toLowerCase();
  const finds: Find[] = [];
  for (const { what, bytes: needle, ignoreCase } of needles(ignored)) {
    const haystack = ignoreCase ? lower : text;
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
      const found = haystack.slice(at, at + PREFIX.length + 40);
      if ([...ignored].some((each) => found.startsWith(each.toLowerCase()))) continue;
      finds.push({ what, context: printable(text.slice(Math.max(0, at - 120), at + 160)) });
      break;
    }
  }
  return finds;
}

function needles(ignored: ReadonlySet<string>): Needle[] {
  return [
    { what: 'something planted', bytes: PREFIX.toLowerCase(), ignoreCase: true },
    ...[...planted]
      .filter((text) => !ignored.has(text))
      .flatMap((text): Needle[] => [
        { what: text, bytes: text.toLowerCase(), ignoreCase: true },
        { what: `${text} in hex`, bytes: Buffer.from(text).toString('hex'), ignoreCase: true },
        ...inBase64(text).map((bytes) => ({ what: `${text} in base64`, bytes, ignoreCase: false })),
      ]),
  ];
}

/** How a text looks within base64, for each of the three places at which it may begin; without the letters it shares. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + text)
      .toString('base64')
      .replaceAll('=', '');
    return encoded.slice(before === 0 ? 0 : before + 1, -2);
  });
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ');
}

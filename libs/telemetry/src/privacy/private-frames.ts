/**
 * One line of V8's stack: `at async Handler.save (file:///app/save.js:1:2)`. What a text would have to look like to be
 * taken for one is a place in a program: a URL or an absolute path with line and column, or one of V8's own words.
 */
const FRAME =
  /^\s+at (?:[\w$.<>#*[\] ]{1,160} \()?(?:async )?(?:(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()]{1,512}:\d+:\d+|<anonymous>|native|index \d+)\)?$/;
/** The head of what was thrown, or of what caused it, as this library writes it. */
const HEAD = /^(?:Caused by|One of): /;

const CLASS_NAME = /^[A-Za-z_$][\w$.]{0,127}$/;

const MAX_LINES = 60;

/**
 * A stack's frames below the name of its error, without the message: neither its lines nor one that looks like a
 * frame. The text itself where there is nothing to take off.
 *
 * @param message what stands above the frames, taken out first because one of its lines may look like a frame
 */
export function privateFrames(stack: string, message: string): string {
  const below = message ? stack.replace(message, () => '') : stack;
  const [head = '', ...lines] = below.split('\n');
  const name = nameOf(head);
  const frames = lines.slice(0, MAX_LINES).filter(isOwnLine);
  return name === head && frames.length === lines.length ? below : [name, ...frames].join('\n');
}

export function isFrame(line: string): boolean {
  return FRAME.test(line);
}

function isOwnLine(line: string): boolean {
  return FRAME.test(line) || (HEAD.test(line) && CLASS_NAME.test(line.replace(HEAD, '')));
}

/** `TypeError` from `TypeError: what it was about`; of a text that only begins so, nothing. */
function nameOf(head: string): string {
  return CLASS_NAME.test(head)
    ? head
    : (/^(\w{0,64}(?:Error|Exception))(?:: | \[[A-Z_]+\])/.exec(head)?.[1] ?? 'Error');
}

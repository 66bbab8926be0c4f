import { describe, expect, it } from 'vitest';
import { isFrame, privateFrames } from './private-frames.js';

const FRAMES = [
  '    at save (file:///app/storage/dist/save.js:12:3)',
  '    at async Handler.save [as run] (/app/storage/save.cjs:1:2)',
  '    at new Promise (<anonymous>)',
  '    at async Promise.all (index 0)',
  '    at Object.<anonymous> (C:\\app\\save.js:1:2)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  '    at file:///app/main.js:1:1',
  '    at async file:///app/main.js:1:1',
];

describe('a stack', () => {
  it('of frames alone stays as it is', () => {
    const stack = ['TypeError', ...FRAMES, 'Caused by: DatabaseError', FRAMES[0]].join('\n');
    expect(privateFrames(stack, 'Jane')).toBe(stack);
  });

  it.each([
    ['TypeError: Jane', 'Jane', 'TypeError'],
    ['TypeError [ERR_JANE]: Jane\nDoe', 'Jane\nDoe', 'TypeError'],
    ['"Jane"', '', 'Error'],
    ['Jane: Doe', '', 'Error'],
    ['Jane Doe', '', 'Error'],
    ['Error: x\n    at Jane (file:///Jane:1:1)', 'x\n    at Jane (file:///Jane:1:1)', 'Error'],
    ['Error\n    at Jane (file:///Jane:1:1)', '\n    at Jane (file:///Jane:1:1)', 'Error'],
    ['Error: changed\nCaused by: Jane Doe', '', 'Error'],
  ])('loses the message: %j', (head, message, name) => {
    expect(privateFrames([head, ...FRAMES].join('\n'), message)).toBe([name, ...FRAMES].join('\n'));
  });

  it('is cut where somebody made it endless', () => {
    expect(privateFrames(`Error\n${`${FRAMES[0]}\n`.repeat(5000)}`, '').split('\n').length).toBeLessThan(100);
  });
});

it.each([
  '    at Jane Doe',
  '    at home',
  '    at (Jane)',
  '    at 5 (x:1:1)',
  'Jane',
  '    at "Jane" (file:///a:1:1)',
  '',
])('takes no words for a frame: %j', (line) => {
  expect(isFrame(line)).toBe(false);
});

import { expect, it } from 'vitest';
import { OutageLog } from './outage-log.js';

function outageLog() {
  const lines: string[] = [];
  const log = new OutageLog('the backend', 100, {
    warn: (text) => lines.push(`warn ${text}`),
    info: (text) => lines.push(`info ${text}`),
  });
  return { log, lines };
}

it('takes what comes of several batches that were on their way together for one outage', () => {
  const { log, lines } = outageLog();
  const [first, second, third] = [log.sending(), log.sending(), log.sending()];
  log.failed(first, 10, 'ECONNREFUSED');
  const later = [log.sending(), log.sending()];
  for (const batch of later) log.delivered(batch);
  // The second was sent while the backend was down.
  expect(lines).toEqual([expect.stringMatching(/^warn Spans do not reach the backend: ECONNREFUSED\./)]);
  log.failed(second, 10, 'no answer within 1000 ms');
  log.delivered(third);
  log.delivered(log.sending());
  expect(lines).toHaveLength(1);
  log.delivered(log.sending());
  expect(lines[1]).toMatch(/^info Spans reach the backend again: 20 were lost in \d+ s\.$/);
});

it('tells of the next outage again', () => {
  const { log, lines } = outageLog();
  for (let i = 0; i < 2; i++) {
    log.failed(log.sending(), 1, 'it answers with status 500');
    for (let j = 0; j < 3; j++) log.delivered(log.sending());
  }
  expect(lines.map((line) => line.slice(0, 4))).toEqual(['warn', 'info', 'warn', 'info']);
});

it('says nothing where nothing is lost', () => {
  const { log, lines } = outageLog();
  for (let i = 0; i < 3; i++) log.delivered(log.sending());
  log.ended();
  expect(lines).toEqual([]);
});

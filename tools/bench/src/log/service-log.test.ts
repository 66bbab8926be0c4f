import { expect, it } from 'vitest';
import { readServiceLog } from './service-log.js';

const line = (level: string, msg: string) => JSON.stringify({ level, service: 'epro-storage', msg });

it('adds up what was dropped, by our own sum or the warnings of the SDK, and keeps the lines that tell of trouble', () => {
  const lost = line('info', 'Spans: 9620 ended, 9617 exported, 3 dropped, 0 still open');
  const warned = 'Dropped 40 spans because maxQueueSize reached';
  const failed = line('error', 'it failed');
  const log = readServiceLog([line('info', 'started'), lost, warned, failed, ''].join('\n'));
  expect(log).toEqual({ droppedSpans: 43, warnings: [lost, warned, failed] });
});

it('has nothing to tell of a service that lost nothing', () => {
  // Under another SDK ours finds the place taken, and leaves it to that one.
  const taken = 'Error: @opentelemetry/api: Attempted duplicate registration of API: context';
  const sum = line('info', 'Spans: 9620 ended, 9620 exported, 0 dropped, 0 still open');
  expect(readServiceLog(`${taken}\n${sum}\n`)).toEqual({ droppedSpans: 0, warnings: [] });
});

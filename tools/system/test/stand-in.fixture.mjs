// Stands in for a service: answers on its port, writes down when it starts and ends, and misbehaves as asked by
// STAND_IN_<NAME>, a mode, or a list of them.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';
import { setInterval, setTimeout } from 'node:timers';

const { STAND_IN: name, STAND_IN_DIARY: diary, STAND_IN_MODE: mode = '' } = process.env;
const write = (what) => appendFileSync(diary, `${what} ${name}\n`);
const settings = { 'trace-desk': 'TRACE_DESK_PORT' };
const port = Number(process.env[settings[name] ?? `${name.toUpperCase()}_PORT`]);

process.stdout.write(`{"time":"2026-01-01T00:00:00.000Z","level":"info","msg":"${name} starts"}\n`);
if (mode === 'fails') {
  process.stderr.write('Error: the cupboard is bare\n');
  process.exit(3);
}
process.on('SIGTERM', () => {
  if (mode === 'stubborn') return;
  write('ends');
  setTimeout(() => process.exit(0), 20);
});
if (mode === 'never-ready') setInterval(() => {}, 1000);
else {
  createServer((_request, response) => response.end()).listen(port, '127.0.0.1', () => write('ready'));
}

// Starts PostgreSQL in the folder given, says so, and lives until it is ended; with `end` it has nothing else to do,
// with `early` it says so before PostgreSQL runs.
import { argv, stdout } from 'node:process';
import { setInterval } from 'node:timers';
import { startPostgres } from '../dist/index.js';

const [directory, mode] = argv.slice(2);
if (mode === 'early') stdout.write('starting\n');
await startPostgres({ directory });
if (mode !== 'early') stdout.write('started\n');
if (mode !== 'end') setInterval(() => {}, 1000);

// The demo without the build that `npm run demo` does first.
import { argv } from 'node:process';
import { runDemo } from '../dist/demo.command.js';

await runDemo(argv.slice(2));

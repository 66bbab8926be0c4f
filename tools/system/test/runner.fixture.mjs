// Starts the platform with stand-ins and says which processes it has; with `early` it says so before they are ready.
import { argv, pid, stdout } from 'node:process';
import { startSystem } from '../dist/index.js';

const [optionsJson] = argv.slice(2);
const system = await startSystem(JSON.parse(optionsJson));
const pids = Object.values(system.services).map((service) => service.pid);
stdout.write(`${JSON.stringify({ pid, pids, logDirectory: system.logDirectory })}\n`);

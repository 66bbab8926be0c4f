import { runCommand } from './command/run-command.js';
import { processTerminal } from './command/terminal.js';
import { submitCommand } from './submit.command.js';
import { traceAuditCommand } from './trace-audit.command.js';

const terminal = processTerminal(process.env);
// A reader that has seen enough, such as `head`, is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
process.exitCode = await runCommand([submitCommand, traceAuditCommand], process.argv.slice(2), {
  terminal,
  env: process.env,
});

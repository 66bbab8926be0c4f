import { runCommand } from '../../src/command/run-command.js';
import { submitCommand } from '../../src/submit.command.js';
import { traceAuditCommand } from '../../src/trace-audit.command.js';

/** Runs a command as the shell would, and gives back what it wrote and its exit status. */
export async function run(args: readonly string[], env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    color: false,
    width: 140,
  };
  const code = await runCommand([submitCommand, traceAuditCommand], args, { terminal, env });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

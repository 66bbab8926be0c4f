/** `npm run demo`: builds what changed since the last time, then runs the demo in this same process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import process, { argv, execPath, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const startedAt = Date.now();
const workspace = join(dirname(fileURLToPath(import.meta.url)), '../..');

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  stderr.write(
    `The demo needs Node 24, this is ${process.version}. "npm run demo" takes the one that npm ci installed.\n`,
  );
  process.exit(1);
}
await build();
const { runDemo } = await import('./dist/demo.command.js');
await runDemo(argv.slice(2), startedAt);

async function build() {
  const nx = spawn(execPath, [join(workspace, 'node_modules/.bin/nx'), 'run-many', '-t', 'build', '-p', 'system'], {
    cwd: workspace,
    // In processes of their own, Nx's plugins would outlive it when it is interrupted.
    env: { ...process.env, NX_ISOLATE_PLUGINS: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  const show = (chunk) => {
    output.push(chunk);
    const built = output.join('').match(/^✔/gmu)?.length ?? 0;
    if (stdout.isTTY) stdout.write(`\r\u001b[2K  … building${built ? `: ${built} projects` : ''}`);
  };
  show('');
  nx.stdout.setEncoding('utf8').on('data', show);
  nx.stderr.setEncoding('utf8').on('data', show);
  // Ctrl-C reaches Nx by itself; this process ends after it, in the same way.
  let interrupted;
  const interrupt = (signal) => {
    interrupted = signal;
    nx.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  const [code] = await once(nx, 'close');
  for (const signal of signals) process.off(signal, interrupt);
  if (stdout.isTTY) stdout.write('\r\u001b[2K');
  if (interrupted) {
    process.kill(process.pid, interrupted);
    await new Promise(() => {});
  }
  if (code !== 0) {
    stderr.write(`${output.join('')}\nThe build failed; nothing was started.\n`);
    process.exit(1);
  }
  stdout.write(`  ✓ built        ${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s\n`);
}

// `npm run bench`: brings the build up to date first, without a word unless it fails.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const workspace = fileURLToPath(new URL('../../../', import.meta.url));
const nx = fileURLToPath(new URL('../../../node_modules/.bin/nx', import.meta.url));
const build = spawnSync(process.execPath, [nx, 'build', 'bench', '--output-style=static'], {
  cwd: workspace,
  encoding: 'utf8',
});
if (build.status === 0) await import('../dist/main.js');
else {
  process.stderr.write(`${build.error?.message ?? build.stdout + build.stderr}\n`);
  process.exitCode = 1;
}

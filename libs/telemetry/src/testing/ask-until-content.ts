import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/** Asks again until there is nothing to complain of or the time is up, and gives back the last complaints. */
export async function askUntilContent(
  complaints: () => readonly string[],
  timeoutMs: number,
): Promise<readonly string[]> {
  const deadline = Date.now() + timeoutMs;
  let left = complaints();
  for (
    let pause = FIRST_PAUSE_MS;
    left.length > 0 && Date.now() < deadline;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
  ) {
    await sleep(pause);
    left = complaints();
  }
  return left;
}

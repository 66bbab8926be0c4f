import { AsyncLocalStorage } from 'node:async_hooks';

/** What a hop keeps for itself, in ms, so that the callee gives up before the caller does. */
const HOP_ALLOWANCE_MS = 10;

const storage = new AsyncLocalStorage<number>();

/** Runs `fn` with a deadline (epoch ms) that every call made within it inherits. An earlier outer deadline stays. */
export function runWithDeadline<T>(deadline: number, fn: () => T): T {
  return storage.run(Math.min(deadline, storage.getStore() ?? Infinity), fn);
}

/** The deadline (epoch ms) of the request that is being handled; `undefined` outside one. */
export function currentDeadline(): number | undefined {
  return storage.getStore();
}

/** The deadline (epoch ms) for a call that may take `timeoutMs`: never later than what is left of the caller's own. */
export function callDeadline(timeoutMs: number): number {
  const own = Date.now() + timeoutMs;
  const inherited = storage.getStore();
  return inherited === undefined ? own : Math.min(own, inherited - HOP_ALLOWANCE_MS);
}

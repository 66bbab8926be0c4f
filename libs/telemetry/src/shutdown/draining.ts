let draining = false;

/** From now on this process takes no new work. */
export function beginDraining(): void {
  draining = true;
}

/** Whether the process is ending: connections are to be closed with their current response. */
export function isDraining(): boolean {
  return draining;
}

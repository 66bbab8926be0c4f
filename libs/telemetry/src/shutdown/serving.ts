let serving = false;

/** From now on this process may hold what patients wrote, and the text of any error may quote it. */
export function beginServing(): void {
  serving = true;
}

/** Whether requests have been taken: until then an error's text is about the program and its settings. */
export function isServing(): boolean {
  return serving;
}

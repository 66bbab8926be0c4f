const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

/** One Ctrl-C may arrive twice, from the terminal and handed on by npm; what comes later is another. */
const SAME_PRESS_MS = 500;

/** The wish of a person or of the system that this process ends. */
export class Interrupt {
  private readonly controller = new AbortController();
  private firstAt = 0;
  private resolve!: (signal: InterruptSignal) => void;
  private readonly handle = (signal: InterruptSignal): void => this.take(signal);

  /** Aborted with the first. */
  readonly signal: AbortSignal = this.controller.signal;
  /** Resolves with the first. */
  readonly received = new Promise<InterruptSignal>((resolve) => (this.resolve = resolve));
  /** Called for each that follows. */
  onRepeat: () => void = () => {};

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.handle);
  }

  /** Ends this process in the way in which the signal would have, so that npm and the shell know. */
  async endProcess(): Promise<never> {
    const signal = await this.received;
    for (const one of SIGNALS) process.off(one, this.handle);
    process.kill(process.pid, signal);
    return new Promise<never>(() => {});
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.handle);
  }

  private take(signal: InterruptSignal): void {
    if (this.firstAt === 0) {
      this.firstAt = Date.now();
      this.resolve(signal);
      this.controller.abort();
    } else if (Date.now() - this.firstAt > SAME_PRESS_MS) {
      this.onRepeat();
    }
  }
}

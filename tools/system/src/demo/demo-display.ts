import type { Progress } from '../running-system.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR_LINE = '\r\u001b[2K';

/** Shows on a terminal, or line by line anywhere else, how far the demo has come. */
export class DemoDisplay {
  private readonly pending = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private frame = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  /** Prints lines above the one that moves. */
  print(text: string): void {
    if (this.timer) this.out.write(CLEAR_LINE);
    this.out.write(`${text}\n`);
    if (this.timer) this.draw();
  }

  progress({ step, state, ms }: Progress): void {
    if (state === 'started') {
      this.pending.add(step);
      this.animate('starting');
    } else {
      this.pending.delete(step);
      this.print(`  ✓ ${step.padEnd(11)} ${(ms / 1000).toFixed(1).padStart(6)} s`);
      if (this.pending.size === 0) this.settle();
    }
  }

  /** Takes the moving line away. */
  settle(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.pending.clear();
    this.out.write(CLEAR_LINE);
  }

  private animate(verb: string): void {
    if (!this.out.isTTY || this.timer) return;
    const timer = setInterval(() => this.draw(verb), 100);
    timer.unref();
    this.timer = timer;
    this.draw(verb);
  }

  private draw(verb = 'starting'): void {
    this.frame = (this.frame + 1) % FRAMES.length;
    this.out.write(`${CLEAR_LINE}  ${FRAMES[this.frame]} ${verb} ${[...this.pending].join(', ')}`);
  }
}

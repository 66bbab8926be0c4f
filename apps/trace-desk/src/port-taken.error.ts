/** A port that somebody else listens on. The message says which, and what to do. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(host: string, port: number, setting: string) {
    super(
      `Port ${port} on ${host} is taken, probably by a Jaeger, a collector or another trace-desk. ` +
        `Stop that, or set ${setting} to a free port.`,
    );
  }
}

/** A duration with three digits or so: `870 µs`, `12.4 ms`, `1.52 s`, `2 min 5 s`. */
export function formatDuration(nanos: bigint | number): string {
  const amount = Number(nanos);
  if (amount === 0) return '0';
  if (amount < 1e3) return `${amount} ns`;
  if (amount < 1e6) return `${digits(amount / 1e3)} µs`;
  if (amount < 1e9) return `${digits(amount / 1e6)} ms`;
  if (amount < 60e9) return `${digits(amount / 1e9)} s`;
  const seconds = Math.round(amount / 1e9);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const digits = (value: number) => String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** How long ago, in words as short as they can be. */
export function formatAge(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Local date and time with milliseconds. */
export function formatTime(unixNanos: bigint): string {
  const date = new Date(Number(unixNanos / 1_000_000n));
  const time = date.toLocaleTimeString(undefined, { hour12: false });
  return `${date.toLocaleDateString()} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${digits(bytes / 1e3)} kB` : `${digits(bytes / 1e6)} MB`;
}

/** A gRPC method without its package: `AuthService/VerifyToken`. Other names stay whole. */
export function shortName(name: string): string {
  return /^[\w.]+\.(\w+\/\w+)$/.exec(name)?.[1] ?? name;
}

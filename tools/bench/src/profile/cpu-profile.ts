/** What V8 writes with `--cpu-prof`, as far as it is read here. Times are in microseconds of the system's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** Id of the node that was on top at each sample. */
  readonly samples: readonly number[];
  /** Time from the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

/** Microseconds in which a function was on top from a time on, by node id. */
export function selfTimes(profile: CpuProfile, from: number): Map<number, number> {
  const times = new Map<number, number>();
  let at = profile.startTime;
  profile.samples.forEach((node, index) => {
    at += profile.timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    const span = profile.timeDeltas[index + 1] ?? 0;
    if (at >= from) times.set(node, (times.get(node) ?? 0) + span);
  });
  return times;
}

/** The package or project folder that code is of: `@grpc/grpc-js`, `libs/telemetry`, `node:http2`, or V8's own `(garbage collector)`. */
export function packageOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.replace(/^node:internal\/([^/]+).*$/, 'node:$1');
  const inModules = url.lastIndexOf('/node_modules/');
  if (inModules >= 0) {
    const [scope, name] = url.slice(inModules + '/node_modules/'.length).split('/');
    return scope!.startsWith('@') ? `${scope}/${name}` : scope!;
  }
  return /\/((?:libs|apps|tools)\/[^/]+)\//.exec(url)?.[1] ?? url;
}

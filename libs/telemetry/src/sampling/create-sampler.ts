import { diag } from '@opentelemetry/api';
import { AlwaysOffSampler, type Sampler } from '@opentelemetry/sdk-trace';
import { AlwaysOnSampler } from './always-on.sampler.js';
import { EdgeSampler } from './edge.sampler.js';
import { setEdgeInterest } from './edge.js';
import { JaegerRemoteSampler } from './jaeger-remote.sampler.js';
import type { RootSampling, SamplingSettings } from './sampling.settings.js';
import { ShareSampler } from './share.sampler.js';
import { watchRules } from './watch-rules.js';

export interface RunningSampler extends Sampler {
  /** Ends what it does by itself: it decides on, as it last did. */
  close(): void;
}

/**
 * The sampler that the configuration asks for.
 *
 * @throws Error with everything that is wrong with the file of rules
 */
export function createSampler(settings: SamplingSettings, serviceName: string): RunningSampler {
  const { parentBased, rulesFile } = settings;
  const root = createRoot(settings.root, serviceName);
  if (!parentBased) {
    setEdgeInterest('nothing');
    if (settings.root.kind === 'traceidratio' || settings.root.kind === 'jaeger_remote')
      warnOfHoles(settings.root.kind);
    return root;
  }
  const sampler = new EdgeSampler(root);
  const stop =
    rulesFile === undefined ? undefined : watchRules({ path: rulesFile, onRules: (rules) => sampler.use(rules) });
  return Object.assign(sampler, {
    close: () => {
      stop?.();
      root.close();
    },
  });
}

function createRoot(root: RootSampling, serviceName: string): RunningSampler {
  switch (root.kind) {
    case 'always_on':
      return Object.assign(new AlwaysOnSampler(), { close: nothing });
    case 'always_off':
      return Object.assign(new AlwaysOffSampler(), { close: nothing });
    case 'traceidratio':
      return Object.assign(new ShareSampler(root.kind, root.ratio), { close: nothing });
    case 'jaeger_remote':
      return new JaegerRemoteSampler({ serviceName, ...root });
  }
}

function nothing(): void {}

function warnOfHoles(kind: string): void {
  diag.warn(
    `OTEL_TRACES_SAMPLER=${kind} decides anew in this service whatever its callers decided: traces will have holes. ` +
      `Use parentbased_${kind}.`,
  );
}

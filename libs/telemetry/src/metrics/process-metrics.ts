import { ATTR_CPU_MODE, METRIC_PROCESS_CPU_TIME, METRIC_PROCESS_MEMORY_USAGE } from '../semconv/metrics.js';
import { onMeasuring } from './measuring.js';

const MODES = [
  ['user', { [ATTR_CPU_MODE]: 'user' }],
  ['system', { [ATTR_CPU_MODE]: 'system' }],
] as const;

/** What the process takes of its machine; what goes on inside it is told by `instrumentation-runtime-node`. */
onMeasuring((meter) => {
  meter
    .createObservableUpDownCounter(METRIC_PROCESS_MEMORY_USAGE, { unit: 'By', description: 'Resident memory.' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter(METRIC_PROCESS_CPU_TIME, { unit: 's', description: 'CPU time used.' })
    .addCallback((result) => {
      const usage = process.cpuUsage();
      for (const [mode, attributes] of MODES) result.observe(usage[mode] / 1e6, attributes);
    });
});

/** The parts of Jaeger's older JSON that a comparison looks into. */
interface LegacyTag {
  key: string;
}
interface LegacySpan {
  spanID: string;
  processID: string;
  tags: LegacyTag[];
  references: unknown[];
  logs: { timestamp: number; fields: LegacyTag[] }[];
  warnings: string[] | null;
}
export interface LegacyTrace {
  traceID: string;
  spans: LegacySpan[];
  processes: Record<string, { serviceName: string; tags: LegacyTag[] }>;
}

const byKey = (tags: LegacyTag[]) => [...tags].sort((a, b) => (a.key < b.key ? -1 : 1));

/**
 * A trace without what may differ between two servers that say the same: the order of spans, tags and logs, the names of
 * processes, and the wording of warnings, which Jaeger changed.
 */
export function legacyShape({ spans, processes, ...rest }: LegacyTrace) {
  return {
    ...rest,
    spans: [...spans]
      .sort((a, b) => (a.spanID < b.spanID ? -1 : 1))
      .map(({ processID, tags, logs, warnings, ...span }) => ({
        ...span,
        process: { ...processes[processID], tags: byKey(processes[processID]!.tags) },
        tags: byKey(tags),
        logs: [...logs].sort((a, b) => a.timestamp - b.timestamp),
        // A span that outlasts its parent gets a warning about clocks, which trace-desk does not give.
        missesParent: (warnings ?? []).some((warning) => /parent span ID/.test(warning)),
      })),
    processes: Object.keys(processes).length,
  };
}

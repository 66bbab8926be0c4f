/** What a service says in its log about spans that it lost, and of errors. */
export interface ServiceLog {
  readonly droppedSpans: number;
  /** Lines that tell of trouble, as they are. */
  readonly warnings: readonly string[];
}

const MOST_WARNINGS = 20;
/** Of the platform's own telemetry, at the end of the process. */
const OWN_SUM = /\bSpans: .*?\b(\d+) dropped\b/;
/** Of the SDK's batch processor, each time it sends. */
const SDK_WARNING = /\bDropped (\d+) spans\b/;
const TROUBLE = /could not be sent|"level":"(?:warn|error|fatal)"|OTLPExporterError/;

export function readServiceLog(text: string): ServiceLog {
  const warnings: string[] = [];
  let droppedSpans = 0;
  for (const line of text.split('\n')) {
    const dropped = Number((OWN_SUM.exec(line) ?? SDK_WARNING.exec(line))?.[1] ?? 0);
    droppedSpans += dropped;
    if ((dropped > 0 || TROUBLE.test(line)) && warnings.length < MOST_WARNINGS) warnings.push(line);
  }
  return { droppedSpans, warnings };
}

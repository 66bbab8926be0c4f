import { PORTS, type PortName } from '../ports.js';
import type { RunningSystem, TraceBackend } from '../running-system.js';
import { exampleCurl } from './example-curl.js';

/** What a person can do with a demo that runs. */
export function demoSummary({ urls, ports }: RunningSystem, backend: TraceBackend, seconds: number): string {
  // The other commands look at the standard ports unless told otherwise.
  const settings = (['gateway', 'traceDesk'] as const)
    .filter((name) => ports[name] !== PORTS[name].standard && (name === 'gateway' || backend.kind === 'trace-desk'))
    .map((name: PortName) => `${PORTS[name].setting}=${ports[name]} `);
  if (backend.kind === 'jaeger') settings.push(`JAEGER_URL=${backend.url} `);
  const npm = `${settings.join('')}npm run`;
  return `
  Ready after ${seconds.toFixed(1)} s.

  API        ${urls.gateway}/api/v1, described at ${urls.gateway}/docs
  Traces     ${urls.traces}
  Accounts   patient-1 to patient-5, coordinator, investigator, monitor, manager, auditor, admin
             of the tenants aurora and borealis, each with the password demo-password

  Submit a PHQ-9 as a patient, from another terminal (201, and X-Trace-ID names its trace):

${exampleCurl(urls.gateway)}

  ${npm} submit        submits one and shows its trace as a tree
  ${npm} trace:audit   checks whether recent traces are complete

  Ctrl-C stops everything and leaves nothing behind.
`;
}

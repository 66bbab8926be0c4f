/** Every port of the platform: the setting that changes it, and its number where nothing else is said. */
export const PORTS = {
  gateway: { setting: 'GATEWAY_PORT', standard: 8080 },
  auth: { setting: 'AUTH_PORT', standard: 50051 },
  validation: { setting: 'VALIDATION_PORT', standard: 50052 },
  storage: { setting: 'STORAGE_PORT', standard: 50053 },
  analysis: { setting: 'ANALYSIS_PORT', standard: 50054 },
  traceDesk: { setting: 'TRACE_DESK_PORT', standard: 16686 },
  otlp: { setting: 'OTLP_PORT', standard: 4318 },
  // Where each service shows its metrics with OTEL_METRICS_EXPORTER=prometheus.
  gatewayMetrics: { setting: 'GATEWAY_METRICS_PORT', standard: 9464 },
  authMetrics: { setting: 'AUTH_METRICS_PORT', standard: 9465 },
  validationMetrics: { setting: 'VALIDATION_METRICS_PORT', standard: 9466 },
  storageMetrics: { setting: 'STORAGE_METRICS_PORT', standard: 9467 },
  analysisMetrics: { setting: 'ANALYSIS_METRICS_PORT', standard: 9468 },
} as const;

export type PortName = keyof typeof PORTS;
export type SystemPorts = Readonly<Record<PortName, number>>;

export const PORT_NAMES = Object.keys(PORTS) as PortName[];

/** A port from each name. */
export function portsFrom(number: (name: PortName) => number): SystemPorts {
  return Object.fromEntries(PORT_NAMES.map((name) => [name, number(name)])) as Record<PortName, number>;
}

/** The standard ports, each plus `offset`, so that copies of the platform run side by side. */
export function standardPorts(offset = 0): SystemPorts {
  return portsFrom((name) => PORTS[name].standard + offset);
}

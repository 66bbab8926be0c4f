export { startSystem } from './start-system.js';
export type { Progress, RunningSystem, SystemOptions, TraceBackend } from './running-system.js';
export { SystemStartError } from './system-start.error.js';
export type { Service } from './service-process.js';
export type { ServiceDefinition, ServiceName } from './service-definition.js';
export { PORTS, type PortName, type SystemPorts } from './ports.js';

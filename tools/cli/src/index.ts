export { submitCommand } from './submit.command.js';
export { traceAuditCommand } from './trace-audit.command.js';

export { demoAnswers } from './submit/demo-answers.js';
export { submitCommand } from './submit.command.js';
export { traceAuditCommand } from './trace-audit.command.js';

export { loadConfig, ConfigError } from './load-config.js';
export { flag, host, port, positiveInteger, hostPort } from './fields.js';

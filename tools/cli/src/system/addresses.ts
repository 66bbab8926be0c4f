import { parseUrl } from '../command/parse-options.js';
import type { Environment } from '../command/command.js';

/** Where the traces are, as said on the command line, by `JAEGER_URL`, or by the demo's port. @throws UsageError */
export function jaegerUrl(option: string | undefined, env: Environment): string {
  return addressOf(option, '--url', env, 'JAEGER_URL', 'TRACE_DESK_PORT', '16686');
}

/** Where the API is, as said on the command line, by `GATEWAY_URL`, or by the demo's port. @throws UsageError */
export function gatewayUrl(option: string | undefined, env: Environment): string {
  return addressOf(option, '--url', env, 'GATEWAY_URL', 'GATEWAY_PORT', '8080');
}

function addressOf(
  option: string | undefined,
  optionName: string,
  env: Environment,
  variable: string,
  portVariable: string,
  defaultPort: string,
): string {
  if (option !== undefined) return parseUrl(optionName, option);
  if (env[variable]) return parseUrl(variable, env[variable]);
  return parseUrl(portVariable, `http://localhost:${env[portVariable] || defaultPort}`);
}

/** Where people see a trace: the path is the same in Jaeger and in trace-desk. */
export const tracePage = (url: string, traceId: string): string => `${url}/trace/${traceId}`;

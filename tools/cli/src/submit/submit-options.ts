import { UsageError, type Environment } from '../command/command.js';
import { parseDuration, parseOptions } from '../command/parse-options.js';
import { gatewayUrl, jaegerUrl } from '../system/addresses.js';

export interface SubmitOptions {
  readonly url: string;
  readonly jaegerUrl: string;
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
  readonly instrument: string;
  readonly mode: 'valid' | 'invalid' | 'replay';
  readonly waitMs: number;
}

/** Of the demo's accounts; refused by every other system. */
const DEMO_PASSWORD = 'demo-password';

export const SUBMIT_HELP = `Usage: submit [--tenant aurora] [--user patient-1] [--instrument phq-9] [--invalid | --replay]
              [--wait 15s] [--url URL] [--jaeger URL]

  --tenant NAME      (default aurora)
  --user NAME        a patient of that tenant (default patient-1)
  --instrument ID    phq-9, gad-7 or daily-symptom-diary (default phq-9)
  --invalid          leaves a required answer out: is rejected
  --replay           sends the same submission twice and shows the second
  --wait TIME        how long to wait for the trace to be complete (default 15s)
  --url URL          the API (default: GATEWAY_URL, else http://localhost:8080, or GATEWAY_PORT)
  --jaeger URL       the traces (default: JAEGER_URL, else http://localhost:16686, or TRACE_DESK_PORT)

The password is EPRO_PASSWORD, or that of the demo accounts.

Exit status: 0 answered as asked for and its trace is complete, 1 the trace is not, 2 wrong arguments,
3 another answer than asked for, 4 the system or the traces cannot be reached.`;

/** @throws UsageError */
export function submitOptions(args: readonly string[], env: Environment): SubmitOptions {
  const values = parseOptions(args, {
    tenant: { type: 'string', default: 'aurora' },
    user: { type: 'string', default: 'patient-1' },
    instrument: { type: 'string', default: 'phq-9' },
    invalid: { type: 'boolean', default: false },
    replay: { type: 'boolean', default: false },
    wait: { type: 'string', default: '15s' },
    url: { type: 'string' },
    jaeger: { type: 'string' },
  });
  if (values.invalid && values.replay) throw new UsageError('--invalid and --replay exclude each other.');
  return {
    url: gatewayUrl(values.url, env),
    jaegerUrl: jaegerUrl(values.jaeger, env),
    tenant: values.tenant,
    user: values.user,
    password: env['EPRO_PASSWORD'] || DEMO_PASSWORD,
    instrument: values.instrument,
    mode: values.invalid ? 'invalid' : values.replay ? 'replay' : 'valid',
    waitMs: parseDuration('--wait', values.wait),
  };
}

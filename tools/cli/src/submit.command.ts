import { randomUUID } from 'node:crypto';
import { composeResponse } from '@epro/instruments';
import { createJaegerClient, TraceWaitError } from '@epro/jaeger-client';
import { checkTrace, classifyTrace, type TraceContract, type TraceSpan } from '@epro/trace-contract';
import { UsageError, type Command } from './command/command.js';
import { EXIT, type ExitCode } from './command/exit-code.js';
import type { Terminal } from './command/terminal.js';
import { demoAnswers, incompleteAnswers } from './submit/demo-answers.js';
import { contractOfAnswer, isAsAsked } from './submit/expected-answer.js';
import { formatAnswer } from './submit/format-answer.js';
import { formatTraceVerdict } from './submit/format-submission.js';
import { signIn, type Answer } from './submit/gateway-client.js';
import { SUBMIT_HELP, submitOptions, type SubmitOptions } from './submit/submit-options.js';
import { tracePage } from './system/addresses.js';

export const submitCommand: Command = {
  name: 'submit',
  summary: 'send one real submission and show its trace',
  help: SUBMIT_HELP,
  async run(args, { terminal, env }) {
    const options = submitOptions(args, env);
    const answer = await send(options);
    terminal.out(formatAnswer(answer));
    terminal.out(`  trace ${tracePage(options.jaegerUrl, answer.traceId)}\n`);
    const judged = await judgeTrace(answer, options, terminal);
    return isAsAsked(answer, options.mode) ? judged : EXIT.nothingChecked;
  },
};

async function send({ url, tenant, user, password, instrument, mode }: SubmitOptions): Promise<Answer> {
  const gateway = await signIn(url, { tenant, username: user, password });
  const patientId = await gateway.patientId();
  if (patientId === undefined) throw new UsageError(`${user} is no patient; only patients submit.`);
  const questionnaire = await gateway.questionnaire(instrument);
  const answers = mode === 'invalid' ? incompleteAnswers(questionnaire) : demoAnswers(questionnaire);
  const authored = new Date().toISOString();
  const response = composeResponse(questionnaire, answers, { patientId, authored });
  const key = randomUUID();
  const first = await gateway.submit(response, key);
  return mode === 'replay' ? gateway.submit(response, key) : first;
}

async function judgeTrace(answer: Answer, options: SubmitOptions, terminal: Terminal): Promise<ExitCode> {
  const { jaegerUrl: url, waitMs } = options;
  const client = createJaegerClient({ url });
  const contractOf = (spans: TraceSpan[]): TraceContract | undefined =>
    contractOfAnswer(answer) ?? classifyTrace(spans);
  const violationsOf = (spans: TraceSpan[]) => {
    const contract = contractOf(spans);
    return contract ? checkTrace(spans, contract) : [];
  };
  const until = (spans: TraceSpan[]) => contractOf(spans) !== undefined && violationsOf(spans).length === 0;
  let spans: TraceSpan[] | undefined;
  try {
    spans = await client.waitForTrace(answer.traceId, { until, timeoutMs: waitMs });
  } catch (error) {
    if (!(error instanceof TraceWaitError)) throw error;
    // What did arrive is worth seeing; where nothing can be asked, this says so.
    spans = await client.getTrace(answer.traceId);
  }
  if (!spans) {
    terminal.err(`No span of the trace arrived at ${url} within ${waitMs / 1000} s.`);
    return EXIT.incomplete;
  }
  const violations = violationsOf(spans);
  terminal.out(formatTraceVerdict(spans, contractOf(spans), violations, terminal));
  return until(spans) ? EXIT.ok : EXIT.incomplete;
}

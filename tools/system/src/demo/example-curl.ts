import { randomUUID } from 'node:crypto';
import { composeResponse, findQuestionnaire } from '@epro/instruments';

const ACCOUNT = { tenant: 'aurora', username: 'patient-1', password: 'demo-password' };
/** Answers in the questionnaire's order: a score of 17 with a safety alert, and "Somewhat difficult". */
const ANSWERS = [3, 3, 2, 2, 2, 2, 1, 1, 1, 'LA6573-5'];

/**
 * One line for a POSIX shell that submits a PHQ-9 and is answered with 201. It signs in by itself, with nothing but
 * curl and sed, so that it works as long as the demo runs.
 */
export function exampleCurl(gateway: string): string {
  const signIn =
    `curl -s ${gateway}/api/v1/auth/token -H 'Content-Type: application/json' -d ${quote(JSON.stringify(ACCOUNT))}` +
    ` | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
  return [
    `curl -sSi ${gateway}/api/v1/submissions`,
    `-H "Authorization: Bearer $(${signIn})"`,
    "-H 'Content-Type: application/json'",
    `-H 'Idempotency-Key: ${randomUUID()}'`,
    `-d ${quote(JSON.stringify(examplePhq9()))}`,
  ].join(' ');
}

function examplePhq9(): unknown {
  const questionnaire = findQuestionnaire('phq-9');
  if (!questionnaire?.item) throw new Error('There is no PHQ-9.');
  const questions = questionnaire.item.filter(({ type }) => type === 'choice');
  return composeResponse(questionnaire, Object.fromEntries(questions.map(({ linkId }, i) => [linkId, ANSWERS[i]!])), {
    authored: new Date().toISOString(),
  });
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

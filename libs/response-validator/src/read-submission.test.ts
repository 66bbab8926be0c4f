import { describe, expect, it } from 'vitest';
import { readSubmission, SUBMISSION_LIMITS } from './index.js';
import { found, phq9 } from './testing/fixtures.js';

const encode = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => encode(JSON.stringify(value));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withItems = (item: string) => encode(`{"resourceType":"QuestionnaireResponse","item":${item}}`);

describe('readSubmission', () => {
  it('hands on a response', () => {
    expect(readSubmission(json(phq9()))).toEqual({ response: phq9(), issues: [] });
  });

  it.each([
    ['more than 256 KB', encode(' '.repeat(SUBMISSION_LIMITS.bytes + 1)), 'EPRO-CAP-001'],
    ['nesting beyond the limit', withItems(nested(SUBMISSION_LIMITS.depth)), 'EPRO-CAP-002'],
    ['nesting that would exhaust the stack', encode(nested(120_000)), 'EPRO-CAP-002'],
    ['an item in an item, 3,000 deep', withItems(`${'[{"item":'.repeat(3000)}[]${'}]'.repeat(3000)}`), 'EPRO-CAP-002'],
    ['too many elements', withItems(`[${Array(SUBMISSION_LIMITS.containers).fill('{}').join()}]`), 'EPRO-CAP-003'],
    ['nothing', encode(''), 'EPRO-STR-001'],
    ['text that is no JSON', encode('{"resourceType":'), 'EPRO-STR-001'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'EPRO-STR-001'],
    ['a byte order mark', encode(`\uFEFF${JSON.stringify(phq9())}`), 'EPRO-STR-001'],
    ['null', encode('null'), 'EPRO-STR-002'],
    ['a list', json([phq9()]), 'EPRO-STR-002'],
    ['a text', encode('"QuestionnaireResponse"'), 'EPRO-STR-002'],
    ['another resource', json({ ...phq9(), resourceType: 'Observation' }), 'EPRO-STR-002'],
    ['no resource type', encode('{}'), 'EPRO-STR-002'],
  ])('refuses %s', (_, bytes, rule) => {
    const { response, issues } = readSubmission(bytes);
    expect(response).toBeUndefined();
    expect(found(issues)).toEqual([[rule, 'QuestionnaireResponse', '']]);
  });

  it.each([
    ['U+0000', { item: [{ linkId: 'a', answer: [{ valueString: 'x\u0000' }] }] }, '.item[0].answer[0].valueString'],
    ['a lone surrogate', { item: [{ linkId: 'a' }, { linkId: '\ud800' }] }, '.item[1].linkId'],
    ['a control character in a name', { item: [{ 'linkId\u0001': 'a' }] }, '.item[0]'],
    ['one below a name that is not FHIR’s', { item: [{ Alice: { item: '\u0007' } }] }, '.item[0]'],
  ])('refuses %s and points at it with FHIR’s own names only', (_, rest, path) => {
    const { issues } = readSubmission(json({ resourceType: 'QuestionnaireResponse', ...rest }));
    expect(found(issues)).toEqual([['EPRO-STR-006', `QuestionnaireResponse${path}`, '']]);
  });

  it('takes tabs, line ends, emoji and every script for text', () => {
    const text = 'naïve\tрука\r\n手 🙂 \u0301';
    expect(readSubmission(json({ resourceType: 'QuestionnaireResponse', item: [{ text }] })).issues).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { compileQuestionnaire, validateResponse } from './index.js';
import { diary, found, issuesOf, PATIENT, phq9, published } from './testing/fixtures.js';

const PHQ_9 = 'https://epro.example/fhir/Questionnaire/phq-9';
const ROOT = 'QuestionnaireResponse';
const loinc = (code: string) => ({ valueCoding: { system: 'http://loinc.org', code } });

/** The PHQ-9 with the item at `index` (0 to 8) replaced; `undefined` leaves it out. */
function with9(index: number, item: object | undefined) {
  const response = phq9();
  return { ...response, item: response.item?.flatMap((one, at) => (at === index ? (item ?? []) : one)) };
}

const item = (index: number) => phq9().item?.[index] ?? expect.fail('no such item');
const answered = (index: number, ...answer: unknown[]) => with9(index, { linkId: item(index).linkId, answer });

describe('a submission', () => {
  it.each([
    ['a PHQ-9 without complaints', phq9()],
    ['a PHQ-9 with a blank item 9', with9(8, undefined)],
    [
      'a PHQ-9 with the difficulty answered, where an item is above zero',
      phq9({ '/44251-7': 1, '/69722-7': 'LA6575-0' }),
    ],
    ['a PHQ-9 whose difficulty is enabled by item 9 alone', phq9({ '/44260-8': 3, '/69722-7': 'LA6574-3' })],
    [
      'a PHQ-9 with a display that the client made up',
      answered(0, { valueCoding: { ...loinc('LA6568-5').valueCoding, display: 'x' } }),
    ],
    ['a PHQ-9 with the sentence before the items', { ...phq9(), item: [{ linkId: '/stem' }, ...(phq9().item ?? [])] }],
    ['a diary without complaints', diary()],
    [
      'a diary of a bad day',
      diary({ pain: 10, mood: 4, 'dose-taken': false, 'dose-missed-reason': 'unwell', note: 'x'.repeat(1000) }),
    ],
    ['no subject', { ...phq9(), subject: undefined }],
    ['a subject by identifier', { ...phq9(), subject: { identifier: { value: PATIENT } } }],
    [
      'the own subject beside a hospital’s identifier',
      { ...phq9(), subject: { reference: `Patient/${PATIENT}`, identifier: { value: '7' } } },
    ],
    ['an authored time', { ...phq9(), authored: '2028-02-29T23:59:59.123+14:00' }],
    ['an amendment', { ...phq9(), status: 'amended' }],
    ['elements that FHIR allows', { ...phq9(), id: 'x', meta: { tag: [] }, language: 'en', _status: { id: 'a' } }],
  ])('is accepted: %s', (_, submission) => {
    expect(issuesOf(submission)).toEqual([]);
  });

  it.each([
    ['no questionnaire', { ...phq9(), questionnaire: undefined }, 'EPRO-QNR-001', `${ROOT}.questionnaire`],
    ['no version', { ...phq9(), questionnaire: PHQ_9 }, 'EPRO-QNR-001', `${ROOT}.questionnaire`],
    [
      'a questionnaire that is no text',
      { ...phq9(), questionnaire: [`${PHQ_9}|1.0.0`] },
      'EPRO-QNR-001',
      `${ROOT}.questionnaire`,
    ],
    [
      'a version never published',
      { ...phq9(), questionnaire: `${PHQ_9}|9.0.0` },
      'EPRO-QNR-002',
      `${ROOT}.questionnaire`,
    ],
    ['no status', { ...phq9(), status: undefined }, 'EPRO-STR-003', `${ROOT}.status`],
    ['a status of its own', { ...phq9(), status: 'final' }, 'EPRO-STR-003', `${ROOT}.status`],
    ['another patient', { ...phq9(), subject: { reference: 'Patient/AUR-0002' } }, 'EPRO-SUB-001', `${ROOT}.subject`],
    [
      'another patient beside the own identifier',
      { ...phq9(), subject: { reference: 'Patient/AUR-0002', identifier: { value: PATIENT } } },
      'EPRO-SUB-001',
      `${ROOT}.subject`,
    ],
    [
      'the own code as another resource',
      { ...phq9(), subject: { reference: `Group/${PATIENT}` } },
      'EPRO-SUB-001',
      `${ROOT}.subject`,
    ],
    ['a subject that says nothing', { ...phq9(), subject: { display: PATIENT } }, 'EPRO-SUB-001', `${ROOT}.subject`],
    ['an authored day only', { ...phq9(), authored: '2026-11-21' }, 'EPRO-TIM-001', `${ROOT}.authored`],
    [
      'an authored time without offset',
      { ...phq9(), authored: '2026-11-21T08:00:00' },
      'EPRO-TIM-001',
      `${ROOT}.authored`,
    ],
    [
      'an authored day that does not exist',
      { ...phq9(), authored: '2026-02-30T08:00:00Z' },
      'EPRO-TIM-001',
      `${ROOT}.authored`,
    ],
    ['an unknown element', { ...phq9(), severity: 'x' }, 'EPRO-STR-004', ROOT],
    ['an element of Object.prototype', { ...phq9(), constructor: 'x' }, 'EPRO-STR-004', ROOT],
    ['a modifier', { ...phq9(), modifierExtension: [{}] }, 'EPRO-STR-007', `${ROOT}.modifierExtension`],
    ['rules of its own', { ...phq9(), implicitRules: 'http://x' }, 'EPRO-STR-007', `${ROOT}.implicitRules`],
  ])('is refused: %s', (_, submission, rule, expression) => {
    expect(found(issuesOf(submission))).toEqual([[rule, expression, '']]);
  });

  it.each([
    ['an unknown element', with9(0, { ...item(0), score: 3 }), 'EPRO-STR-004', '.item[0]'],
    [
      'an unknown element in an answer',
      answered(0, { ...loinc('LA6568-5'), score: 3 }),
      'EPRO-STR-004',
      '.item[0].answer[0]',
    ],
    ['an unknown value[x]', answered(0, { ...loinc('LA6568-5'), valueScore: 3 }), 'EPRO-STR-004', '.item[0].answer[0]'],
    [
      'a modifier in an answer',
      answered(0, { ...loinc('LA6568-5'), modifierExtension: [] }),
      'EPRO-STR-007',
      '.item[0].answer[0].modifierExtension',
    ],
    ['an answer without a value', answered(0, { id: 'x' }), 'EPRO-ANS-001', '.item[0].answer[0]', 'EPRO-REQ-001'],
    [
      'two values',
      answered(0, { ...loinc('LA6568-5'), valueString: 'x' }),
      'EPRO-ANS-001',
      '.item[0].answer[0]',
      'EPRO-TYP-001',
    ],
    ['two answers', answered(0, loinc('LA6568-5'), loinc('LA6569-3')), 'EPRO-ANS-003', '.item[0]'],
    [
      'items beside the answer',
      with9(0, { ...item(0), item: [{ linkId: '/stem' }] }),
      'EPRO-ANS-002',
      '.item[0]',
      'EPRO-LNK-002',
    ],
    ['a number for a choice', answered(0, { valueInteger: 0 }), 'EPRO-TYP-001', '.item[0].answer[0].value'],
    ['a text for a coding', answered(0, { valueCoding: 'LA6568-5' }), 'EPRO-TYP-001', '.item[0].answer[0].value'],
    [
      'a display that is no text',
      answered(0, { valueCoding: { ...loinc('LA6568-5').valueCoding, display: 7 } }),
      'EPRO-TYP-001',
      '.item[0].answer[0].value',
    ],
    ['an unknown code', answered(0, loinc('LA9999-9')), 'EPRO-OPT-001', '.item[0].answer[0].value'],
    ['another question’s code', answered(0, loinc('LA6575-0')), 'EPRO-OPT-001', '.item[0].answer[0].value'],
    [
      'the code in another system',
      answered(0, { valueCoding: { system: 'urn:x', code: 'LA6568-5' } }),
      'EPRO-OPT-001',
      '.item[0].answer[0].value',
    ],
    [
      'the code without a system',
      answered(0, { valueCoding: { code: 'LA6568-5' } }),
      'EPRO-OPT-001',
      '.item[0].answer[0].value',
    ],
    [
      'the display without a code',
      answered(0, { valueCoding: { display: 'Not at all' } }),
      'EPRO-OPT-001',
      '.item[0].answer[0].value',
    ],
  ])('is refused for an item with %s', (_, submission, rule, path, ...also) => {
    const issues = found(issuesOf(submission));
    expect(issues).toContainEqual([rule, ROOT + path, '/44250-9']);
    expect(issues.map(([id]) => id).toSorted()).toEqual([rule, ...also].toSorted());
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('is refused where required PHQ-9 item %i of 0 to 7 is left out', (index) => {
    const expected = [['EPRO-REQ-001', ROOT, item(index).linkId]];
    expect(found(issuesOf(with9(index, undefined)))).toEqual(expected);
  });

  it('points at a required item that is there without an answer', () => {
    expect(found(issuesOf(with9(3, { linkId: '/44254-1' })))).toEqual([
      ['EPRO-REQ-001', `${ROOT}.item[3]`, '/44254-1'],
    ]);
  });

  it('names every item that is wrong, not only the first', () => {
    const issues = issuesOf({ ...phq9(), item: [] });
    expect(found(issues)).toEqual([
      ['EPRO-STR-005', `${ROOT}.item`, ''],
      ...Array.from({ length: 8 }, (_, index) => ['EPRO-REQ-001', ROOT, item(index).linkId]),
    ]);
  });

  it.each(['completed', 'amended', undefined])('with status %s may miss none', (status) => {
    const required = issuesOf({ ...with9(0, undefined), status }).filter(({ rule }) => rule === 'EPRO-REQ-001');
    expect(required.map(({ severity }) => severity)).toEqual(['error']);
  });

  it.each(['in-progress', 'stopped', 'entered-in-error'])(
    'with status %s may miss answers, with a warning',
    (status) => {
      const issues = issuesOf({ ...with9(0, undefined), status });
      expect(issues.map(({ rule, severity }) => [rule, severity])).toEqual([['EPRO-REQ-001', 'warning']]);
    },
  );

  it.each([
    ['unknown', { linkId: '/00000-0', answer: [loinc('LA6568-5')] }, 'EPRO-LNK-001', ''],
    ['a name of Object.prototype', { linkId: 'constructor' }, 'EPRO-LNK-001', ''],
    ['sent twice', item(0), 'EPRO-LNK-003', '/44250-9'],
    ['no object', 'x', 'EPRO-STR-005', ''],
    ['without a linkId', { answer: [loinc('LA6568-5')] }, 'EPRO-STR-005', ''],
    ['a display that is answered', { linkId: '/stem', answer: [{ valueString: 'x' }] }, 'EPRO-ANS-002', '/stem'],
    [
      'the difficulty, where no item is above zero',
      { linkId: '/69722-7', answer: [loinc('LA6575-0')] },
      'EPRO-ENW-001',
      '/69722-7',
    ],
  ])('is refused for one more item that is %s', (_, more, rule, linkId) => {
    const issues = issuesOf({ ...phq9(), item: [...(phq9().item ?? []), more] });
    expect(issues.map((one) => [one.rule, one.linkId, one.severity])).toEqual([[rule, linkId, 'error']]);
  });

  it.each([
    ['an answer that is no list', { answer: loinc('LA6568-5') }, 'answer'],
    ['an empty list of answers', { answer: [] }, 'answer'],
    ['an answer that is null', { answer: [null] }, 'answer'],
    ['a text that is no text', { answer: [loinc('LA6568-5')], text: 5 }, 'text'],
    ['items that are no list', { answer: [loinc('LA6568-5')], item: {} }, 'item'],
  ])('is refused for %s', (_, rest, name) => {
    const issues = found(issuesOf(with9(0, { linkId: '/44250-9', ...rest })));
    expect(issues).toContainEqual(['EPRO-STR-005', `${ROOT}.item[0].${name}`, '/44250-9']);
  });

  it.each([
    [-1, 'EPRO-VAL-001'],
    [11, 'EPRO-VAL-001'],
    [2.5, 'EPRO-TYP-001'],
    ['3', 'EPRO-TYP-001'],
    [null, 'EPRO-TYP-001'],
    [2 ** 32, 'EPRO-TYP-001'],
  ])('is refused for a pain rating of %j', (valueInteger, rule) => {
    const response = diary();
    const [pain, ...rest] = response.item ?? [];
    const issues = issuesOf({ ...response, item: [{ ...pain, answer: [{ valueInteger }] }, ...rest] });
    expect(found(issues)).toEqual([[rule, `${ROOT}.item[0].answer[0].value`, 'pain']]);
  });

  it.each([
    ['a missed dose without a reason', diary({ 'dose-taken': false }), 'EPRO-REQ-001', 'dose-missed-reason'],
    [
      'a reason where the dose was taken',
      diary({ 'dose-missed-reason': 'forgot' }),
      'EPRO-ENW-001',
      'dose-missed-reason',
    ],
    ['a note that is too long', diary({ note: 'x'.repeat(1001) }), 'EPRO-VAL-002', 'note'],
    ['a blank note', diary({ note: ' \n' }), 'EPRO-TYP-001', 'note'],
  ])('is refused for %s', (_, submission, rule, linkId) => {
    expect(issuesOf(submission).map((one) => [one.rule, one.linkId])).toEqual([[rule, linkId]]);
  });

  it('is refused for any subject where no patient is known', () => {
    const questionnaire = compileQuestionnaire(published('phq-9'));
    const response = { ...phq9(), subject: { reference: 'Patient/' } };
    expect(validateResponse(questionnaire, response, { patientId: '' }).map(({ rule }) => rule)).toEqual([
      'EPRO-SUB-001',
    ]);
  });

  it('never gives back what was sent: no answer, no text, no name', () => {
    const secret = 'CANARY';
    const hostile = {
      ...phq9(),
      [secret]: secret,
      status: secret,
      authored: secret,
      subject: { reference: secret },
      modifierExtension: [{ url: secret }],
      item: [
        { linkId: secret, text: 7, [secret]: secret },
        { linkId: '/stem', answer: [{ valueString: secret }] },
        { linkId: '/44250-9', answer: [{ valueCoding: { system: secret, code: secret } }, { [secret]: secret }] },
        { linkId: '/44255-8', answer: [{ valueString: secret, valueCoding: secret }], item: [{ linkId: secret }] },
        { linkId: '/69722-7', answer: [{ valueString: secret }] },
        secret,
      ],
    };
    const issues = issuesOf(hostile);
    expect(new Set(issues.map(({ rule }) => rule)).size).toBeGreaterThan(10);
    const others = [
      issuesOf(new TextEncoder().encode(`{"${secret}":`)),
      issuesOf({ ...phq9(), questionnaire: `${secret}|1` }),
    ];
    expect(JSON.stringify([issues, ...others])).not.toContain(secret);
  });

  it('lists at most 100 findings, says that there are more, and keeps the errors', () => {
    const issues = issuesOf({
      ...phq9(),
      status: 'stopped',
      item: Array.from({ length: 500 }, () => ({ linkId: 'x' })),
    });
    expect(issues).toHaveLength(101);
    expect(issues.slice(0, 100).every(({ severity }) => severity === 'error')).toBe(true);
    expect(issues.at(-1)).toMatchObject({ rule: 'EPRO-CAP-004', severity: 'warning' });
  });
});

import type { Questionnaire } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createQuestionnaireRegistry, findQuestionnaire, resolveCanonical } from './index.js';

const published = (version: string, id = 'diary'): Questionnaire => ({
  resourceType: 'Questionnaire',
  status: 'active',
  id,
  url: `https://epro.example/fhir/Questionnaire/${id}`,
  version,
});

describe('createQuestionnaireRegistry', () => {
  const versions = ['1.9.0', '1.10.0', '1.2.0'].map((version) => published(version));
  const registry = createQuestionnaireRegistry([...versions, published('1.0.0', 'other')]);

  it('keeps versions side by side and knows the latest by number, not by text', () => {
    expect(registry.latest.map(({ id, version }) => [id, version])).toEqual([
      ['diary', '1.10.0'],
      ['other', '1.0.0'],
    ]);
    expect(registry.find('diary')?.version).toBe('1.10.0');
    expect(registry.find('diary', '')?.version).toBe('1.10.0');
    expect(registry.find('diary', '1.2.0')).toBe(versions[2]);
    expect(registry.resolve('https://epro.example/fhir/Questionnaire/diary|1.9.0')).toBe(versions[0]);
  });

  it.each([
    ['an unknown id', () => registry.find('none')],
    ['an unknown version', () => registry.find('diary', '3.0.0')],
    ['a canonical without a version', () => registry.resolve('https://epro.example/fhir/Questionnaire/diary')],
    ['an id in the place of a canonical', () => registry.resolve('diary|1.2.0')],
    ['a name of Object.prototype', () => registry.find('constructor') ?? registry.resolve('__proto__')],
  ])('finds nothing for %s', (_, find) => expect(find()).toBeUndefined());

  it('refuses a version published twice or without identity', () => {
    expect(() => createQuestionnaireRegistry([published('1.0.0'), published('1.0.0')])).toThrow(/published twice/);
    expect(() => createQuestionnaireRegistry([{ ...published('1.0.0'), url: undefined }])).toThrow(/lacks an id/);
  });

  it('serves the published instruments', () => {
    expect(resolveCanonical('https://epro.example/fhir/Questionnaire/phq-9|1.0.0')?.id).toBe('phq-9');
    expect(findQuestionnaire('phq-9', '9.9.9')).toBeUndefined();
  });
});

import type { Questionnaire } from '@epro/contracts';

/** FHIR R4 searchset Bundle, as JSON. The resources are put in as they came: parsing would change their decimals. */
export function questionnaireBundle(questionnaires: readonly Questionnaire[]): string {
  const entries = questionnaires.map(
    ({ ref, resource }) =>
      `{"fullUrl":${JSON.stringify(ref?.url ?? '')},"resource":${resource.toString('utf8')},"search":{"mode":"match"}}`,
  );
  return `{"resourceType":"Bundle","type":"searchset","total":${entries.length},"entry":[${entries.join(',')}]}`;
}

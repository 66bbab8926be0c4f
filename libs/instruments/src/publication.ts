import type { Questionnaire } from 'fhir/r4.js';

/** LOINC's code system. */
export const LOINC = 'http://loinc.org';

/** The notice that LOINC's licence asks for wherever its codes are shown. */
export const LOINC_NOTICE =
  'This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. and ' +
  'the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license ' +
  'at http://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief Institute, Inc.';

/** The notice of the PHQ and GAD-7 authors, as LOINC carries it. */
export const PFIZER_NOTICE =
  'Copyright © Pfizer Inc. All rights reserved. Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke ' +
  'and colleagues, with an educational grant from Pfizer Inc. No permission required to reproduce, translate, display ' +
  'or distribute.';

/** The address under which our own artefacts are published. */
export const FHIR_BASE = 'https://epro.example/fhir';

/** What every published questionnaire version states about itself. */
export function publication(id: string, version: string, date: string) {
  return {
    resourceType: 'Questionnaire',
    id,
    language: 'en',
    url: `${FHIR_BASE}/Questionnaire/${id}`,
    version,
    status: 'active',
    experimental: false,
    subjectType: ['Patient'],
    date,
    publisher: 'ePRO submission platform',
  } as const satisfies Partial<Questionnaire>;
}

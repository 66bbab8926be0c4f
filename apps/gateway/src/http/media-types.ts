export const JSON_TYPE = 'application/json';
export const JSON_UTF8 = `${JSON_TYPE}; charset=utf-8`;
export const FHIR_JSON = 'application/fhir+json';
export const FHIR_JSON_UTF8 = `${FHIR_JSON}; charset=utf-8`;

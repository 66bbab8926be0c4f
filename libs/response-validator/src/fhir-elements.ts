const RESOURCE = ['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'];
const BACKBONE = ['id', 'extension', 'modifierExtension'];

/** The elements of a QuestionnaireResponse. https://hl7.org/fhir/R4/questionnaireresponse.html */
export const RESPONSE_ELEMENTS = elements([
  ...RESOURCE,
  'resourceType',
  'identifier',
  'basedOn',
  'partOf',
  'questionnaire',
  'status',
  'subject',
  'encounter',
  'authored',
  'author',
  'source',
  'item',
]);

/** The elements of QuestionnaireResponse.item. */
export const ITEM_ELEMENTS = elements([...BACKBONE, 'linkId', 'definition', 'text', 'answer', 'item']);

/** The names that value[x] may have in QuestionnaireResponse.item.answer. */
export const VALUE_ELEMENTS = elements([
  'valueBoolean',
  'valueDecimal',
  'valueInteger',
  'valueDate',
  'valueDateTime',
  'valueTime',
  'valueString',
  'valueUri',
  'valueAttachment',
  'valueCoding',
  'valueQuantity',
  'valueReference',
]);

/** The elements of QuestionnaireResponse.item.answer. */
export const ANSWER_ELEMENTS = elements([...BACKBONE, ...VALUE_ELEMENTS, 'item']);

function elements(names: Iterable<string>): ReadonlySet<string> {
  return new Set(names);
}

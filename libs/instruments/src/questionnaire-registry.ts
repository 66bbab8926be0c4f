import type { Questionnaire } from 'fhir/r4.js';

/** Published questionnaire versions, side by side. */
export interface QuestionnaireRegistry {
  /** Every version, in the order given. */
  readonly all: readonly Questionnaire[];
  /** The latest version of each questionnaire. */
  readonly latest: readonly Questionnaire[];
  /** One version, or the latest; `undefined` where there is none such. */
  readonly find: (id: string, version?: string) => Questionnaire | undefined;
  /**
   * The version that a canonical `url|version` names. A canonical without a version names none: a response must say
   * which wording it answered.
   */
  readonly resolve: (canonical: string) => Questionnaire | undefined;
}

/** `url|version` of a questionnaire, as a response pins it. */
export function canonicalOf({ url, version }: Questionnaire): string {
  return `${url}|${version}`;
}

/**
 * @param published versions with `id`, `url` and `version`, which no two share
 * @throws Error where one lacks its identity or two are the same version: published is published
 */
export function createQuestionnaireRegistry(published: readonly Questionnaire[]): QuestionnaireRegistry {
  const byCanonical = new Map<string, Questionnaire>();
  const latestById = new Map<string, Questionnaire>();
  for (const questionnaire of published) {
    const { id, url, version } = questionnaire;
    if (!id || !url || !version) throw new Error(`Questionnaire ${id ?? url ?? '?'} lacks an id, url or version.`);
    const canonical = canonicalOf(questionnaire);
    if (byCanonical.has(canonical)) throw new Error(`Questionnaire ${canonical} is published twice.`);
    byCanonical.set(canonical, questionnaire);
    const latest = latestById.get(id);
    if (!latest || compareVersions(version, latest.version ?? '') > 0) latestById.set(id, questionnaire);
  }
  return Object.freeze({
    all: Object.freeze([...byCanonical.values()]),
    latest: Object.freeze([...latestById.values()]),
    find: (id: string, version?: string) =>
      version ? published.find((one) => one.id === id && one.version === version) : latestById.get(id),
    resolve: (canonical: string) => byCanonical.get(canonical),
  });
}

/** Compares `major.minor.patch` by number, so that 1.10.0 comes after 1.9.0. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

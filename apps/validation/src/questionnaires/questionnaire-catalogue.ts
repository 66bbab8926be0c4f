import { DomainError, Questionnaire } from '@epro/contracts';
import { canonicalOf, findQuestionnaire, latestQuestionnaires, questionnaires } from '@epro/instruments';
import { compileQuestionnaire, type CompiledQuestionnaire } from '@epro/response-validator';
import { Injectable } from '@nestjs/common';
import type { Questionnaire as FhirQuestionnaire } from 'fhir/r4.js';

/** The published questionnaires. Each is compiled and written out once, at start: one that cannot be stops the service. */
@Injectable()
export class QuestionnaireCatalogue {
  private readonly compiled = new Map(questionnaires.map((one) => [canonicalOf(one), compileQuestionnaire(one)]));
  private readonly messages = new Map(questionnaires.map((one) => [one, toMessage(one)]));

  /** The latest version of each questionnaire. */
  latest(): Questionnaire[] {
    return latestQuestionnaires.map((one) => this.message(one));
  }

  /**
   * One version, or the latest where `version` is empty.
   *
   * @throws DomainError NOT_FOUND
   */
  get(id: string, version: string): Questionnaire {
    const questionnaire = findQuestionnaire(id, version);
    if (questionnaire) return this.message(questionnaire);
    throw new DomainError(
      'NOT_FOUND',
      'QUESTIONNAIRE_NOT_FOUND',
      'There is no such questionnaire, or not in that version. List the questionnaires to see what is published.',
    );
  }

  /** The version that a canonical `url|version` names, ready to validate against; `undefined` where there is none such. */
  resolve(canonical: string): CompiledQuestionnaire | undefined {
    return this.compiled.get(canonical);
  }

  private message(questionnaire: FhirQuestionnaire): Questionnaire {
    return this.messages.get(questionnaire) ?? toMessage(questionnaire);
  }
}

function toMessage(questionnaire: FhirQuestionnaire): Questionnaire {
  const { id, url, version } = questionnaire;
  return Questionnaire.fromPartial({ ref: { id, url, version }, resource: Buffer.from(JSON.stringify(questionnaire)) });
}

import { host, loadConfig, port } from '@epro/config';
import { z } from 'zod';

const schema = z.object({ HOST: host(), ANALYSIS_PORT: port(50054) });

export interface AnalysisConfig {
  readonly host: string;
  readonly port: number;
}

/** @throws ConfigError that names every unusable variable */
export function loadAnalysisConfig(env?: Readonly<Record<string, string | undefined>>): AnalysisConfig {
  const { HOST, ANALYSIS_PORT } = loadConfig(schema, env);
  return Object.freeze({ host: HOST, port: ANALYSIS_PORT });
}

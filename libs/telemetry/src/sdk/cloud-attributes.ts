type Environment = Readonly<Record<string, string | undefined>>;

interface Cloud {
  readonly provider: string;
  /** Variables of which one that is set tells this cloud. */
  readonly signs: readonly string[];
  readonly regions: readonly string[];
}

/** What the platforms themselves set. None of them is asked over the network: that costs seconds where it is another. */
const CLOUDS: readonly Cloud[] = [
  {
    provider: 'aws',
    signs: ['AWS_REGION', 'AWS_EXECUTION_ENV', 'ECS_CONTAINER_METADATA_URI_V4'],
    regions: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
  {
    provider: 'gcp',
    signs: ['K_SERVICE', 'CLOUD_RUN_JOB', 'GAE_SERVICE', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_REGION'],
    regions: ['GOOGLE_CLOUD_REGION', 'CLOUD_RUN_REGION', 'FUNCTION_REGION'],
  },
  {
    provider: 'azure',
    signs: ['WEBSITE_SITE_NAME', 'CONTAINER_APP_NAME', 'AZURE_REGION'],
    regions: ['AZURE_REGION', 'REGION_NAME'],
  },
];

const REGION = /^[\w .-]{1,64}$/;

/**
 * The cloud that this process runs in, as far as its environment tells. What is configured comes first, and a provider
 * that is configured keeps out the region of another.
 */
export function cloudAttributes(
  { cloudProvider, cloudRegion }: { cloudProvider?: string; cloudRegion?: string },
  env: Environment = process.env,
): Record<string, string> {
  const cloud = CLOUDS.find(
    ({ provider, signs }) =>
      (cloudProvider === undefined || cloudProvider === provider) && signs.some((name) => env[name]),
  );
  const region = cloudRegion ?? cloud?.regions.map((name) => env[name]).find((value) => value && REGION.test(value));
  const provider = cloudProvider ?? cloud?.provider;
  return { ...(provider && { 'cloud.provider': provider }), ...(region && { 'cloud.region': region }) };
}

import { describe, expect, it } from 'vitest';
import { cloudAttributes } from './cloud-attributes.js';

const cloud = (provider: string, region?: string) => ({
  'cloud.provider': provider,
  ...(region && { 'cloud.region': region }),
});

describe('cloudAttributes', () => {
  it.each([
    ['outside a cloud', {}, {}],
    ['AWS Lambda or ECS', { AWS_REGION: 'eu-west-1' }, cloud('aws', 'eu-west-1')],
    ['ECS that says no region', { ECS_CONTAINER_METADATA_URI_V4: 'http://x' }, cloud('aws')],
    ['AWS with both regions', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, cloud('aws', 'eu-west-1')],
    ["a developer's AWS command line", { AWS_DEFAULT_REGION: 'us-east-1' }, {}],
    ['Cloud Run', { K_SERVICE: 'gateway', GOOGLE_CLOUD_REGION: 'europe-west6' }, cloud('gcp', 'europe-west6')],
    ['Cloud Run that says no region', { K_SERVICE: 'gateway' }, cloud('gcp')],
    ['Azure App Service', { WEBSITE_SITE_NAME: 'gateway', REGION_NAME: 'West Europe' }, cloud('azure', 'West Europe')],
    ['something with a region of its own', { REGION_NAME: 'north' }, {}],
    ['an empty variable', { AWS_REGION: '' }, {}],
    ['a region that is none', { AWS_REGION: 'x'.repeat(65) }, cloud('aws')],
  ])('knows %s', (_, env, expected) => {
    expect(cloudAttributes({}, env)).toEqual(expected);
  });

  it('takes what is configured first', () => {
    const env = { AWS_REGION: 'eu-west-1' };
    expect(cloudAttributes({ cloudRegion: 'zone-7' }, env)).toEqual(cloud('aws', 'zone-7'));
    expect(cloudAttributes({ cloudProvider: 'ibm_cloud' }, env)).toEqual(cloud('ibm_cloud'));
    expect(cloudAttributes({ cloudProvider: 'aws' }, env)).toEqual(cloud('aws', 'eu-west-1'));
  });
});

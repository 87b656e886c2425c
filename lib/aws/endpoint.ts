/** The services that the lean client serves, as they are called in host names and signatures. */
export type LeanService = "dynamodb" | "sqs" | "states";

/** Names of these services in variables; that of `states` is `sfn`. */
export type LeanServiceId = LeanService | "sfn";

/** DNS suffixes by the beginning of a Region's name, where it is not AWS's own. Source: AWS General Reference, "AWS service endpoints". */
const SUFFIXES: readonly (readonly [start: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eusc-", "amazonaws.eu"],
];

/** Regions as `eu-central-1`, and no pseudo-Regions such as `fips-us-east-1`. */
const REGION = /^(?!fips-)[a-z]{2,4}(?:-[a-z]+)+-\d+$/;

/** Whether the endpoint of a Region is known from its name. */
export function isRegion(region: string): boolean {
  return REGION.test(region);
}

/** The ordinary endpoint of a service: `https://sqs.eu-central-1.amazonaws.com`. */
export function regionalEndpoint(service: string, region: string): string {
  const [, suffix] = SUFFIXES.find(([start]) => region.startsWith(start)) ?? [];
  return `https://${service}.${region}.${suffix ?? "amazonaws.com"}`;
}

/** The endpoint that the environment gives instead of AWS's own. Source: AWS SDKs Reference Guide, "Service-specific endpoints". */
export function configuredEndpoint(service: LeanServiceId): string | undefined {
  const { AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignored } = process.env;
  const ofService = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  return ignored === "true" ? undefined : ofService || AWS_ENDPOINT_URL || undefined;
}

import { RegionInfo } from "aws-cdk-lib/region-info";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOptInRegion, REGIONS_ENABLED_BY_DEFAULT, snsPrincipal } from "../../../lib/regions/index.ts";

const ofAws = RegionInfo.regions.filter(({ partition }) => partition === "aws").map(({ name }) => name);
const byDefault = [...REGIONS_ENABLED_BY_DEFAULT];
const optIn = ofAws.filter((region) => !REGIONS_ENABLED_BY_DEFAULT.has(region));

describe("opt-in Regions", () => {
  test("are those that CDK knows as such, in all partitions", () => {
    const differing = RegionInfo.regions.filter(
      ({ name, isOptInRegion: expected }) => isOptInRegion(name) !== expected,
    );
    expect(differing.map(({ name }) => name)).toEqual([]);
    expect(optIn.length).toBeGreaterThan(10);
  });

  test("include every Region that this version does not know", () => {
    expect(isOptInRegion("eu-west-9")).toBe(true);
    expect(isOptInRegion("cn-south-1")).toBe(false);
    expect(isOptInRegion("us-gov-south-1")).toBe(false);
  });
});

describe("the principal of SNS", () => {
  test.each([
    ["within a Region that is enabled by default", "eu-west-1", "eu-west-1", "sns.amazonaws.com"],
    ["within an opt-in Region", "af-south-1", "af-south-1", "sns.amazonaws.com"],
    ["between Regions that are enabled by default", "eu-west-1", "us-east-1", "sns.amazonaws.com"],
    ["to an opt-in Region", "eu-west-1", "ap-east-1", "sns.ap-east-1.amazonaws.com"],
    ["from an opt-in Region", "me-south-1", "eu-west-1", "sns.me-south-1.amazonaws.com"],
    ["between opt-in Regions", "me-south-1", "eu-south-2", "sns.eu-south-2.amazonaws.com"],
    ["within China", "cn-north-1", "cn-northwest-1", "sns.amazonaws.com"],
  ])("%s", (_, topic, queue, principal) => {
    expect(snsPrincipal(topic, queue)).toBe(principal);
  });

  test("is regional exactly where two Regions differ and one of them is opt-in, and then names an opt-in one", () => {
    const region = fc.constantFrom(...byDefault, ...optIn);
    fc.assert(
      fc.property(region, region, (topic, queue) => {
        const [, named] = /^sns\.(?:([a-z0-9-]+)\.)?amazonaws\.com$/.exec(snsPrincipal(topic, queue)) ?? [];
        const regional = topic !== queue && (isOptInRegion(topic) || isOptInRegion(queue));
        expect(named !== undefined).toBe(regional);
        if (named !== undefined) {
          expect(isOptInRegion(named)).toBe(true);
          expect(named).toBe(isOptInRegion(queue) ? queue : topic);
        }
      }),
    );
  });
});

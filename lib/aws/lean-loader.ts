import { FanfareError } from "../errors/index.ts";
import { configuredEndpoint, type LeanService, regionalEndpoint } from "./endpoint.ts";
import type { LeanClient, LeanClientOptions } from "./lean/index.ts";

/** What is not known of a client before its service and Region are. */
export interface LeanLoaderOptions extends Omit<LeanClientOptions, "endpoint" | "service" | "region"> {
  /** @default the environment's */
  readonly region?: string | undefined;
  /** @default the configured endpoint, else the Region's */
  readonly endpoint?: string | undefined;
}

/** Loads the lean client of a service. @throws FanfareError `ConfigurationInvalid` without a Region */
export async function loadLean(service: LeanService, options: LeanLoaderOptions): Promise<LeanClient> {
  const { region = process.env.AWS_REGION } = options;
  if (!region) {
    throw new FanfareError("ConfigurationInvalid", "AWS_REGION is not set", {
      field: "AWS_REGION",
      remedy: "set the variable, as Lambda does, or pass a client of the AWS SDK",
    });
  }
  const endpoint = options.endpoint ?? configuredEndpoint(service) ?? regionalEndpoint(service, region);
  const { leanClient } = await import("./lean/index.ts");
  return leanClient({ ...options, service, region, endpoint });
}

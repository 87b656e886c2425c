import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const REGION = "eu-central-1";
export const ACCOUNT = "000000000000";

/** Where virtual environment and jars are kept between runs; ignored by Git. */
export const CACHE = fileURLToPath(new URL("../../.fanfare", import.meta.url));

/** A file of this folder. */
export function here(...path: readonly string[]): string {
  return join(fileURLToPath(new URL(".", import.meta.url)), ...path);
}

/** Environment of a client in another process: our endpoint, invented credentials, nothing of this machine's configuration. */
export function peerEnvironment(endpoint: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    LANG: "C.UTF-8",
    ...clientEnvironment(endpoint),
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "2",
    AWS_PAGER: "",
  };
}

/** What AWS clients find in the environment of a function: here with our endpoint. */
export function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: REGION,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

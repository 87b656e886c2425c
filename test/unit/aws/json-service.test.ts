import { afterEach, expect, test, vi } from "vitest";
import { callsOf } from "../../../lib/aws/call.ts";
import { jsonService } from "../../../lib/aws/json-service.ts";
import { systemClock } from "../../../lib/clock/index.ts";

afterEach(() => vi.unstubAllGlobals());

const SECRET = "a-secret-that-nobody-may-see";

/** KMS, called as the client of another service would be, with what `fetch` is answered. */
function kms(region: string, response: Response) {
  const urls: string[] = [];
  vi.stubGlobal("fetch", async (url: URL) => {
    urls.push(String(url));
    return response;
  });
  const config = {
    region: async () => region,
    credentials: async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET, sessionToken: undefined }),
  };
  const call = jsonService({ service: "kms", target: "TrentService" }, async () => ({
    call: callsOf({ config }, systemClock),
  }));
  return { call, urls };
}

test.each([
  ["eu-central-1", "https://kms.eu-central-1.amazonaws.com/"],
  ["us-gov-west-1", "https://kms.us-gov-west-1.amazonaws.com/"],
  ["cn-north-1", "https://kms.cn-north-1.amazonaws.com.cn/"],
  ["eusc-de-east-1", "https://kms.eusc-de-east-1.amazonaws.eu/"],
  ["us-iso-east-1", "https://kms.us-iso-east-1.c2s.ic.gov/"],
])("a service is called where the partition of %s has it", async (region, url) => {
  const { call, urls } = kms(region, Response.json({ KeyMetadata: { KeyState: "Enabled" } }));
  expect(await call("DescribeKey", { KeyId: "1" })).toMatchObject({ KeyMetadata: { KeyState: "Enabled" } });
  expect(urls).toEqual([url]);
});

test("a refusal has its code, its status, and no secret", async () => {
  const body = { __type: "com.amazonaws.kms#AccessDeniedException", Message: `not allowed: ${SECRET}` };
  const { call } = kms("eu-central-1", Response.json(body, { status: 400 }));
  const error: unknown = await call("GetKeyPolicy", {}).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
  expect(String(error)).not.toContain(SECRET);
});

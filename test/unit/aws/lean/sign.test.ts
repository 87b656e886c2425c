import { describe, expect, it } from "vitest";
import { sign } from "../../../../lib/aws/lean/sign.ts";
import { VECTORS } from "./vectors.ts";

const TIME = Date.UTC(2015, 7, 30, 12, 36, 0);
const KEYS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const SCOPE = { region: "us-east-1", service: "service" };

function signatureOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers.authorization?.split("Signature=")[1];
}

describe("Signature Version 4", () => {
  it.each(VECTORS)("$name of AWS's suite", ({ method, path, headers, body, sessionToken, signature }) => {
    const request = { method, path, headers: { host: "example.amazonaws.com", ...headers }, body };
    expect(signatureOf(sign(request, { ...KEYS, sessionToken }, SCOPE, TIME))).toBe(signature);
  });

  it("does not take the key of another secret, day, Region or service", () => {
    const request = { method: "POST", path: "/", headers: { host: "h" }, body: "{}" };
    const signatures = [
      sign(request, KEYS, SCOPE, TIME),
      sign(request, { ...KEYS, secretAccessKey: "another" }, SCOPE, TIME),
      sign(request, KEYS, { ...SCOPE, region: "eu-west-1" }, TIME),
      sign(request, KEYS, { ...SCOPE, service: "sqs" }, TIME),
      sign(request, KEYS, SCOPE, TIME + 86_400_000),
    ].map(signatureOf);
    expect(new Set(signatures).size).toBe(5);
    expect(signatureOf(sign(request, KEYS, SCOPE, TIME))).toBe(signatures[0]);
  });
});

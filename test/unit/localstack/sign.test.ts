import { describe, expect, it } from "vitest";
import { signedHeaders } from "../../localstack/aws/sign.ts";

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const NOW = new Date("2015-08-30T12:36:00Z");
const REQUEST = {
  url: new URL("https://example.amazonaws.com/"),
  service: "service",
  region: "us-east-1",
  headers: {},
  body: "",
};

describe("signedHeaders", () => {
  it("signs the case post-vanilla of AWS's test suite for signatures as that says", () => {
    expect(signedHeaders(REQUEST, CREDENTIALS, NOW)).toEqual({
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    });
  });

  it("signs body, path and further headers, and sends a session's token", () => {
    const plain = signedHeaders(REQUEST, CREDENTIALS, NOW).authorization;
    for (const other of [
      { ...REQUEST, body: "Action=X" },
      { ...REQUEST, url: new URL("https://example.amazonaws.com/a") },
      { ...REQUEST, headers: { "content-type": "application/json" } },
    ]) {
      expect(signedHeaders(other, CREDENTIALS, NOW).authorization).not.toBe(plain);
    }
    const withToken = signedHeaders(REQUEST, { ...CREDENTIALS, sessionToken: "token" }, NOW);
    expect(withToken["x-amz-security-token"]).toBe("token");
    expect(withToken.authorization).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token");
  });
});

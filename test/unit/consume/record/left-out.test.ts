import { expect, test } from "vitest";
import { leftOut } from "../../../../lib/consume/record/index.ts";

test.each([
  ["the option that is given", undefined, "payloadSources is given, but the bundle was made without payloads"],
  ["what asks for it", "the queue is large", "the queue is large, but the bundle was made without payloads"],
])("the error for a part that the bundle does not have names %s, and how to keep the part", (_, what, summary) => {
  expect(leftOut("payloadSources", "payloads", what)).toMatchObject({
    code: "ConfigurationInvalid",
    field: "payloadSources",
    summary,
    remedy: expect.stringContaining('keep: ["payloads"]'),
  });
});

import { describe, expect, test, vi } from "vitest";
import { deadLetterQueuesFrom } from "../../../../lib/consume/settings/dead-letter-queues.ts";
import { refusal, withoutVariables } from "./environment.ts";

withoutVariables();

function fromVariable(value: string) {
  vi.stubEnv("FANFARE_DEAD_LETTER_QUEUES", value);
  return Object.fromEntries(deadLetterQueuesFrom(undefined));
}

describe("dead-letter queues of the environment", () => {
  test("have the limits that are numbers", () => {
    const queues = {
      "arn:a": { url: "https://a", maxReceiveCount: 5, maxAttempts: 3 },
      "arn:b": { url: "https://b", maxReceiveCount: "5", maxAttempts: "3" },
    };
    expect(fromVariable(JSON.stringify(queues))).toEqual({ "arn:a": queues["arn:a"], "arn:b": { url: "https://b" } });
  });

  test("are none where the variable is empty", () => {
    expect(fromVariable("")).toEqual({});
  });

  test("are not read where the option is given", () => {
    vi.stubEnv("FANFARE_DEAD_LETTER_QUEUES", "{");
    expect([...deadLetterQueuesFrom({ "arn:a": { url: "https://a" } }).keys()]).toEqual(["arn:a"]);
  });

  test.each([
    ["{", "FANFARE_DEAD_LETTER_QUEUES is not JSON"],
    ["[]", "FANFARE_DEAD_LETTER_QUEUES is not a JSON object"],
    ['{"arn:a":{"url":5}}', "FANFARE_DEAD_LETTER_QUEUES has no url for arn:a"],
  ])("are refused where they are %s", (value, summary) => {
    expect(refusal(() => fromVariable(value))).toMatchObject({ code: "ConfigurationInvalid", summary });
  });
});

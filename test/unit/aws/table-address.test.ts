import { describe, expect, it } from "vitest";
import { tableAddress } from "../../../lib/aws/index.ts";
import { dynamoDbCircuitStore } from "../../../lib/circuit/index.ts";
import { dynamoDbStore } from "../../../lib/idempotency/index.ts";

const ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/my.Records_1-x";

describe("the address of a table", () => {
  it("is its name, in the Region of the environment", () => {
    expect(tableAddress("my.Records_1-x")).toEqual({ name: "my.Records_1-x", region: undefined });
  });

  it("is the name and the Region of its ARN, in any partition", () => {
    expect(tableAddress(ARN)).toEqual({ name: "my.Records_1-x", region: "eu-west-1" });
    expect(tableAddress("arn:aws-us-gov:dynamodb:us-gov-west-1:111122223333:table/t")).toEqual({
      name: "t",
      region: "us-gov-west-1",
    });
  });
});

/** A client that records the names of the tables it is asked for, and knows no items. */
function recording() {
  const asked: string[] = [];
  const send = async ({ input }: { input: object }) => {
    asked.push(JSON.stringify(input));
    return { Responses: [{}] };
  };
  return { client: { send } as never, asked };
}

describe("stores with the ARN of a table", () => {
  it("call the table by its name", async () => {
    const { client, asked } = recording();
    await dynamoDbStore({ table: ARN, client }).complete([{ key: "k", owner: "o" }]);
    await dynamoDbCircuitStore({ table: ARN, client }).read("orders");
    expect(asked).toHaveLength(2);
    for (const input of asked) {
      expect(input).toContain("my.Records_1-x");
      expect(input).not.toContain("arn:");
    }
  });
});

import { expect, test } from "vitest";
import { LeftOutList, leftOutTexts, meaningOf } from "../../../../lib/local/deploy/left-out.ts";

test("sixty resources of twenty types are a few lines, one for each meaning, with what is not shown counted", () => {
  const list = new LeftOutList();
  const types = ["EC2", "ECS", "Cognito", "RDS"].flatMap((service) =>
    ["A", "B", "C", "D", "E"].map((name) => `AWS::${service}::${name}`),
  );
  for (const type of types) {
    for (const count of [1, 2, 3]) {
      list.add(type, meaningOf(type), `App/${type.slice(5)}${count}`);
    }
  }
  const texts = leftOutTexts(list.entries);
  expect(texts).toHaveLength(4);
  expect(texts[1]).toBe(
    "AWS::EC2::A, AWS::EC2::B, AWS::EC2::C and 2 more: functions run on this machine, outside any VPC " +
      "(App/EC2::A1, App/EC2::A2, App/EC2::A3 and 12 more)",
  );
  expect(list.entries).toHaveLength(20);
});

test("a single one is named in full", () => {
  const list = new LeftOutList();
  list.add("Layers", "functions run without them", "App/Layer");
  list.add("Layers", "functions run without them", "App/Layer");
  expect(leftOutTexts(list.entries)).toEqual(["Layers: functions run without them (App/Layer)"]);
});

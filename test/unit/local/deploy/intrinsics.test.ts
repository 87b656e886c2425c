// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import { expect, test } from "vitest";
import { evaluateCondition, resolveValue } from "../../../../lib/local/deploy/intrinsics.ts";
import { collectReferences } from "../../../../lib/local/deploy/references.ts";
import type { Scope } from "../../../../lib/local/deploy/scope.ts";

const macros: string[] = [];

const scope: Scope = {
  region: "eu-central-1",
  ref: (name) => (name === "AWS::NoValue" ? undefined : name === "List" ? ["x", "y"] : `ref-${name}`),
  getAtt: (logicalId, attribute) => `${logicalId}.${attribute}`,
  findInMap: (map, top, second) => (map === "Map" && top === "eu" && second === "size" ? 3 : undefined),
  condition: (name) => name === "Yes",
  importValue: (name) => `import-${name}`,
  noteMacro: (name) => macros.push(name),
  stackOutput: (stackName, outputName) => `${stackName}:${outputName}`,
};

test.each([
  ["plain values", { a: [1, true, null, "x"] }, { a: [1, true, null, "x"] }],
  ["Ref", { Ref: "Queue" }, "ref-Queue"],
  ["GetAtt as list", { "Fn::GetAtt": ["Queue", "Arn"] }, "Queue.Arn"],
  ["GetAtt as text", { "Fn::GetAtt": "Stack.Outputs.Url" }, "Stack.Outputs.Url"],
  ["Join", { "Fn::Join": ["-", ["a", { Ref: "B" }, 3]] }, "a-ref-B-3"],
  ["Join of a list parameter", { "Fn::Join": [",", { Ref: "List" }] }, "x,y"],
  ["Sub with refs, attributes and a literal", { "Fn::Sub": "${A}/${B.Arn}/${!C}" }, "ref-A/B.Arn/${C}"],
  ["Sub with own variables", { "Fn::Sub": ["${A}/${V}", { V: { "Fn::GetAtt": ["Q", "Arn"] } }] }, "ref-A/Q.Arn"],
  ["Select", { "Fn::Select": ["1", ["a", { Ref: "B" }]] }, "ref-B"],
  ["Split", { "Fn::Split": [":", "a:b:c"] }, ["a", "b", "c"]],
  ["Select of Split", { "Fn::Select": [2, { "Fn::Split": [":", "a:b:c"] }] }, "c"],
  ["If, true", { "Fn::If": ["Yes", 1, 2] }, 1],
  ["If, false", { "Fn::If": ["No", 1, { Ref: "Other" }] }, "ref-Other"],
  ["FindInMap", { "Fn::FindInMap": ["Map", "eu", "size"] }, 3],
  ["FindInMap with a default", { "Fn::FindInMap": ["Map", "us", "size", { DefaultValue: 9 }] }, 9],
  ["ImportValue", { "Fn::ImportValue": { "Fn::Sub": "${A}-x" } }, "import-ref-A-x"],
  ["GetStackOutput", { "Fn::GetStackOutput": { StackName: "A", OutputName: "O", Region: { Ref: "R" } } }, "A:O"],
  ["Base64", { "Fn::Base64": "hi" }, "aGk="],
  ["ToJsonString", { "Fn::ToJsonString": { a: { Ref: "B" } } }, '{"a":"ref-B"}'],
  ["Length", { "Fn::Length": [1, 2] }, 2],
  ["NoValue in an object", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
  ["NoValue in a list", [1, { Ref: "AWS::NoValue" }, 2], [1, 2]],
  ["an object with one ordinary key", { Refs: "x" }, { Refs: "x" }],
])("resolves %s", (_name, value, expected) => {
  expect(resolveValue(value, scope)).toEqual(expected);
});

test.each([
  ["an unknown function", { "Fn::ForEach": {} }, "TemplateUnsupported", "Fn::ForEach cannot be resolved locally"],
  ["Select out of range", { "Fn::Select": [5, ["a"]] }, "TemplateInvalid", "index 5 does not exist"],
  ["FindInMap of nothing", { "Fn::FindInMap": ["Map", "us", "x"] }, "TemplateInvalid", "Map.us.x"],
  ["Join of a text", { "Fn::Join": [",", "a"] }, "TemplateInvalid", "takes a list"],
  ["Sub of a list", { "Fn::Sub": "${List}" }, "TemplateInvalid", "must be a string"],
])("refuses %s", (_name, value, code, message) => {
  expect(() => resolveValue(value, scope)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test("what a macro makes is absent, and noted: as a value, and beside other properties", () => {
  const macro = { "Fn::Transform": { Name: "AWS::Include", Parameters: { Location: "s3://bucket/key" } } };
  macros.length = 0;
  expect(resolveValue({ a: macro, b: [1, macro], c: { ...macro, d: 2 } }, scope)).toEqual({ b: [1], c: { d: 2 } });
  expect(macros).toEqual(["AWS::Include", "AWS::Include", "AWS::Include"]);
});

test("conditions", () => {
  const holds = (value: Parameters<typeof evaluateCondition>[0]) => evaluateCondition(value, scope);
  expect(holds({ "Fn::Equals": [{ Ref: "A" }, "ref-A"] })).toBe(true);
  expect(holds({ "Fn::Equals": ["a", "b"] })).toBe(false);
  expect(holds({ "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] })).toBe(true);
  expect(holds({ "Fn::Or": [{ Condition: "No" }, { Condition: "No" }] })).toBe(false);
  expect(() => holds({ "Fn::Xor": [] })).toThrow(/cannot be evaluated/);
});

test("references: every way to name a resource, and only the branch that is chosen", () => {
  const found = collectReferences(
    {
      a: { Ref: "A" },
      b: [{ "Fn::GetAtt": ["B", "Arn"] }, { "Fn::GetAtt": "C.Arn" }],
      c: { "Fn::Sub": ["${D.Arn} ${!E} ${Own} ${AWS::Region}", { Own: { Ref: "F" } }] },
      d: { "Fn::If": ["Yes", { Ref: "G" }, { Ref: "H" }] },
      e: { "Fn::Join": ["", ["x", { Ref: "I" }, { "Fn::ImportValue": "exported" }]] },
      f: { "Fn::GetStackOutput": { StackName: "S", OutputName: "O" } },
    },
    scope,
  );
  expect([...found.names].sort()).toEqual(["A", "AWS::Region", "B", "C", "D", "F", "G", "I"]);
  expect(found.imports).toEqual(["exported"]);
  expect(found.stackOutputs).toEqual([["S", "O"]]);
});

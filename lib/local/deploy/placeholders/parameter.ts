import type { Place } from "../../common/index.ts";
import type { TemplateParameter } from "../template.ts";
import { hexId } from "./identifiers.ts";
import { ec2Id } from "./reference.ts";

/** Values to try on a parameter with a pattern, from the plainest to the longest. */
const CANDIDATES: readonly string[] = [
  "placeholder",
  "placeholder@example.com",
  "example.com",
  "https://example.com",
  "1",
  "true",
  "10.0.0.0/16",
  "192.0.2.1",
  "Placeholder1",
  "Placeholder-1!",
  "PLACEHOLDER",
  "a",
  "123456789012",
  "+4915112345678",
  "#placeholder",
  "/placeholder",
  "s3://placeholder",
  "2026-01-01",
  "00000000-0000-4000-8000-000000000000",
  "arn:aws:iam::000000000000:role/placeholder",
];

/** Length of a list of ids, subnets for instance. */
const LIST_LENGTH = 3;

/**
 * A value that a parameter without default accepts, by its type, allowed values, pattern and lengths; a list as
 * text with commas, as values of parameters are written.
 */
export function parameterPlaceholder(name: string, parameter: TemplateParameter, place: Place): string {
  const { type } = parameter;
  const [allowed] = parameter.allowedValues;
  if (allowed !== undefined) {
    return allowed;
  }
  const item = /^(?:List|AWS::SSM::Parameter::Value)<(.+)>$/.exec(type)?.[1] ?? type;
  const value = singleValue(name, item, parameter, place);
  const isList = type.startsWith("List<") || type === "CommaDelimitedList" || item.startsWith("List<");
  return isList ? Array.from({ length: LIST_LENGTH }, () => value).join(",") : value;
}

function singleValue(name: string, type: string, parameter: TemplateParameter, place: Place): string {
  const ec2 = /^(?:List<)?AWS::EC2::(\w+)::Id>?$/.exec(type)?.[1];
  if (ec2 !== undefined) {
    return ec2Id(ec2, name);
  }
  if (type.includes("AvailabilityZone::Name")) {
    return `${place.region}a`;
  }
  if (type.includes("Number")) {
    return String(parameter.minValue ?? 1);
  }
  if (type.includes("HostedZone::Id")) {
    return `Z${hexId(name, 20).toUpperCase()}`;
  }
  return textValue(name, parameter);
}

function textValue(
  name: string,
  { allowedPattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: TemplateParameter,
): string {
  const first = /mail/i.test(name) ? "placeholder@example.com" : `placeholder-${name.toLowerCase()}`;
  const choices = [first, ...CANDIDATES].map((choice) => choice.padEnd(minLength, "x").slice(0, maxLength));
  const accepts = matcher(allowedPattern);
  return choices.find(accepts) ?? choices[0] ?? first;
}

/** CloudFormation's patterns are Java's and match the whole value; one that JavaScript cannot read accepts everything. */
function matcher(pattern: string | undefined): (value: string) => boolean {
  if (pattern === undefined) {
    return () => true;
  }
  try {
    const expression = new RegExp(`^(?:${pattern})$`);
    return (value) => expression.test(value);
  } catch {
    return () => true;
  }
}

import { createGenerator, type JsonSchema } from "json-schema-faker";
import { type ContractEvent, validatePayload } from "../../contract/index.ts";
import { isJsonObject } from "../../std/index.ts";
import { CliError, EXIT } from "../cli-error.ts";

/** Seeds that are tried until the schema takes an example: a JSON Schema does not hold refinements written as functions. */
const SEEDS = 50;

/** Items of an array that has no limit of its own. */
const MAX_ITEMS = 2;

/** How far above its minimum a number is that has no limit of its own. */
const NUMBER_RANGE = 100;

/**
 * Makes data that an event's schema accepts, the same at every call. The schema must describe itself as JSON Schema, as those of zod 4
 * and arktype 2 do (Standard JSON Schema).
 *
 * @throws CliError with what to do when the schema has no JSON Schema, or accepts no example
 */
export async function exampleOf(event: ContractEvent): Promise<unknown> {
  const schema = withSmallNumbers(jsonSchemaOf(event));
  for (let seed = 1; seed <= SEEDS; seed++) {
    const generator = createGenerator({ seed, maxDefaultItems: MAX_ITEMS });
    const example = await generator.generate(schema);
    try {
      await validatePayload(event, example);
      return example;
    } catch {
      // The next seed.
    }
  }
  throw noExample(event, `its schema refuses the ${SEEDS} examples that its JSON Schema allows`);
}

function jsonSchemaOf(event: ContractEvent): JsonSchema {
  const standard: unknown = event.definition.schema["~standard"];
  try {
    const { jsonSchema } = standard as { jsonSchema?: { input(options: { target: string }): JsonSchema } };
    if (jsonSchema !== undefined) {
      return jsonSchema.input({ target: "draft-2020-12" });
    }
  } catch (error) {
    throw noExample(event, `its schema has no JSON Schema: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw noExample(event, "its schema library does not describe itself as JSON Schema");
}

/** An example is for people: 42, not 4918672640442368. */
function withSmallNumbers(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_name, value: unknown) => {
    const isNumber = isJsonObject(value) && (value.type === "integer" || value.type === "number");
    if (!isNumber || (typeof value.maximum === "number" && value.maximum < Number.MAX_SAFE_INTEGER)) {
      return value;
    }
    const low = [value.minimum, value.exclusiveMinimum].find(
      (each) => typeof each === "number" && each > Number.MIN_SAFE_INTEGER,
    );
    const minimum = typeof low === "number" ? low : 0;
    return { ...value, minimum, maximum: minimum + NUMBER_RANGE };
  });
}

function noExample({ name }: ContractEvent, why: string): CliError {
  return new CliError(`no example of ${name} can be made: ${why}. Give the data: --data '{...}' or --data @file.json`, {
    exitCode: EXIT.usage,
  });
}

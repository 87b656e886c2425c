import type { Case } from "../case.ts";
import { brokerCases } from "./broker.ts";
import { deployedCases } from "./deployed.ts";
import { failureCases } from "./failures.ts";
import { fanOutCases } from "./fan-out.ts";
import { fifoCases } from "./fifo.ts";
import { filterOperatorCases } from "./filter-operators.ts";
import { largePayloadCases } from "./large-payloads.ts";
import { operatorCases } from "./operators.ts";
import { verbCases } from "./verbs.ts";

/** The suite, the same on every target. */
export const CASES: readonly Case[] = [
  ...deployedCases,
  ...fanOutCases,
  ...fifoCases,
  ...failureCases,
  ...largePayloadCases,
  ...brokerCases,
  ...operatorCases,
  ...verbCases,
  ...filterOperatorCases,
];

import type { Case } from "../case.ts";
import { deployedCases } from "./deployed.ts";
import { failureCases } from "./failures.ts";
import { fanOutCases } from "./fan-out.ts";
import { fifoCases } from "./fifo.ts";
import { largePayloadCases } from "./large-payloads.ts";

/** The suite, the same on every target. */
export const CASES: readonly Case[] = [
  ...deployedCases,
  ...fanOutCases,
  ...fifoCases,
  ...failureCases,
  ...largePayloadCases,
];

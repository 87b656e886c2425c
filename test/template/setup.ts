import { afterAll } from "vitest";
import { removeAssemblies } from "./constructs/support.ts";

afterAll(removeAssemblies);

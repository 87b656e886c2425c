import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LONG } from "../../support/long-first.ts";

const ROOT = join(import.meta.dirname, "../../..");

test.each(LONG)("%s, which starts first, exists", (file) => {
  expect(existsSync(join(ROOT, file)), `delete ${file} from test/support/long-first.ts`).toBe(true);
});

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { mutations } from "../../simulation/mutations/mutations.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

// The simulator takes minutes to find them all, in the campaigns. That each is still a change of today's code is known at once.
test.each(mutations.map(({ name, edits }) => ({ name, edits })))(
  "$name: its snippets stand once in the code",
  ({ edits }) => {
    for (const { file, find, replace } of edits) {
      const text = readFileSync(join(ROOT, file), "utf8");
      expect(text.split(find).length - 1, `${file}: ${find}`).toBe(1);
      expect(replace).not.toBe(find);
    }
  },
);

import { expect, test } from "vitest";
import { type KillingSystem, killGroup } from "../../../../lib/local/common/kill.ts";

/** A platform on which processes with these ids exist; negative ones are groups. */
function systemOf(platform: NodeJS.Platform, existing: readonly number[]) {
  const done: string[] = [];
  const system: KillingSystem = {
    platform,
    kill: (pid, signal) => {
      if (!existing.includes(pid)) {
        throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
      }
      done.push(`${signal} ${pid}`);
    },
    run: (program, args) => {
      done.push([program, ...args].join(" "));
    },
  };
  return { system, done };
}

test.each<[string, NodeJS.Platform, readonly number[], string[]]>([
  ["the group on macOS", "darwin", [-7, 7], ["SIGKILL -7"]],
  ["the group on Linux", "linux", [-7, 7], ["SIGKILL -7"]],
  ["the process where it leads no group", "darwin", [7], ["SIGKILL 7"]],
  ["nothing that has ended", "linux", [], []],
  ["the tree of processes on Windows, which has no groups", "win32", [7], ["taskkill /pid 7 /T /F"]],
])("kills %s", (_what, platform, existing, expected) => {
  const { system, done } = systemOf(platform, existing);
  killGroup(7, "SIGKILL", system);
  expect(done).toEqual(expected);
});

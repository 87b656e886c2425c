import { describe, expect, test } from "vitest";
import {
  claimDeadline,
  type Invocation,
  responseDeadline,
  settleDeadline,
} from "../../../../lib/consume/record/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const invocation = (clock: FakeClock, deadlineMs: number, endsMs: number): Invocation => ({
  id: "request",
  functionName: "function",
  deadline: clock.now() + deadlineMs,
  endsAt: clock.now() + endsMs,
});

describe("the deadline", () => {
  test.each([
    ["of a claim is that of the handlers", claimDeadline, 4_000, 6_000, 4_000],
    ["of a claim is at most 10 s away", claimDeadline, 60_000, 61_000, 10_000],
    ["of a settlement leaves half of the time for what follows", settleDeadline, 4_000, 6_000, 3_000],
    ["of a settlement is at most 10 s away", settleDeadline, 60_000, 61_000, 10_000],
    ["of the last call leaves a tenth of the time for the response", responseDeadline, 4_000, 6_000, 5_400],
    ["of the last call is at most 10 s away", responseDeadline, 60_000, 61_000, 10_000],
    ["of a settlement is now when the invocation is over", settleDeadline, -2_000, -1_000, 0],
    ["of the last call is now when the invocation is over", responseDeadline, -2_000, -1_000, 0],
  ])("%s", (_, deadlineOf, deadlineMs, endsMs, expected) => {
    const clock = new FakeClock();
    expect(deadlineOf(invocation(clock, deadlineMs, endsMs), clock) - clock.now()).toBe(expected);
  });
});

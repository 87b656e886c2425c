import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

function queue() {
  const bench = new Bench();
  const url = bench.create("orders");
  const send = (tenant: string | undefined, count: number) => {
    for (let number = 0; number < count; number++) {
      bench.send(url, tenant ?? "none", { MessageGroupId: tenant });
    }
  };
  const receive = (count: number) => Array.from({ length: count }, () => bench.receiveOne(url));
  return { bench, url, send, receive };
}

test("below thirty messages in flight no tenant is noisy: the oldest goes first", () => {
  const { bench, url, send, receive } = queue();
  send("loud", 40);
  send("quiet", 1);
  receive(29);
  expect(bench.receiveOne(url).Body).toBe("loud");
});

test("with thirty of its own in flight and more than a tenth, a tenant waits until quiet ones are served", () => {
  const { bench, url, send, receive } = queue();
  send("loud", 40);
  receive(30);
  send("quiet", 2);
  send(undefined, 1);
  expect(bench.bodies(url, { MaxNumberOfMessages: 5 })).toEqual(["quiet", "quiet", "none", "loud", "loud"]);
});

test("a tenant with a tenth or less of what is in flight is not noisy", () => {
  const { bench, url, send, receive } = queue();
  for (let tenant = 0; tenant < 27; tenant++) {
    send(`small-${tenant}`, 10);
  }
  receive(270);
  send("busy", 31);
  receive(30);
  send("quiet", 1);
  // 30 of 300 is exactly a tenth.
  expect(bench.receiveOne(url).Body).toBe("busy");
});

test("of several noisy tenants the one with the fewest messages in flight goes first", () => {
  const { bench, url, send, receive } = queue();
  send("louder", 60);
  receive(50);
  send("loud", 60);
  receive(30);
  expect(bench.bodies(url, { MaxNumberOfMessages: 3 })).toEqual(["loud", "loud", "loud"]);
});

test("a tenant is quiet again when its messages are done", () => {
  const { bench, url, send, receive } = queue();
  send("loud", 40);
  const received = receive(30);
  for (const message of received.slice(0, 10)) {
    bench.delete(url, message.ReceiptHandle);
  }
  send("quiet", 1);
  expect(bench.receiveOne(url).Body).toBe("loud");
});

test("messages without a group are never noisy", () => {
  const { bench, url, send, receive } = queue();
  send(undefined, 60);
  receive(50);
  send("quiet", 1);
  expect(bench.receiveOne(url).Body).toBe("none");
});

test("a tenant is quiet again when its messages become visible again", () => {
  const { bench, url, send, receive } = queue();
  send("loud", 40);
  receive(30);
  bench.wait(30);
  send("quiet", 1);
  expect(bench.bodies(url, { MaxNumberOfMessages: 10 })).toEqual(Array.from({ length: 10 }, () => "loud"));
});

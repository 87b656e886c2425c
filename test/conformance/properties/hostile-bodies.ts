import { check, property, raw, same, thingOf } from "../harness/index.ts";

const DEEP = 100_000;

export default property({
  name: "Hostile bodies (deep JSON, prototype keys, lone surrogates, huge numbers) fail alone and change nothing",
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ handle: ({ id }) => void handled.push(id) });
    const good = thingOf("good");
    const data = (json: string) => good.body.replace(/"data":.*$/, `"data":${json}}`);
    const batch = await t.deliver([
      good,
      raw("deep", `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`),
      raw("deep-data", data(`{"n":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`)),
      raw("proto", data('{"__proto__":{"n":1,"polluted":true},"constructor":{"prototype":{"polluted":true}}}')),
      raw("huge", data('{"n":1e999}')),
      raw("surrogate", '{"specversion":"1.0","id":"\\ud800","source":"/s","type":"\\udfff","data":{"n":"\\ud800"}}'),
      raw("list", "[]"),
      raw("number", "1"),
      thingOf("good-too"),
    ]);
    const result = await worker.invoke(batch.records);
    check(result.kind === "answered", `the invocation failed: ${result.trouble}`);
    check(!("polluted" in {}), "Object.prototype was changed");
    same([...handled].sort(), ["good", "good-too"], "handled");
  },
});

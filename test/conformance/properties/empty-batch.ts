import { check, property } from "../harness/index.ts";

export default property({
  name: "An empty batch is a success",
  async run(t) {
    const result = await t.worker({ handle: () => {} }).invoke([]);
    check(result.kind === "answered" && result.failed.length === 0, `${result.trouble}`);
  },
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FanoutGraph, filterText, layoutOf, toMermaid, toSvg } from "../../lib/graph/index.ts";

const node = (kind: FanoutGraph["nodes"][number]["kind"], name: string) => ({ id: name, kind, name, details: [] });

const GRAPH: FanoutGraph = {
  nodes: [
    node("publisher", "Checkout"),
    node("topic", "Orders"),
    node("queue", "Billing"),
    node("queue", "Mail"),
    node("handler", "BillingFn"),
  ],
  edges: [
    { from: "Checkout", to: "Orders", label: [] },
    { from: "Orders", to: "Billing", label: ["region: eu"] },
    { from: "Orders", to: "Mail", label: [] },
    { from: "Billing", to: "BillingFn", label: [] },
  ],
};

describe("filterText", () => {
  test.each([
    [{ region: ["eu", "us"] }, ["region: eu, us"]],
    [{ type: ["orders.Placed", "orders.Paid"] }, ["type: Placed, Paid"]],
    [{ type: ["orders.Placed", "images.Added"] }, ["type: orders.Placed, images.Added"]],
    [{ total: [{ numeric: [">=", 100, "<", 200] }] }, ["total >= 100 and < 200"]],
    [{ sender: [{ "anything-but": { suffix: "[bot]" } }] }, ["sender: not *[bot]"]],
    [{ sender: [{ "anything-but": ["a", "b"] }] }, ["sender: not a, b"]],
    [{ ref: [{ prefix: "refs/" }], private: [false] }, ["ref: refs/*", "private: false"]],
    [{ coupon: [{ exists: false }] }, ["coupon: absent"]],
    [{ key: ["a", "b", "c", "d", "e", "f"] }, ["key: a, b, c, d, 2 more"]],
    [{ order: { total: [1] } }, ["order.total: 1"]],
    [{ $or: [{ a: [1] }, { b: [2] }] }, ["(a: 1) or (b: 2)"]],
    [undefined, []],
  ])("shows %j as %j", (policy, lines) => {
    expect(filterText(policy)).toEqual(lines);
  });
});

describe("layoutOf", () => {
  const sizes = { nodeWidth: 100, nodeHeight: 40, rowGap: 10, columnGap: 50, filterGap: 120 };

  test("puts kinds into columns, and what belongs together side by side", () => {
    const { nodes } = layoutOf(GRAPH, sizes);
    const at = (name: string) => nodes.find(({ id }) => id === name);
    expect(["Checkout", "Orders", "Billing", "BillingFn"].map((name) => at(name)?.x)).toEqual([0, 150, 370, 520]);
    expect(at("BillingFn")?.y).toBe(at("Billing")?.y);
    expect(at("Orders")?.y).toBe(25);
  });

  test("lets no two nodes overlap, whatever the graph", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 });
    const kinds = fc.constantFrom("publisher", "topic", "queue", "handler", "endpoint");
    fc.assert(
      fc.property(
        names,
        fc.infiniteStream(kinds),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
        (ids, kindOf, pairs) => {
          const nodes = ids.map((id) => ({ ...node(kindOf.next().value, id) }));
          const edges = pairs.map(([a, b]) => ({
            from: ids[a % ids.length] ?? "",
            to: ids[b % ids.length] ?? "",
            label: [],
          }));
          const placed = layoutOf({ nodes, edges }, sizes).nodes;
          const overlaps = placed.flatMap((one, index) =>
            placed.slice(index + 1).filter((other) => one.x === other.x && Math.abs(one.y - other.y) < one.height),
          );
          expect(overlaps.filter(({ kind }) => kind !== "endpoint" && kind !== "handler")).toEqual([]);
        },
      ),
    );
  });
});

test("Mermaid gets names that cannot break out of their quotes", () => {
  const text = toMermaid({
    nodes: [node("queue", 'a"]; click n0 "javascript:x'), node("handler", "b")],
    edges: [{ from: "b", to: "nowhere", label: [] }],
  });
  expect(text).toBe('flowchart LR\n  n0[("a#34;]; click n0 #34;javascript:x")]\n  n1[["b"]]\n');
});

test("SVG is the same for the same graph, and names cannot become markup", () => {
  const graph = { ...GRAPH, nodes: [...GRAPH.nodes, node("queue", "<script>&")] };
  const svg = toSvg(graph);
  expect(svg).toBe(toSvg(structuredClone(graph)));
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;script&#62;&#38;");
  expect(svg).toContain("region: eu");
});

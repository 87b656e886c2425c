import Table from "cli-table3";
import { METRICS } from "./metrics.ts";
import { type CaseResult, holds, ratio, type Section, type Target } from "./report.ts";
import type { Distribution } from "./statistics.ts";

/** A table before it is drawn. */
interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A section for the terminal. */
export function sectionAsText(section: Section): string {
  const parts = [`\n${section.title}\n${section.method}`];
  if (section.cases.length > 0) {
    parts.push(draw(gridOfCases(section.cases)));
  }
  if (section.targets.length > 0) {
    parts.push(draw(gridOfTargets(section.targets)));
  }
  return parts.join("\n");
}

/** A section for the documentation. */
export function sectionAsMarkdown(section: Section): string {
  const parts = [`## ${section.title}`, section.method];
  if (section.cases.length > 0) {
    parts.push(drawMarkdown(gridOfCases(section.cases)));
  }
  if (section.targets.length > 0) {
    parts.push(drawMarkdown(gridOfTargets(section.targets)));
  }
  return parts.join("\n\n");
}

function gridOfCases(cases: readonly CaseResult[]): Grid {
  const used = new Set(cases.flatMap(({ contenders }) => contenders.flatMap(({ metrics }) => Object.keys(metrics))));
  const columns = Object.entries(METRICS).filter(([key]) => used.has(key));
  const rows = cases.flatMap((result) => {
    const compared = (name: string) =>
      result.contenders.some((each) => each.name === name && result.ratioOf in each.metrics);
    return result.contenders.map(({ name, metrics }, index) => {
      const times =
        compared(name) && compared(result.baseline) ? formatRatio(ratio(result, name, result.baseline)) : "";
      const cells = columns.map(([key, { format }]) => cell(metrics[key], format));
      return [index === 0 ? result.name : "", name, times, ...cells];
    });
  });
  return { head: ["case", "contender", "ratio", ...columns.map(([, { label }]) => label)], rows };
}

function gridOfTargets(targets: readonly Target[]): Grid {
  return {
    head: ["target", "limit", "measured", "kept"],
    rows: targets.map((target) => [
      target.name,
      `${target.bound} ${target.limit}${target.unit}`,
      `${formatRatio(target.value)}${target.unit}`,
      holds(target) ? "yes" : "NO",
    ]),
  };
}

function cell(distribution: Distribution | undefined, format: (value: number) => string): string {
  if (distribution === undefined) {
    return "";
  }
  const { median, min, max } = distribution;
  const [low, high] = [format(min), format(max)];
  return low === high ? format(median) : `${format(median)} (${low} to ${high})`;
}

function formatRatio(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value < 100 ? value.toFixed(2) : value.toFixed(0);
}

function draw({ head, rows }: Grid): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) {
    table.push([...row]);
  }
  return table.toString();
}

function drawMarkdown({ head, rows }: Grid): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

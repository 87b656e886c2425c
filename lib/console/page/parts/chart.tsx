import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface Series {
  readonly label: string;
  /** Name of a CSS variable with a colour. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

const HEIGHT = 180;

/** A chart over time. The last values are beside it as text, for those who do not see the lines. */
export function Chart({
  title,
  at,
  series,
}: {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly at: readonly number[];
  readonly series: readonly Series[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const { current } = box;
    if (current === null) {
      return;
    }
    const colorOf = (name: string) => getComputedStyle(current).getPropertyValue(name).trim();
    const axis = { stroke: colorOf("--faint"), grid: { stroke: colorOf("--line"), width: 1 }, ticks: { show: false } };
    plot.current = new uPlot(
      {
        width: current.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [axis, { ...axis, size: 56 }],
        series: [{}, ...series.map(({ label, color }) => ({ label, stroke: colorOf(color), width: 2, points: { show: false } }))],
      },
      [[], ...series.map(() => [])],
      current,
    );
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: current.clientWidth, height: HEIGHT }));
    resize.observe(current);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
    };
    // The series of a chart do not change, only their values.
  }, []);
  useEffect(() => {
    plot.current?.setData([[...at], ...series.map(({ values }) => [...values])]);
  });
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {series.map(({ label, color, values }) => (
          <span key={label}>
            <i style={{ background: `var(${color})` }} /> {label} {values.at(-1) ?? "–"}
          </span>
        ))}
      </figcaption>
      <div ref={box} aria-hidden="true" />
    </figure>
  );
}

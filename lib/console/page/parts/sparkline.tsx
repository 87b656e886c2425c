const WIDTH = 100;
const HEIGHT = 24;

/** Bars of a trend, oldest first. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...values);
  const width = WIDTH / Math.max(1, values.length);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * HEIGHT);
        return <rect key={index} x={index * width} y={HEIGHT - height} width={width - 1.5} height={height} />;
      })}
    </svg>
  );
}

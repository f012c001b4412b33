import qrcode from "qrcode-generator";

/** Blank modules that readers need around the code. */
const MARGIN = 4;

/** A text as a QR code, drawn as one path: no script, no inline style. Dark on white in every theme, as readers want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const cells = Array.from({ length: size * size }, (_, i) => ({ row: Math.floor(i / size), column: i % size }));
  const path = cells.filter(({ row, column }) => code.isDark(row, column))
    .map(({ row, column }) => `M${column + MARGIN} ${row + MARGIN}h1v1h-1z`).join("");
  const whole = size + 2 * MARGIN;
  return (
    <svg
      class="mx-auto block w-52 max-w-full rounded"
      viewBox={`0 0 ${whole} ${whole}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

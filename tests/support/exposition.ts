/** A metric as it stands in an exposition. */
export interface ReadFamily {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/, LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const ENDINGS: Record<string, string[]> = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] };

/**
 * Reads Prometheus' text format 0.0.4, or OpenMetrics 1.0.0, and refuses whatever the format does not allow: a name with a
 * wrong letter, a sample without its TYPE, a family in two places, a number twice, buckets that do not add up.
 *
 * @throws {Error} naming the line
 */
export function readExposition(text: string, isOpen = false): Map<string, ReadFamily> {
  if (!text.endsWith("\n")) throw new Error("the text must end with a line feed");
  const lines = text.slice(0, -1).split("\n");
  if (isOpen && lines.pop() !== "# EOF") throw new Error("OpenMetrics must end with # EOF");
  const families = new Map<string, ReadFamily>(), seen = new Set<string>();
  let now: ReadFamily | null = null, named = "";
  for (const [n, line] of lines.entries()) {
    const refuse = (why: string): never => {
      throw new Error(`line ${n + 1}: ${why}: ${line}`);
    };
    if (line === "") {
      if (isOpen) refuse("OpenMetrics has no empty lines");
      continue;
    }
    const comment = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line);
    if (comment) {
      const [, kind, name, rest] = comment as unknown as [string, string, string, string];
      if (!NAME.test(name)) refuse("a name with a letter that names cannot have");
      if (name !== named) {
        if (families.has(name)) refuse("a family in two places");
        families.set(name, now = { type: "", help: "", samples: [] });
        named = name;
      }
      if (now!.samples.length > 0) refuse("it must stand before the samples");
      if (kind === "HELP") now!.help = rest || refuse("a HELP that says nothing");
      else if (now!.type !== "") refuse("a second TYPE");
      else now!.type = TYPES.includes(rest) ? rest : refuse("no such type");
      continue;
    }
    if (line.startsWith("#")) refuse("no such comment");
    const { name, labels, value } = sampleOf(line, refuse);
    const suffixes = now === null ? [] : now.type === "counter" && isOpen ? ["_total"] : ENDINGS[now.type] ?? [""];
    if (!now?.type || !suffixes.some((suffix) => name === named + suffix)) refuse("a sample outside of its family");
    if (now!.type === "counter" && !(value >= 0)) refuse("a counter below 0");
    const id = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(id)) refuse("the same sample twice");
    seen.add(id);
    now!.samples.push({ name, labels, value });
  }
  for (const [name, family] of families) {
    if (family.type === "counter" && !isOpen && !name.endsWith("_total")) {
      throw new Error(`${name}: a counter ends with _total`);
    }
    if (family.type === "histogram") checkBuckets(name, family);
  }
  return families;
}

function sampleOf(line: string, refuse: (why: string) => never): ReadFamily["samples"][number] {
  const [, name, rest] = /^([^\s{]+)(.*)$/.exec(line) ?? refuse("no sample");
  if (!NAME.test(name!)) refuse("a name with a letter that names cannot have");
  const labels: Record<string, string> = {};
  let at = rest!;
  if (at.startsWith("{")) {
    at = at.slice(1);
    while (!at.startsWith("}")) {
      const label = LABEL.exec(at)?.[0] ?? refuse("a label with a letter that labels cannot have");
      at = at.slice(label.length);
      const value = /^="((?:[^"\\\n]|\\["\\n])*)"/.exec(at) ?? refuse("a label without a value in quotes");
      if (label in labels) refuse(`label ${label} twice`);
      labels[label] = value[1]!.replace(/\\(.)/g, (_, letter) => letter === "n" ? "\n" : letter);
      at = at.slice(value[0].length);
      if (at.startsWith(",")) at = at.slice(1);
      else if (!at.startsWith("}")) refuse("labels without a comma between");
    }
    at = at.slice(1);
  }
  const [, number] = /^ (\S+)(?: \d+)?$/.exec(at) ?? refuse("no value");
  const special: Record<string, number> = { "+Inf": Infinity, "-Inf": -Infinity, NaN };
  const value = special[number!] ??
    (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(number!) ? Number(number) : refuse("no number"));
  return { name: name!, labels, value };
}

function checkBuckets(name: string, { samples }: ReadFamily): void {
  const idOf = ({ le: _, ...labels }: Record<string, string>) => JSON.stringify(Object.entries(labels).sort());
  for (const [id, own] of Map.groupBy(samples, ({ labels }) => idOf(labels))) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const count = own.find((sample) => sample.name === `${name}_count`),
      sum = own.find((one) => one.name === `${name}_sum`);
    const bounds = buckets.map(({ labels }) => labels.le === "+Inf" ? Infinity : Number(labels.le));
    const grows = buckets.every(({ value }, n) =>
      n === 0 || (value >= buckets[n - 1]!.value && bounds[n]! > bounds[n - 1]!)
    );
    if (!grows || bounds.at(-1) !== Infinity || !sum || buckets.at(-1)?.value !== count?.value) {
      throw new Error(`${name} ${id}: buckets that do not add up`);
    }
  }
}

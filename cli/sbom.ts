import { Buffer } from "node:buffer";

/** A package as CycloneDX 1.6 lists it: the parts that Tidemark knows. */
export interface Component {
  type: "library";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  hashes: { alg: string; content: string }[];
  licenses?: { expression: string }[];
}

/** A bill of materials in CycloneDX 1.6. */
export interface Bom {
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  version: 1;
  metadata: { timestamp: string; component: { type: "application"; name: string; "bom-ref": string } };
  components: Component[];
}

interface Lock {
  npm?: Record<string, { integrity?: string }>;
  jsr?: Record<string, unknown>;
  remote?: Record<string, unknown>;
}

/**
 * The bill of materials of a lock file: every package once per version, with the hash that it is installed by.
 *
 * @param lock the text of deno.lock, version 5
 * @param licenseOf the licence of an installed package (its place in the lock file and its name), where it can be told
 * @throws {TypeError} when the lock file holds what is no npm package: it would be missing
 */
export function billOf(
  lock: string,
  at: Date,
  licenseOf: (key: string, name: string) => string | null = () => null,
): Bom {
  const { npm = {}, jsr = {}, remote = {} } = JSON.parse(lock) as Lock;
  const [other] = [...Object.keys(jsr), ...Object.keys(remote)];
  if (other !== undefined) throw new TypeError(`deno.lock has ${other}, which is no npm package`);
  const components = new Map<string, Component>();
  for (const [key, { integrity }] of Object.entries(npm)) {
    const [, name = "", version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? []; // behind `_` stand peers, which are rows of their own
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const [alg = "", hash = ""] = integrity?.split("-", 2) ?? [];
    const license = licenseOf(key, name);
    components.set(purl, {
      type: "library",
      "bom-ref": purl,
      name,
      version,
      purl,
      hashes: hash === ""
        ? []
        : [{ alg: alg.replace("sha", "SHA-"), content: Buffer.from(hash, "base64").toString("hex") }],
      ...(license === null ? {} : { licenses: [{ expression: license }] }),
    });
  }
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: at.toISOString(),
      component: { type: "application", name: "tidemark", "bom-ref": "tidemark" },
    },
    components: [...components.values()].sort((a, b) => a.purl < b.purl ? -1 : 1),
  };
}

/** What the installed package says of its licence: an expression of SPDX, or null. */
function installedLicense(key: string, name: string): string | null {
  try {
    const folder = key.replaceAll("/", "+");
    const file = new URL(`../node_modules/.deno/${folder}/node_modules/${name}/package.json`, import.meta.url);
    const { license } = JSON.parse(Deno.readTextFileSync(file));
    return typeof license === "string" && /^\(?[\w.+-]+( (OR|AND) [\w.+-]+)*\)?$/.test(license) ? license : null;
  } catch {
    return null; // for another machine, or not installed
  }
}

if (import.meta.main) {
  const lock = await Deno.readTextFile(new URL("../deno.lock", import.meta.url));
  console.log(JSON.stringify(billOf(lock, new Date(), installedLicense), null, 2));
}

import { Notice } from "../Notice.tsx";

/** Recovery codes, the one time that they are shown. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <div class="mt-5">
        <Notice tone="attention" title="Keep these codes now: they are not shown again." role="status">
          Each signs you in once when your device is lost. Print them, or put them into a password manager.
        </Notice>
      </div>
      <ol class="mt-5 grid gap-1.5 font-mono text-list tabular-nums" aria-label="Recovery codes">
        {codes.map((code) => <li key={code} class="select-all">{code}</li>)}
      </ol>
    </>
  );
}

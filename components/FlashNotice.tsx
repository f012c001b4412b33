import { Button } from "./Button.tsx";
import type { Flash } from "./flash.ts";
import { Notice } from "./Notice.tsx";

/** What the form before has done, with a button that takes it back where that is possible. */
export function FlashNotice({ flash }: { flash: Flash | null }) {
  if (flash === null) return null;
  const { tone, text, undo } = flash;
  return (
    <Notice
      tone={tone}
      role={tone === "wrong" ? "alert" : "status"}
      action={undo && (
        <form method="post" action={undo.action}>
          {Object.entries(undo.fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <Button small icon="return">Undo</Button>
        </form>
      )}
    >
      {text}
    </Notice>
  );
}

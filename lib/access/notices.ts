import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Mailer } from "../mail/mailer.ts";

/** Tells people by mail what happened to their account. */
export interface Notices {
  /** Sends a mail in the background, where mail is set up. One that cannot be sent is logged and changes nothing. */
  tell(email: string, subject: string, text: string): void;
  /** Resolves when everything that was told so far is sent: before the program ends. */
  settled(): Promise<void>;
}

/** @param mailer null: nobody is told */
export function noticesBy(mailer: { send: Mailer; publicUrl: string } | null): Notices {
  const waiting = new Set<Promise<void>>();
  return {
    tell(to, subject, text) {
      if (mailer === null) return;
      const whole = `${text}\n\nIt happened in Tidemark at ${mailer.publicUrl}.\n` +
        "If it was not you, tell an admin, and choose a new password.\n";
      const sent = mailer.send({ to, subject: `Tidemark: ${subject}`, text: whole }).catch((error) => {
        logOf("access").warn("A notice could not be mailed: {message}", { message: messageOf(error) });
      }).finally(() => waiting.delete(sent));
      waiting.add(sent);
    },
    async settled() {
      await Promise.all(waiting);
    },
  };
}

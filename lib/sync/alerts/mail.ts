import type { AlertConfig } from "../../config.ts";
import { AppError, messageOf } from "../../errors.ts";
import { spanText } from "../span_text.ts";
import type { Send } from "./deliver.ts";
import type { AlertMessage } from "./document.ts";
import { timeText } from "./problems.ts";

const TIMEOUT_MS = 15_000;

/** Sends alerts as e-mail, in plain text, over SMTP. */
export function mailSender({ smtpUrl, from, to }: NonNullable<AlertConfig["mail"]>, zone: string): Send {
  return async (message) => {
    const { createTransport } = await import("nodemailer"); // loaded where mail is sent, not at each start
    const transport = createTransport({
      url: smtpUrl,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from,
        to,
        subject: subjectOf(message),
        text: textOf(message, zone),
        headers: { "Auto-Submitted": "auto-generated", "X-Tidemark-Delivery": message.id },
      });
    } catch (error) {
      const why = withoutSecrets(messageOf(error), smtpUrl);
      throw new AppError(`The mail server did not take the alert: ${why}`, "alert_not_sent", "retry");
    } finally {
      transport.close();
    }
  };
}

function subjectOf({ event, title, account }: AlertMessage): string {
  const start = { opened: "", reminder: "Still: ", cleared: "All clear: " }[event];
  return `[Tidemark ${account}] ${start}${title}`;
}

function textOf(message: AlertMessage, zone: string): string {
  const { event, title, text, since, endedAt, seconds, link } = message;
  const began = timeText(new Date(since), zone), span = spanText(seconds * 1000);
  const lines = event === "cleared"
    ? [`It is well again since ${timeText(new Date(endedAt!), zone)}.`, "", `What it was, for ${span}: ${title}.`, text]
    : [text, "", event === "reminder" ? `It has been so for ${span}, since ${began}.` : `Since ${began}.`];
  return [...lines, ...(link ? ["", link] : []), ""].join("\n");
}

/** A server's answer may repeat what it was told. */
function withoutSecrets(text: string, smtpUrl: string): string {
  const { username, password } = new URL(smtpUrl);
  const user = decodeURIComponent(username), plain = decodeURIComponent(password);
  const secrets = [`\0${user}\0${plain}`, plain, user].map(base64).concat(plain, password).filter((one) => one !== "");
  return secrets.reduce((all, secret) => all.replaceAll(secret, "***"), text);
}

/** As SMTP writes what it signs in with. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

import type { AlertConfig } from "../../config.ts";
import { AppError, messageOf } from "../../errors.ts";
import { smtpMailer } from "../../mail/mailer.ts";
import { spanText } from "../span_text.ts";
import type { Send } from "./deliver.ts";
import type { AlertMessage } from "./document.ts";
import { timeText } from "./problems.ts";

/** Sends alerts as e-mail, in plain text. */
export function mailSender({ to, ...config }: NonNullable<AlertConfig["mail"]>, zone: string): Send {
  const send = smtpMailer(config);
  return async (message) => {
    const mail = { to, subject: subjectOf(message), text: textOf(message, zone) };
    try {
      await send({ ...mail, headers: { "X-Tidemark-Delivery": message.id } });
    } catch (error) {
      throw new AppError(messageOf(error), "alert_not_sent", "retry", { cause: error });
    }
  };
}

function subjectOf({ event, title, account }: AlertMessage): string {
  const start = { opened: "", reminder: "Still: ", cleared: "All clear: ", test: "" }[event];
  return `[Tidemark ${account}] ${start}${title}`;
}

function textOf(message: AlertMessage, zone: string): string {
  const { event, title, text, since, endedAt, seconds, link } = message;
  const began = timeText(new Date(since), zone), span = spanText(seconds * 1000);
  const lines = event === "test"
    ? [text]
    : event === "cleared"
    ? [`It is well again since ${timeText(new Date(endedAt!), zone)}.`, "", `What it was, for ${span}: ${title}.`, text]
    : [text, "", event === "reminder" ? `It has been so for ${span}, since ${began}.` : `Since ${began}.`];
  return [...lines, ...(link ? ["", link] : []), ""].join("\n");
}

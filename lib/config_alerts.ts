import { z } from "zod";
import type { MailConfig } from "./mail/mailer.ts";

/** When people are told, and how. Without a webhook and without mail, problems stand on the Sync page and in the log only. */
export interface AlertConfig {
  webhook: { url: string; secret: string } | null;
  mail: (MailConfig & { to: string[] }) | null;
  /** How long after it should have been brought level a stream counts as stale. */
  staleMs: number;
  /** From how many rows in a day on the quarantine is a problem. */
  quarantineRows: number;
  /** After how long people are told again of a problem that stays. */
  remindMs: number;
}

const email = z.email({ error: "must be an e-mail address" });

/** The settings of alerts, to be checked with all others. */
export const ALERT_ENV = {
  ALERT_WEBHOOK_URL: z.url({
    protocol: /^https?$/,
    error: "must be an address such as https://hooks.example.com/tidemark",
  })
    .optional(),
  ALERT_WEBHOOK_SECRET: z.string().min(16, "must be 16 or more random characters, e.g. from `openssl rand -hex 32`")
    .optional(),
  SMTP_URL: z.url({
    protocol: /^smtps?$/,
    error: "must be an address such as smtps://user:password@mail.example.com, special characters written %40",
  }).optional(),
  MAIL_FROM: z.string().min(3).regex(/@/, "must be an e-mail address, e.g. Tidemark <tidemark@example.com>")
    .optional(),
  ALERT_MAIL_TO: z.string().transform((text) => text.split(",").map((one) => one.trim()).filter((one) => one !== ""))
    .pipe(z.array(email).min(1, "must be one e-mail address or several with commas between them")).optional(),
  ALERT_STALE_MINUTES: z.coerce.number().min(2).max(10_080).default(30),
  ALERT_QUARANTINE_ROWS: z.coerce.number().int().min(1).max(1_000_000).default(100),
  ALERT_REMIND_HOURS: z.coerce.number().min(1).max(168).default(24),
};

type AlertEnv = z.infer<z.ZodObject<typeof ALERT_ENV>>;

/** Settings that make sense together only: each with the others that it needs. */
export const ALERT_TOGETHER: readonly (readonly (keyof AlertEnv)[])[] = [
  ["ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"],
  ["SMTP_URL", "MAIL_FROM"],
];

/** The settings in the shape that the program works with. */
export function alertConfig(e: AlertEnv, mail: MailConfig | null): AlertConfig {
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = e;
  return {
    webhook: url && secret ? { url, secret } : null,
    mail: mail && e.ALERT_MAIL_TO ? { ...mail, to: e.ALERT_MAIL_TO } : null,
    staleMs: e.ALERT_STALE_MINUTES * 60_000,
    quarantineRows: e.ALERT_QUARANTINE_ROWS,
    remindMs: e.ALERT_REMIND_HOURS * 3_600_000,
  };
}

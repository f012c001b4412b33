import { connect, type Socket } from "node:net";
import { z } from "zod";
import { AppError, messageOf } from "../errors.ts";

/** How mail leaves: the server's address with its login, and who it comes from. */
export interface MailConfig {
  smtpUrl: string;
  from: string;
  /** True where a server without STARTTLS may be spoken to: on this machine, or in a network that is private otherwise. */
  plaintext: boolean;
}

/** One mail, in plain text. */
export interface Mail {
  /** Bare addresses, without names. */
  to: string | readonly string[];
  /** One line; line breaks in it become blanks. */
  subject: string;
  text: string;
  /** Further headers. */
  headers?: Record<string, string>;
}

/**
 * Sends mail. Resolves when the server has taken it.
 *
 * @throws {AppError} `mail_not_sent` with what the server said, without our login; `bad_address` for what is not one
 *   plain address
 */
export type Mailer = (mail: Mail) => Promise<void>;

const TIMEOUT_MS = 15_000;

/** A mailer over SMTP. Nothing is opened before the first mail. */
export function smtpMailer({ smtpUrl, from, plaintext }: MailConfig): Mailer {
  return async ({ to, subject, text, headers }) => {
    const receivers = typeof to === "string" ? [to] : [...to];
    // the library reads lists, names and brackets out of an address: whatever holds more than one would reach others
    const wrong = receivers.find((one) => !z.email().safeParse(one).success);
    if (wrong !== undefined) {
      const shown = JSON.stringify(wrong.slice(0, 80));
      throw new AppError(`Cannot send mail to ${shown}: it is not one e-mail address`, "bad_address", "reject_request");
    }
    const { createTransport } = await import("nodemailer"); // loaded where mail is sent, not at each start
    const transport = createTransport({
      url: smtpUrl,
      requireTLS: !plaintext && smtpUrl.startsWith("smtp:"),
      getSocket: (_, took) =>
        void connectTo(smtpUrl).then((connection) => took(null, { connection }), (error) => took(error, false)),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from,
        to: receivers,
        subject: subject.replace(/\p{Cc}+/gu, " "),
        text,
        headers: { "Auto-Submitted": "auto-generated", ...headers },
      });
    } catch (error) {
      const why = withoutSecrets(messageOf(error), smtpUrl);
      throw new AppError(`The mail server did not take the mail: ${why}`, "mail_not_sent", "retry");
    } finally {
      transport.close();
    }
  };
}

/**
 * Connects to the server by its name: the library would look the name up and connect to the address, which nobody has allowed
 * (`--allow-net` names hosts as the settings do). TLS, if any, begins on top of it.
 */
function connectTo(smtpUrl: string): Promise<Socket> {
  const { hostname, port } = mailServer(smtpUrl);
  return new Promise((connected, failed) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port });
    const timer = setTimeout(() => socket.destroy(new Error("it did not answer in time")), TIMEOUT_MS);
    socket.once("error", failed).once("close", () => clearTimeout(timer)).once("connect", () => {
      clearTimeout(timer);
      socket.off("error", failed);
      connected(socket);
    });
  });
}

/** Where mail is handed in: 465 for `smtps:`, 587 for `smtp:`, where the address tells no port. */
export function mailServer(smtpUrl: string): { hostname: string; port: number } {
  const { hostname, port, protocol } = new URL(smtpUrl);
  return { hostname, port: Number(port) || (protocol === "smtps:" ? 465 : 587) };
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

import assert from "node:assert/strict";
import { startMailbox } from "../sync/alerts/testing.ts";
import { smtpMailer } from "./mailer.ts";

const PASSWORD = "canary of the mail";

Deno.test("a mail arrives as it was written; line breaks in subject and address add neither header nor receiver", async () => {
  await using mailbox = startMailbox("ann", PASSWORD);
  const send = smtpMailer({
    smtpUrl: `smtp://ann:${encodeURIComponent(PASSWORD)}@127.0.0.1:${mailbox.port}`,
    from: "Tidemark <tidemark@example.com>",
    plaintext: true,
  });
  await send({
    to: "bob@example.com",
    subject: "Hello\r\nBcc: eve@example.com\r\n\r\nAnother text",
    text: "First line\n",
  });
  const [mail] = mailbox.mails;
  assert.deepEqual(mail!.to, ["<bob@example.com>"]);
  const [head, body] = mail!.text.replaceAll("\r", "").split("\n\n");
  assert.match(head!, /^Subject: Hello Bcc: eve@example\.com Another text$/m);
  assert.match(head!, /^Auto-Submitted: auto-generated$/m);
  assert.doesNotMatch(head!, /^Bcc:/m);
  assert.equal(body!.trim(), "First line");

  for (
    const to of [
      "bob@example.com\r\nRCPT TO:<eve@example.com>",
      "bob@example.com, eve@example.com",
      "bob@example.com <eve@example.com>",
      "",
    ]
  ) {
    await assert.rejects(send({ to: ["bob@example.com", to], subject: "Hello", text: "" }), { code: "bad_address" });
  }
  assert.equal(mailbox.mails.length, 1);
});

Deno.test("what a mail server says is told without our login", async () => {
  await using mailbox = startMailbox("ann", "another");
  const smtpUrl = `smtp://ann:${encodeURIComponent(PASSWORD)}@127.0.0.1:${mailbox.port}`;
  const send = smtpMailer({ smtpUrl, from: "tidemark@example.com", plaintext: true });
  await assert.rejects(
    send({ to: "bob@example.com", subject: "Hello", text: "" }),
    (error: Error & { code: string }) => {
      assert.equal(error.code, "mail_not_sent");
      assert.match(error.message, /^The mail server did not take the mail: /);
      assert.ok(
        !error.message.includes(PASSWORD) && !error.message.includes(btoa(`\0ann\0${PASSWORD}`)),
        error.message,
      );
      return true;
    },
  );
});

Deno.test("a server on another machine that offers no STARTTLS gets neither login nor mail", async () => {
  await using mailbox = startMailbox("ann", PASSWORD);
  const smtpUrl = `smtp://ann:${encodeURIComponent(PASSWORD)}@127.0.0.1:${mailbox.port}`;
  const send = smtpMailer({ smtpUrl, from: "tidemark@example.com", plaintext: false });
  await assert.rejects(
    send({ to: "bob@example.com", subject: "Hello", text: "" }),
    (error: Error & { code: string }) => {
      assert.equal(error.code, "mail_not_sent");
      assert.match(error.message, /STARTTLS|TLS/);
      return true;
    },
  );
  assert.deepEqual([mailbox.mails, mailbox.logins], [[], 0]);
});

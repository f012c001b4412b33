import type { ChannelView } from "../../../lib/sync/views.ts";
import { Badge } from "../../Badge.tsx";
import { Button } from "../../Button.tsx";
import { Card } from "../../Card.tsx";
import { Empty } from "../../Empty.tsx";
import { ago, count, counted, listed } from "../../format.ts";
import { Moment } from "../../Moment.tsx";

const NAMES: Record<ChannelView["channel"], string> = { webhook: "Webhook", mail: "E-mail" };

export interface ChannelsCardProps {
  channels: ChannelView[];
  now: string;
  /** The person has `sync:manage`: may see addresses and send a test. */
  mayManage: boolean;
}

/** Where people are told, how that went lately, and a button that tries it. */
export function ChannelsCard({ channels, now, mayManage }: ChannelsCardProps) {
  return (
    <Card
      title="Where people are told"
      subtitle="Once when a problem begins, again while it stays, and once when it is over"
      actions={mayManage && channels.length > 0 && (
        <form method="post" action="/sync/alerts">
          <input type="hidden" name="act" value="test" />
          <Button small icon="play">Send a test message</Button>
        </form>
      )}
      flush
    >
      {channels.length === 0
        ? (
          <Empty icon="unplug" title="Nobody is told">
            Problems stand on this page and in the log only. Set <code>ALERT_WEBHOOK_URL</code> or{" "}
            <code>ALERT_MAIL_TO</code>, and start Tidemark again.
          </Empty>
        )
        : (
          <ul class="divide-y divide-line px-(--card-pad) pb-2">
            {channels.map((channel) => (
              <li key={channel.channel} class="flex gap-4 py-3 text-list max-sm:flex-col max-sm:gap-1">
                <span class="w-32 shrink-0">
                  <State channel={channel} />
                </span>
                <span class="min-w-0 flex-1 wrap-anywhere">
                  <span class="font-medium">{NAMES[channel.channel]}</span>
                  <span class="text-muted">{` to ${toWords(channel, mayManage)}`}</span>
                  <span class="num mt-0.5 block text-muted">
                    {channel.sentAt === null ? "Nothing was sent yet" : (
                      <>
                        Last sent <Moment at={channel.sentAt} now={now} />, {ago(channel.sentAt, now)}:{" "}
                        {channel.sentTitle}
                      </>
                    )}
                  </span>
                  {channel.failing && (
                    <span class="num mt-0.5 block">
                      {channel.failing.error}. Tried{" "}
                      {channel.failing.attempts === 1 ? "once" : `${count(channel.failing.attempts)} times`}, again{" "}
                      <Moment at={channel.failing.nextTryAt} now={now} />; {counted(channel.waiting, "message")}{" "}
                      {channel.waiting === 1 ? "waits" : "wait"}.
                    </span>
                  )}
                  {channel.givenUp > 0 && channel.lastGivenUp && (
                    <span class="num mt-0.5 block">
                      {counted(channel.givenUp, "message")} of the last 30 days reached nobody, the last{" "}
                      <Moment at={channel.lastGivenUp.at} now={now} />, “{channel.lastGivenUp.title}”:{" "}
                      {channel.lastGivenUp.error}.
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
    </Card>
  );
}

function State({ channel: { failing, lastGivenUp, sentAt } }: { channel: ChannelView }) {
  if (failing) return <Badge state="wrong">Not sent</Badge>;
  if (lastGivenUp && (sentAt === null || lastGivenUp.at > sentAt)) {
    return <Badge state="attention">Last one lost</Badge>;
  }
  return sentAt === null ? <Badge state="waiting">Not used yet</Badge> : <Badge state="good">Works</Badge>;
}

function toWords({ channel, to }: ChannelView, mayManage: boolean): string {
  if (mayManage) return listed(to);
  return channel === "mail" ? counted(to.length, "address", "addresses") : "an address of the company";
}
